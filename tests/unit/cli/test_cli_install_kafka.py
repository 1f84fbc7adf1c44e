from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from chronos.cli import configfile, install_kafka
from chronos.settings import Settings, load

Run = Callable[..., Result]


def test_number_of_brokers_is_set_where_it_belongs_and_the_rest_stays(config: Path) -> None:
    before = config.read_text().splitlines()
    configfile.set_value("kafka", "brokers", 3)
    after = config.read_text().splitlines()
    assert [line for line in after if line not in before] == ["brokers = 3"]
    assert [line for line in after if line != "brokers = 3"] == before
    assert load().kafka.brokers == 3
    configfile.set_value("kafka", "brokers", 1)
    assert load().kafka.brokers == 1


def test_the_number_that_is_asked_for_is_set_and_installed(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[int] = []

    def install(settings: Settings, *_: object) -> None:
        installed.append(settings.kafka.brokers)

    monkeypatch.setattr(install_kafka, "_install", install)
    assert "brokers = 3" in run("install-kafka", "--brokers", "3").output
    assert load().kafka.brokers == 3
    run("install-kafka")
    assert run("install-kafka", "--brokers", "3", "--quiet").output == ""
    assert installed == [3, 3, 3]


def test_missing_table_is_made(config: Path) -> None:
    config.write_text("[web]\nport = 7000 # mine\n")
    configfile.set_value("kafka", "brokers", 3)
    assert (load().kafka.brokers, load().web.port) == (3, 7000)
    assert "# mine" in config.read_text()


def test_kafka_that_is_elsewhere_has_as_many_brokers_as_it_has(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_BOOTSTRAP", "broker:9092")
    assert "broker:9092" in run("install-kafka", "--brokers", "3", code=1).output


def test_number_from_the_environment_is_not_overridden(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_BROKERS", "1")
    before = config.read_text()
    assert "CHRONOS_KAFKA_BROKERS" in run("install-kafka", "--brokers", "3", code=1).output
    assert config.read_text() == before


def test_broker_that_there_is_not_is_named(run: Run, config: Path) -> None:
    assert "no service 'kafka-2': known are kafka" in run("start", "kafka-2", code=1).output


@pytest.mark.parametrize("command", [("install-kafka", "--brokers", "3"), ("start",)])
def test_data_of_one_broker_is_not_left_behind(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    data = config.parent / ".chronos" / "kafka" / "data"
    data.mkdir(parents=True)
    (data / "meta.properties").write_text("cluster.id=one\n")
    if command == ("start",):
        configfile.set_value("kafka", "brokers", 3)
    before = config.read_text()
    assert "has the data of Kafka with [kafka] brokers = 1" in run(*command, code=1).output
    assert config.read_text() == before
    assert not (config.parent / ".chronos" / "run" / "desired.json").exists(), "nothing was started"

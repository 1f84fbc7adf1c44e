from pathlib import Path

import pytest
from fakes import settings_in

from chronos import kafka_admin
from chronos.embedded import jars, kafka
from chronos.embedded.errors import CommandFailed
from chronos.embedded.home import Home
from chronos.embedded.kafka import Kafka
from chronos.settings import Settings


@pytest.fixture
def service(home: Home, monkeypatch: pytest.MonkeyPatch) -> Kafka:
    monkeypatch.setattr(jars, "ensure", lambda _: None)
    monkeypatch.setattr(jars, "class_path", lambda: [Path("/jars/kafka.jar")])
    monkeypatch.setattr(Kafka, "_format", lambda *_: None)
    return Kafka("kafka", settings_in(home.path))


def properties(service: Kafka) -> dict[str, str]:
    return dict(line.split("=", 1) for line in service.properties.read_text().splitlines())


def test_configuration_names_the_chosen_ports_and_this_machine_only(service: Kafka) -> None:
    service.prepare()
    content = properties(service)
    assert content["advertised.listeners"] == f"PLAINTEXT://{service.address}"
    assert content["listeners"].count("://127.0.0.1:") == 2
    assert content["controller.quorum.voters"].startswith("1@127.0.0.1:")
    assert content["auto.create.topics.enable"] == "false"
    assert content["log.dirs"] == str(service.folder / "data")
    assert service.chosen.read()["kafka"] == service.address


def test_a_message_may_be_as_large_as_a_beacon_with_its_headers(service: Kafka) -> None:
    service.prepare()
    assert int(properties(service)["message.max.bytes"]) == 1_000_000 + 65_536


def test_command_shows_the_configuration_and_hides_the_class_path(service: Kafka) -> None:
    service.prepare()
    launch = service.launch()
    assert launch.command[-2:] == ["kafka.Kafka", service.marker]
    assert launch.environment["CLASSPATH"] == "/jars/kafka.jar"
    assert not any("/jars/" in word for word in launch.command)


def test_failed_format_is_said_and_leaves_no_data(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "ensure", lambda _: [])
    monkeypatch.setattr(kafka, "_java", lambda: ["/bin/sh", "-c", "echo no such class >&2; exit 1"])
    service = Kafka("kafka", settings_in(home.path))
    with pytest.raises(CommandFailed, match="no such class"):
        service.prepare()
    assert not (service.folder / "data").exists()


def test_cluster_ids_are_what_kafka_takes() -> None:
    ids = {kafka._cluster_id() for _ in range(200)}
    assert len(ids) == 200
    assert all(len(one) == 22 and not one.startswith("-") for one in ids)


def test_topics_are_as_the_settings_say() -> None:
    events, letters, deltas, changelog = kafka_admin.topics(Settings())
    assert (events.name, events.num_partitions, events.replication_factor) == ("events", 6, 1)
    assert (letters.name, letters.num_partitions) == ("dead_letters", 1)
    assert events.topic_configs["retention.ms"] == str(168 * 3600 * 1000)
    assert events.topic_configs["max.message.bytes"] == "1065536"
    assert (deltas.name, deltas.num_partitions) == ("window_deltas", 6)
    assert (changelog.name, changelog.num_partitions) == ("chronos-window_panes-changelog", 6)
    assert changelog.topic_configs["cleanup.policy"] == "compact,delete"
    assert changelog.topic_configs["retention.ms"] == str((48 + 24) * 3600 * 1000)


def test_without_windows_there_are_no_topics_of_theirs() -> None:
    windows = Settings().windows.model_copy(update={"enabled": False})
    found = kafka_admin.topics(Settings().model_copy(update={"windows": windows}))
    assert [topic.name for topic in found] == ["events", "dead_letters"]


@pytest.mark.parametrize(("replication", "flush"), [(1, "1"), (3, None)])
def test_only_a_single_copy_is_flushed_for_each_beacon(replication: int, flush: str | None) -> None:
    several = Settings().kafka.model_copy(update={"replication": replication})
    events, *_ = kafka_admin.topics(Settings().model_copy(update={"kafka": several}))
    assert events.topic_configs.get("flush.messages") == flush

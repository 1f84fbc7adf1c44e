"""Which way a project runs, and what each knows without asking anybody."""

from pathlib import Path

import pytest

from chronos.cli import ways
from chronos.cli.ways.containers import Containers
from chronos.cli.ways.embedded import Embedded
from chronos.cli.ways.remote import Remote
from chronos.cli.ways.workers import HttpWorker
from chronos.containers.record import Record
from chronos.embedded.home import Home
from chronos.embedded.state import Desired
from chronos.errors import ServiceError
from chronos.settings import KeyFields, Settings, load

KAFKA = {"CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
DATABASE = {"CHRONOS_TIMESCALEDB_URL": "postgresql://me:secret@127.0.0.1:1/shop"}


@pytest.fixture
def home(config: Path) -> Home:
    found = Home(load().home)
    found.make()
    return found


@pytest.mark.parametrize(
    ("environment", "containers", "desired", "expected"),
    [
        ({}, False, (), Embedded),
        (KAFKA, False, (), Embedded),
        (KAFKA | DATABASE, False, (), Remote),
        (KAFKA | DATABASE, False, ("worker-1",), Embedded),
        ({}, True, (), Containers),
    ],
    ids=["nothing-said", "kafka-elsewhere", "all-elsewhere", "workers-here", "containers"],
)
def test_what_was_started_last_decides_and_then_the_settings(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    containers: bool,
    desired: tuple[str, ...],
    expected: type,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if containers:
        Record.read(home).but(chosen=True).write(home)
    Desired(desired, 1).write(home)
    assert type(ways.of(load())) is expected


def test_where_kafka_tells_of_no_worker_the_public_address_is_asked(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (KAFKA | DATABASE).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHRONOS_WEB_ADVERTISED_URL", "https://events.shop.example")
    way = ways.of(load())
    assert way.entrances() == ["https://events.shop.example"]
    assert way.any_worker().place("/health") == "https://events.shop.example/health"
    assert (way.services, way.kafka_runs, way.database_runs) == ([], True, True)


def test_containers_of_which_no_worker_runs_say_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronos.containers.deployment.Deployment._containers", lambda _: [])
    Record.read(home).but(chosen=True).write(home)
    way = ways.of(load())
    assert (way.workers(), way.kafka_runs) == ([], False)
    with pytest.raises(ServiceError, match="The workers: none runs; `chronos start` starts them"):
        way.any_worker()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:6067", {}),
        ("http://[::1]:6067", {}),
        ("https://events.shop.example", {"Authorization": "Bearer r-key"}),
    ],
)
def test_a_read_key_is_for_workers_elsewhere(address: str, expected: dict[str, str]) -> None:
    settings = Settings.model_construct(read_keys=[KeyFields(key="r-key", name="me")])
    assert HttpWorker.at(settings, address)._headers() == expected

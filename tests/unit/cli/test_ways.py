"""Which way a project runs, and what each knows without asking anybody."""

from pathlib import Path

import pytest

from chronos.cli import project, ways
from chronos.cli.errors import DoesNotRun
from chronos.cli.ways.containers import Containers
from chronos.cli.ways.embedded import Embedded
from chronos.cli.ways.remote import Remote
from chronos.cli.ways.workers import HttpWorker
from chronos.containers.record import Record
from chronos.embedded.chosen import Chosen
from chronos.embedded.home import Home
from chronos.embedded.state import Desired
from chronos.errors import MissingAddress, ServiceError
from chronos.settings import KeyFields, Settings, load

KAFKA = {"CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
READ_KEY = "a-key-to-read-with"
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


def test_what_containers_alone_have_is_known_to_commands(home: Home) -> None:
    Record.read(home).but(chosen=True, profiles=("pipelinedb",)).write(home)
    Chosen(home).port("docker-pipelinedb", 25_432)
    settings = project.settings()
    password = (home.path / "docker" / "secrets" / "pipelinedb_password").read_text()
    address = f"127.0.0.1:{Chosen(home).kept_port('docker-pipelinedb')}"
    assert settings.pipelinedb.url == f"postgresql://chronos:{password}@{address}/chronos"
    assert not settings.pipelinedb.kept_by_chronos
    assert ways.of(settings).reader_password == home.path / "docker" / "secrets" / "chronos_reader_password"
    Record.read(home).but(chosen=False).write(home)
    assert project.settings().pipelinedb.url is None
    assert ways.of(project.settings()).reader_password == home.path / "reader.password"


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
        ("https://events.shop.example", {"Authorization": f"Bearer {READ_KEY}"}),
    ],
)
def test_a_read_key_is_for_workers_elsewhere(address: str, expected: dict[str, str]) -> None:
    settings = Settings.model_construct(write_keys=[], read_keys=[KeyFields(key=READ_KEY, name="me")])
    assert HttpWorker.at(settings, address)._headers() == expected


def test_what_was_stopped_is_not_asked_at_the_port_that_it_had(home: Home) -> None:
    way = ways.of(load())
    with pytest.raises(MissingAddress):
        way.running_kafka()
    home.addresses.write_text('{"kafka": "127.0.0.1:9092", "timescaledb": "postgresql://127.0.0.1/chronos"}')
    assert (way.kafka, way.database) == ("127.0.0.1:9092", "postgresql://127.0.0.1/chronos")
    with pytest.raises(DoesNotRun, match="Kafka of this project does not run: `chronos start kafka`"):
        way.running_kafka()
    with pytest.raises(DoesNotRun, match="database of this project does not run: `chronos start postgres`"):
        way.running_database()


def test_what_is_elsewhere_is_asked_there(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (KAFKA | DATABASE).items():
        monkeypatch.setenv(name, value)
    way = ways.of(load())
    assert way.running_kafka() == KAFKA["CHRONOS_KAFKA_BOOTSTRAP"]
    assert way.running_database() == DATABASE["CHRONOS_TIMESCALEDB_URL"]


def test_the_address_of_the_web_stays_what_it_was(home: Home) -> None:
    Chosen(home).port("web", 6071, "127.0.0.1")
    kept = Chosen(home).kept_port("web")
    assert ways.of(load()).web == f"http://127.0.0.1:{kept}"

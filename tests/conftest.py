"""Fixtures of all tests: a known environment, a seed, and real services, given or started once."""

import asyncio
import json
import os
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from databases import drop_templates, execute, fresh_database, in_database
from project import Project, delete_topics, free_port, new_project, remove_orphans
from worker import SESSION_SECONDS

SEED = int(os.environ.get("SEED") or random.randrange(2**32))
FOR_WORKERS = "TESTED_WITH"  # in the environment that the workers of pytest-xdist get
# A test sees no settings but its own; those of the caller say which services to test against.
GIVEN: dict[str, str] = json.loads(os.environ.get(FOR_WORKERS, "{}"))
GIVEN |= {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("CHRONOS_")}
os.environ |= {"SEED": str(SEED), FOR_WORKERS: json.dumps(GIVEN)}
WRITE_KEY = "a-key-for-tests-only"
# Databases come and go by the hundred, and the machine goes on, whatever a test kills. Tests that kill the
# server itself have another one.
NOT_FOR_POWER_FAILURES = (
    "alter system set fsync = off",
    "alter system set full_page_writes = off",
    "select pg_reload_conf()",
)


def pytest_report_header() -> str:
    return f"SEED={SEED} (set it in the environment to repeat this run)"


@pytest.fixture
def rng() -> random.Random:
    """Random numbers that are the same again under the same SEED."""
    return random.Random(SEED)


@pytest.fixture(scope="session")
def pipelinedb_server() -> str:
    """The PipelineDB that the environment names; without one the test is skipped."""
    if "CHRONOS_PIPELINEDB_URL" not in GIVEN:
        pytest.skip("CHRONOS_PIPELINEDB_URL names no PipelineDB")
    return GIVEN["CHRONOS_PIPELINEDB_URL"]


@pytest.fixture(autouse=True)
def folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds the chronos.toml of whoever runs it."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def start_project() -> Iterator[Callable[[], Project]]:
    """Make projects that are stopped and removed at the end."""
    remove_orphans()
    made: list[Project] = []

    def make() -> Project:
        made.append(new_project())
        return made[-1]

    yield make
    with ThreadPoolExecutor() as pool:
        list(pool.map(Project.remove, made))


@dataclass(frozen=True)
class Services:
    """Where the services are that integration tests use: host:port, and a URL.

    ``session_seconds`` is the shortest [kafka] session_timeout_seconds that Kafka is known to take.
    """

    kafka: str
    timescaledb: str
    session_seconds: float


@pytest.fixture(scope="session")
def services(start_project: Callable[[], Project]) -> Services:
    """Those that the environment names; embedded ones for the rest, started once."""
    kafka, timescaledb = (GIVEN.get(f"CHRONOS_{name}") for name in ("KAFKA_BOOTSTRAP", "TIMESCALEDB_URL"))
    session_seconds = 6.0 if kafka else SESSION_SECONDS
    missing = [name for name, given in (("kafka", kafka), ("postgres", timescaledb)) if not given]
    if missing:
        project = start_project()
        project.run("start", *missing)
        status = project.status()
        kafka, timescaledb = kafka or status["kafka"], timescaledb or status["timescaledb"]
    assert kafka
    assert timescaledb
    if "postgres" in missing:
        asyncio.run(execute(timescaledb, *NOT_FOR_POWER_FAILURES))
    return Services(kafka, timescaledb, session_seconds)


@pytest.fixture(scope="session")
async def templates(services: Services) -> AsyncIterator[None]:
    """Has databases dropped, before their server is gone, from which others were copied."""
    yield
    await drop_templates()


@pytest.fixture
async def database(services: Services, templates: None) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database."""
    async with fresh_database(services.timescaledb) as url:
        yield url


@pytest.fixture
async def shipped(services: Services, templates: None) -> AsyncIterator[str]:
    """The URL of a fresh database with the views that ship."""
    async with fresh_database(services.timescaledb, views=True) as url:
        yield url


@pytest.fixture
async def empty_database(services: Services) -> AsyncIterator[str]:
    """The URL of a fresh database that was not migrated."""
    name = f"chronos_empty_{secrets.token_hex(4)}"
    await execute(services.timescaledb, f'create database "{name}"')
    yield in_database(services.timescaledb, name)
    await execute(services.timescaledb, f'drop database "{name}" with (force)')


@pytest.fixture
async def pipelinedb(pipelinedb_server: str) -> AsyncIterator[str]:
    """The URL of a fresh database on the server, with streams and views."""
    from pipelinedb import FILES

    from chronos.sinks.pipelinedb import install

    name = f"chronos_test_{secrets.token_hex(4)}"
    await execute(pipelinedb_server, f"create database {name}")
    url = in_database(pipelinedb_server, name)
    await install.install(url, install.declared(FILES))
    yield url
    await execute(url, "drop extension pipelinedb cascade")
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
    await execute(pipelinedb_server, f"{ended} and datname = '{name}'")
    await execute(pipelinedb_server, f"drop database {name}")


MakeSettings = Callable[..., Awaitable[Any]]


@pytest.fixture
async def make_settings(
    services: Services, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeSettings]:
    """Settings with topics and a consumer group of their own: ``await make_settings(web={"port": 7000})``.

    They are in ``tmp_path/chronos.toml``, to which CHRONOS_CONFIG points, so a worker started by the test
    has them, too; the topics are there already.
    """
    from chronos import kafka_admin
    from chronos.settings import load

    unique = f"test-{secrets.token_hex(4)}"

    async def make(**tables: dict[str, Any]) -> Any:
        own = {
            "kafka": {
                "bootstrap": services.kafka,
                "events_topic": f"{unique}-events",
                "dead_letters_topic": f"{unique}-dead_letters",
                "window_deltas_topic": f"{unique}-window_deltas",
                "consumer_group": f"{unique}-chronos",
            },
            "timescaledb": {"url": database},
            "web": {"port": free_port()},
        }
        merged = {name: own.get(name, {}) | tables.get(name, {}) for name in own | tables}
        content = {"write_keys": [{"key": WRITE_KEY, "name": "tests"}], **merged}
        config = tmp_path / "chronos.toml"
        config.write_text(tomlkit.dumps(content))
        monkeypatch.setenv("CHRONOS_CONFIG", str(config))
        settings = load()
        await kafka_admin.create_topics(services.kafka, settings)
        return settings

    yield make
    await delete_topics(services.kafka, unique)


@pytest.fixture
async def settings(make_settings: MakeSettings) -> Any:
    """Settings as `make_settings` makes them when nothing else is asked for."""
    return await make_settings()

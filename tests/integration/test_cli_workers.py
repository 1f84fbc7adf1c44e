"""`chronos start` with workers, on services that it is given."""

import asyncio
import json
import os
import secrets
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import pytest
from project import Project, delete_topics, free_port, within
from worker import beacon, encoded

AWAY = "postgresql://chronos:secret@127.0.0.1:1/none"


class Given:
    """A project whose services are elsewhere, as the environment says."""

    def __init__(self, project: Project, kafka: str, database: str) -> None:
        self.unique = unique = f"test-{secrets.token_hex(4)}"
        self.project = project
        self.environment = {
            "CHRONOS_KAFKA_BOOTSTRAP": kafka,
            "CHRONOS_KAFKA_EVENTS_TOPIC": f"{unique}-events",
            "CHRONOS_KAFKA_DEAD_LETTERS_TOPIC": f"{unique}-dead_letters",
            "CHRONOS_KAFKA_WINDOW_DELTAS_TOPIC": f"{unique}-window_deltas",
            "CHRONOS_KAFKA_CONSUMER_GROUP": unique,
            "CHRONOS_TIMESCALEDB_URL": database,
            "CHRONOS_WEB_PORT": str(free_port()),
        }

    def run(self, *arguments: str, code: int = 0, **more: str) -> str:
        return self.project.run(*arguments, code=code, **(self.environment | more))

    def services(self) -> dict[str, Any]:
        return {one["name"]: one for one in json.loads(self.run("status", "--json"))["services"]}


@pytest.fixture
def given(start_project: Callable[[], Project], services: Any, database: str) -> Iterator[Given]:
    made = Given(start_project(), services.kafka, database)
    yield made
    made.run("stop")
    assert made.project.processes() == []
    asyncio.run(delete_topics(services.kafka, made.unique))


def test_workers_start_on_given_services(given: Given) -> None:
    said = given.run("start", "--workers", "2")
    assert "kafka      is given by [kafka] bootstrap" in said
    assert list(given.services()) == ["worker-1", "worker-2"]
    web = json.loads(given.run("status", "--json"))["web"]
    own = [one["address"] for one in given.services().values()]
    assert len({web, *own}) == 3, "each has an address of its own beside the one that they share"
    assert f"Live page: {web}/\nDemo page: {web}/demo" in said
    assert within(20, lambda: _is_ready(own[0])), "the first one shares its partitions meanwhile"
    each = {_started(address) for address in own}
    assert within(20, lambda: {_started(web) for _ in range(20)} == each), "both answer at that one"
    services = given.services()
    assert all(one["memory"] > 10_000_000 and one["restarts"] == 0 for one in services.values())
    assert services["worker-1"]["problems"] == []
    assert all(f"worker-{n} | " in given.run("log", "worker", "-n", "3") for n in (1, 2))
    given.run("stop", "worker-2")
    assert {_started(web) for _ in range(20)} == {_started(own[0])}
    assert [one["state"] for one in given.services().values()] == ["running", "stopped"]
    first = given.services()["worker-1"]["pid"]
    os.kill(first, signal.SIGKILL)
    assert within(20, lambda: _pid(given, "worker-1") not in (None, first))
    said = given.run("restart", "worker-1", CHRONOS_TIMESCALEDB_URL=AWAY)
    assert "worker-1   runs at" in said, "it takes beacons without a database"


def _is_ready(web: str) -> bool:
    try:
        with urllib.request.urlopen(f"{web}/health", timeout=10) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def _started(web: str) -> str:
    """When the worker that answers was started, which tells it from others."""
    with urllib.request.urlopen(f"{web}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(str(line) for line in lines if line.startswith("process_start_time_seconds"))


def _pid(given: Given, name: str) -> int | None:
    state = json.loads((given.project.home / "run" / "state.json").read_text())
    return next(one["pid"] for one in state["services"] if one["name"] == name)  # type: ignore[no-any-return]


class Sender(threading.Thread):
    """A page that sends one beacon after another, to the worker that takes it."""

    def __init__(self, webs: list[str], key: str) -> None:
        super().__init__()
        self.webs = webs
        self.key = key
        self.sent = 0
        self.refused: list[int] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.02):
            number = self.sent + len(self.refused)
            body = encoded(beacon(["pageviews", "http://a/", f"page {number}", 1], key=self.key))
            if any(self.posted(web, body) for web in self.webs):
                self.sent += 1
            else:
                self.refused.append(number)

    def posted(self, web: str, body: bytes) -> bool:
        try:
            with urllib.request.urlopen(f"{web}/api/events", body, timeout=20) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.mark.soak
def test_a_restart_of_all_workers_refuses_and_loses_nothing(given: Given) -> None:
    given.run("start", "--workers", "2")
    before = given.services()
    webs = [one["address"] for one in before.values()]
    key = json.loads(given.run("key", "list", "--json"))[0]["key"]
    sender = Sender(webs, key)
    sender.start()
    try:
        said = given.run("restart")
    finally:
        sender.ended.set()
        sender.join()
    after = given.services()
    assert [line.split()[0] for line in said.splitlines() if "runs at" in line] == ["worker-1", "worker-2"]
    assert not {one["pid"] for one in before.values()} & {one["pid"] for one in after.values()}
    assert sender.refused == []
    assert sender.sent > 50
    url = given.environment["CHRONOS_TIMESCALEDB_URL"]
    titles = "select count(distinct title) from pageviews"
    assert within(60, lambda: asyncio.run(value(url, titles)) == sender.sent)
    status = json.loads(given.run("status", "--json"))
    assert {one["sink"] for one in status["lag"]["sinks"]} >= {"store_events"}
    assert status["last_event"]
    assert status["windows"]["unavailable"] is None


async def value(url: str, statement: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_database_that_is_away_is_said_in_one_line(given: Given) -> None:
    given.environment["CHRONOS_TIMESCALEDB_URL"] = AWAY
    said = given.run("start", "worker", code=1)
    error = said.splitlines()[-1]
    assert error.startswith("Error: worker-1 does not run:")
    assert "chronos log worker-1" in error
    assert "secret" not in said


def test_migrate_says_what_it_did(given: Given, empty_database: str) -> None:
    assert "Filled view key_press_count" in given.run("migrate")
    assert "Nothing to do" in given.run("migrate")
    assert "Applied" in given.run("migrate", CHRONOS_TIMESCALEDB_URL=empty_database)

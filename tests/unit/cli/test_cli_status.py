import json
import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import Result

from chronos.cli import overview
from chronos.embedded.client import Overview
from chronos.embedded.home import Home
from chronos.embedded.state import RESTARTING, RUNNING, STOPPED, Desired, ServiceState, State
from chronos.settings import load

Run = Callable[..., Result]


@pytest.fixture
def home(config: Path) -> Home:
    made = Home(config.parent / ".chronos")
    made.make()
    return made


def itself(name: str, address: str) -> ServiceState:
    """A service that certainly runs: this process."""
    return ServiceState(name, RUNNING, os.getpid(), psutil.Process().create_time(), address)


def test_nothing_was_started_yet(run: Run, config: Path) -> None:
    assert "`chronos start` starts everything" in run("status").output


def test_json_is_complete_when_nothing_runs(run: Run, config: Path) -> None:
    assert json.loads(run("status", "--json").output) == {
        "services": [],
        "web": "http://127.0.0.1:6066",
        "tracker": "http://127.0.0.1:6066/tracker.js",
        "events": "http://127.0.0.1:6066/api/events",
        "kafka": None,
        "timescaledb": None,
        "pipelinedb": None,
        "home": str(config.parent.resolve() / ".chronos"),
    }


def test_json_tells_of_each_service(run: Run, home: Home) -> None:
    gone = ServiceState("kafka", RUNNING, 2**22 + 1, 1.0, "127.0.0.1:9092")
    State(1, [gone, itself("worker-1", "http://127.0.0.1:7001")]).write(home)
    Desired(("kafka", "worker-1"), 1).write(home)
    home.addresses.write_text('{"kafka": "127.0.0.1:9092", "ports": {"web": [6066, 7000]}}')
    status = json.loads(run("status", "--json", code=3).output)
    assert status["services"] == [
        {"name": "kafka", "state": "stopped", "pid": None, "address": "127.0.0.1:9092"},
        {"name": "worker-1", "state": "running", "pid": os.getpid(), "address": "http://127.0.0.1:7001"},
    ]
    assert status["web"] == "http://127.0.0.1:7000"
    assert status["kafka"] == "127.0.0.1:9092"


def test_paths_are_those_of_the_settings(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_TRACKER_PATH", "/assets/shop.js")
    monkeypatch.setenv("CHRONOS_WEB_EVENTS_PATH", "/assets/shop")
    status = json.loads(run("status", "--json").output)
    assert status["tracker"] == "http://127.0.0.1:6066/assets/shop.js"
    assert status["events"] == "http://127.0.0.1:6066/assets/shop"
    assert "Tracker:  http://127.0.0.1:6066/assets/shop.js\n" in run("status").output


def test_dead_supervisor_is_told(run: Run, home: Home) -> None:
    State(1, [itself("kafka", "127.0.0.1:9092")]).write(home)
    Desired(("kafka",), 1).write(home)
    assert "Nobody looks after" in run("status", code=3).output


def test_service_that_is_elsewhere_is_not_listed(
    run: Run, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    State(1, [ServiceState("kafka"), ServiceState("postgres")]).write(home)
    monkeypatch.setenv("CHRONOS_KAFKA_BOOTSTRAP", "broker:9092")
    status = json.loads(run("status", "--json").output)
    assert [service["name"] for service in status["services"]] == ["postgres"]
    assert status["kafka"] == "broker:9092"


def test_remarks_say_what_is_wrong_and_what_to_do() -> None:
    broken = ServiceState("kafka", RESTARTING, error="the disk is full", restarts=2)
    lines = overview.remarks(Overview(Desired(("kafka",), 1), [broken], supervised=True))
    assert lines == [
        "kafka: the disk is full",
        "`chronos log kafka` shows more, `chronos start` tries again at once",
    ]


def test_table_aligns_and_counts_restarts() -> None:
    rows = overview.table([ServiceState("kafka", RESTARTING, restarts=12), ServiceState("postgres", STOPPED)])
    assert rows.splitlines() == [
        "SERVICE   STATE            PID  ADDRESS  UPTIME",
        "kafka     restarting (12)  -    -        -",
        "postgres  stopped          -    -        -",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3_725, "1 h 2 min"), (90_000, "1 d 1 h")],
)
def test_duration(seconds: float, text: str) -> None:
    assert overview.duration(seconds) == text


def test_web_address_of_a_host_that_stands_for_all(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_HOST", "0.0.0.0")
    monkeypatch.setenv("CHRONOS_WEB_PORT", "8080")
    assert overview.web_address(load()) == "http://127.0.0.1:8080"


async def test_database_that_does_not_answer_is_told() -> None:
    database = await overview.Database.ask("postgresql://me:secret@127.0.0.1:1/none")
    assert database.line.startswith("Database: no answer")
    assert "secret" not in database.line

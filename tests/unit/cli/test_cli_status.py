import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import psutil
import pytest
from click.testing import Result

from chronos.cli import overview, ways
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
    status = json.loads(run("status", "--json").output)
    parts = {"kafka", "postgres", "spool", "log", "other"}
    assert status.pop("disk").keys() == parts | {"free", "size", "alert_below"}
    assert status == {
        "services": [],
        "web": "http://127.0.0.1:6066",
        "tracker": "http://127.0.0.1:6066/tracker.js",
        "events": "http://127.0.0.1:6066/api/events",
        "kafka": None,
        "timescaledb": None,
        "pipelinedb": None,
        "home": str(config.parent.resolve() / ".chronos"),
        "brokers": {
            "there": None,
            "away": None,
            "controller": None,
            "partitions_offline": None,
            "partitions_under_replicated": None,
            "unavailable": "it does not run",
        },
        "topics": {"bytes": None, "topics": {}, "disks": {}},
        "spool": {"limit": 256_000_000, "workers": {}},
        "lag": {
            "topic": "events",
            "unavailable": "kafka: it does not run; database: it does not run",
            "sinks": [],
        },
        "last_event": None,
        "database": {
            "address": None,
            "server": None,
            "timescaledb": None,
            "unavailable": "it does not run",
        },
        "windows": {
            "watermark": None,
            "behind": None,
            "complete": None,
            "missing_partitions": None,
            "unavailable": "no worker runs here",
        },
        "problems": [{"what": "Nothing should run here", "do": "`chronos start` starts everything"}],
    }


def test_json_tells_of_each_service(run: Run, home: Home) -> None:
    gone = ServiceState("kafka", RUNNING, 2**22 + 1, 1.0, "127.0.0.1:9092", restarts=3)
    State(1, [gone, itself("worker-1", "http://127.0.0.1:1")]).write(home)
    Desired(("kafka", "worker-1"), 1).write(home)
    home.addresses.write_text('{"kafka": "127.0.0.1:9092", "ports": {"web": [6066, 7000]}}')
    status = json.loads(run("status", "--json", code=3).output)
    kafka, worker = status["services"]
    assert kafka == {
        "name": "kafka",
        "state": "stopped",
        "pid": None,
        "address": "127.0.0.1:9092",
        "started": None,
        "memory": None,
        "restarts": 3,
        "error": "its process is gone",
        "note": None,
    }
    assert (worker["name"], worker["state"], worker["pid"]) == ("worker-1", "running", os.getpid())
    assert worker["memory"] > 10_000_000
    assert worker["started"].endswith("+00:00")
    assert "127.0.0.1" in worker["unavailable"]
    assert status["web"] == "http://127.0.0.1:7000"
    assert status["kafka"] == "127.0.0.1:9092"


def test_paths_are_those_of_the_settings(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_TRACKER_PATH", "/assets/shop.js")
    monkeypatch.setenv("CHRONOS_WEB_EVENTS_PATH", "/assets/shop")
    status = json.loads(run("status", "--json").output)
    assert status["tracker"] == "http://127.0.0.1:6066/assets/shop.js"
    assert status["events"] == "http://127.0.0.1:6066/assets/shop"
    assert "Tracker:    http://127.0.0.1:6066/assets/shop.js\n" in run("status").output


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


def test_table_aligns_and_counts_restarts_and_memory() -> None:
    services = [ServiceState("kafka", RESTARTING, restarts=12), ServiceState("postgres", STOPPED)]
    assert overview.table(services, {"kafka": 1_234_567_890}).splitlines() == [
        "SERVICE   STATE       PID  ADDRESS  UPTIME  MEMORY  RESTARTS",
        "kafka     restarting  -    -        -       1.2 GB  12",
        "postgres  stopped     -    -        -       -       0",
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
    assert ways.of(load()).web == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 KB"), (12_345, "12 KB"), (2_500_000, "2.5 MB"), (68e6, "68 MB"), (3.2e11, "320 GB")],
)
def test_size(count: int, text: str) -> None:
    assert overview.size(count) == text


def test_what_does_not_answer_is_told_without_its_password(
    run: Run, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", "postgresql://me:secret@127.0.0.1:1/none")
    said = run("status").output
    assert "secret" not in said
    assert "Database:   no answer (" in said
    assert "Lag:        unknown, for Kafka and the database could not be asked" in said
    assert "- Kafka at 127.0.0.1:1 could not be asked (no broker answers): see to it" in said
    assert "- The database at 127.0.0.1:1/none could not be asked" in said


def test_watching_needs_a_terminal(run: Run, config: Path) -> None:
    assert "needs a terminal" in run("status", "--watch", code=2).output
    assert "use one of them" in run("status", "--watch", "--json", code=2).output


def test_watching_draws_anew_until_ctrl_c(config: Path) -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "chronos", "status", "--watch"],
        encoding="utf-8",
        timeout=60,
        dimensions=(30, 80),
        env={**os.environ, "TERM": "xterm-256color"},
    )
    child.expect("again every 2 s")
    config.write_text("[web]\nport = 7777\n")
    child.expect("http://127.0.0.1:7777/tracker.js")
    config.write_text("[web]\nprot = 1\n")
    child.expect("web.prot")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert "web.prot" in child.before  # the last one stays on the usual screen
    assert "Traceback" not in child.before
    assert child.exitstatus == 0

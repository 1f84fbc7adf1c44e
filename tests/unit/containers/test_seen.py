"""What `docker inspect` says becomes what `chronos status` says."""

from typing import Any

import pytest

from chronos.containers import seen
from chronos.embedded.state import RESTARTING, RUNNING, STARTING, STOPPED, ServiceState

WEB = "http://127.0.0.1:6066"
STARTED = "2026-11-28T10:52:41.123456789Z"


def state(name: str = "worker-1", health: dict[str, Any] | None = None, **fields: Any) -> ServiceState:
    known = {
        "Running": True,
        "Restarting": False,
        "Pid": 77,
        "StartedAt": STARTED,
        "ExitCode": 0,
        "Error": "",
    }
    inspected = {"Name": f"/shop-{name}", "RestartCount": 2, "State": known | fields}
    if health:
        inspected["State"]["Health"] = health  # type: ignore[index]
    return seen.states([inspected], "shop", WEB, {"timescaledb": "127.0.0.1:15432"})[0]


def test_one_that_works() -> None:
    found = state(health={"Status": "healthy", "FailingStreak": 0})
    assert (found.name, found.state, found.pid, found.restarts) == ("worker-1", RUNNING, 77, 2)
    assert found.create_time == 1795863161.0
    assert found.error is None


@pytest.mark.parametrize(("name", "address"), [("proxy-1", WEB), ("timescaledb-1", "127.0.0.1:15432")])
def test_addresses_are_those_of_this_machine(name: str, address: str) -> None:
    assert state(name).address == address


def test_a_health_check_that_fails_says_why() -> None:
    log = [
        {"ExitCode": 0, "Output": "old"},
        {"ExitCode": 1, "Output": "store_events waits:\n the database\n"},
    ]
    found = state(health={"Status": "unhealthy", "FailingStreak": 3, "Log": log})
    assert (found.state, found.error) == (RUNNING, "store_events waits: the database")


def test_one_that_starts_is_not_yet_running() -> None:
    assert state(health={"Status": "starting", "FailingStreak": 0}).state == STARTING


@pytest.mark.parametrize(
    ("fields", "word", "error"),
    [
        ({"Running": False, "ExitCode": 0}, STOPPED, None),
        ({"Running": False, "ExitCode": 143}, STOPPED, None),
        ({"Running": False, "ExitCode": 1}, STOPPED, "it ended with exit code 1"),
        ({"Running": True, "Restarting": True, "ExitCode": 1}, RESTARTING, "it ended with exit code 1"),
        (
            {"Running": False, "OOMKilled": True, "ExitCode": 137},
            STOPPED,
            "it was killed, since it needed more",
        ),
        ({"Running": False, "Error": "no such file: x", "ExitCode": 127}, STOPPED, "no such file: x"),
    ],
)
def test_one_that_does_not_run_says_how_it_ended(
    fields: dict[str, Any], word: str, error: str | None
) -> None:
    found = state(**fields)
    assert (found.state, found.pid, found.create_time) == (word, None, None)
    assert (found.error or "").startswith(error or "")
    assert bool(found.error) is bool(error)

"""What a worker says of itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from chronos.health import Health


def sink(problem: str | None, is_needed: bool = True) -> Any:
    return SimpleNamespace(problem=problem, is_needed=is_needed)


def health(**changes: Any) -> Health:
    parts: dict[str, Any] = {
        "delivery_problem": lambda: None,
        "refusal": lambda: None,
        "spooled": lambda: 0,
        "deployment": "0123456789ab",
        "has_started": lambda: True,
        "is_stopping": lambda: False,
        "recovering": lambda: [],
        "sinks": {"store_events": sink(None)},
    }
    return Health(**parts | changes)


def test_a_worker_of_which_all_parts_work_is_ready() -> None:
    assert health().report() == {
        "status": "ready",
        "problems": [],
        "remarks": [],
        "spooled": 0,
        "recovering_partitions": [],
        "deployment": "0123456789ab",
    }


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"has_started": lambda: False}, "the worker is starting", id="starting"),
        pytest.param(
            {"delivery_problem": lambda: "no connection"},
            "Kafka: no connection",
            id="Kafka",
        ),
        pytest.param(
            {"sinks": {"a": sink(None), "b": sink("refused")}},
            "b waits: refused",
            id="a sink",
        ),
    ],
)
def test_a_part_that_waits_is_named(changes: dict[str, Any], problem: str) -> None:
    report = health(**changes).report()
    assert (report["status"], report["problems"]) == ("waiting", [problem])


def test_all_parts_that_wait_are_named() -> None:
    sinks = {"a": sink("x"), "b": sink("y")}
    waiting = health(has_started=lambda: False, delivery_problem=lambda: "z", sinks=sinks)
    assert len(waiting.problems()) == 4


def test_beacons_on_disk_are_told_and_are_no_problem() -> None:
    assert health(spooled=lambda: 7).report()["spooled"] == 7
    assert health(spooled=lambda: 7).report()["status"] == "ready"


def test_what_a_person_should_mend_is_told_and_is_no_problem() -> None:
    report = health(remarks=["a view is not kept"]).report()
    assert (report["status"], report["remarks"]) == ("ready", ["a view is not kept"])


def test_each_part_says_how_it_is() -> None:
    assert health().parts() == [
        {"name": "worker", "works": True, "says": "takes its part"},
        {"name": "kafka", "works": True, "says": "takes every beacon"},
        {"name": "spool", "works": True, "says": "is empty"},
        {"name": "store_events", "works": True, "says": "keeps up"},
    ]


def test_a_part_that_waits_says_for_what() -> None:
    sinks = {"store_events": SimpleNamespace(problem="no connection")}
    waiting = health(
        has_started=lambda: False, delivery_problem=lambda: "gone", spooled=lambda: 1200, sinks=sinks
    )
    assert [(part["works"], part["says"]) for part in waiting.parts()] == [
        (False, "is starting"),
        (False, "gone"),
        (True, "keeps 1,200 until Kafka takes them"),
        (False, "no connection"),
    ]


def test_windows_that_are_brought_back_are_told_and_are_no_problem() -> None:
    recovering = health(recovering=lambda: [1, 4])
    report = recovering.report()
    assert (report["status"], report["recovering_partitions"]) == ("ready", [1, 4])
    assert recovering.parts()[-1] == {
        "name": "windows",
        "works": False,
        "says": "bring back partitions 1, 4",
    }


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="all is well"),
        pytest.param({"has_started": lambda: False}, id="it has no partition yet"),
        pytest.param({"delivery_problem": lambda: "no connection"}, id="beacons go to the spool"),
        pytest.param({"sinks": {"store_events": sink("away")}}, id="no database"),
        pytest.param({"recovering": lambda: [1]}, id="windows come back"),
    ],
)
def test_a_worker_that_takes_beacons_is_ready_for_them(changes: dict[str, Any]) -> None:
    assert health(**changes).readiness() == {"status": "ready", "reasons": []}


def test_a_worker_that_takes_none_says_why() -> None:
    unready = health(refusal=lambda: "the spool is full", is_stopping=lambda: True)
    assert unready.readiness() == {
        "status": "unready",
        "reasons": ["the worker is stopping", "the spool is full"],
    }


def test_a_sink_that_nothing_waits_for_is_told_and_is_no_problem() -> None:
    report = health(sinks={"archive": sink("disk full", is_needed=False)}).report()
    assert (report["status"], report["remarks"]) == ("ready", ["archive waits: disk full"])


def test_origins_that_were_refused_are_a_remark() -> None:
    said = "pages of https://b tried to send and may not"
    report = health(refused_origins=lambda: [said]).report()
    assert (report["status"], report["remarks"]) == ("ready", [said])

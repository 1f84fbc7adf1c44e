"""What a worker says of itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from chronos.health import Health


def health(**changes: Any) -> Health:
    parts: dict[str, Any] = {
        "delivery_problem": lambda: None,
        "spooled": lambda: 0,
        "has_started": lambda: True,
        "sinks": {"store_events": SimpleNamespace(problem=None)},
    }
    return Health(**parts | changes)


def test_a_worker_of_which_all_parts_work_is_ready() -> None:
    assert health().report() == {"status": "ready", "problems": [], "remarks": [], "spooled": 0}


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
            {"sinks": {"a": SimpleNamespace(problem=None), "b": SimpleNamespace(problem="refused")}},
            "b waits: refused",
            id="a sink",
        ),
    ],
)
def test_a_part_that_waits_is_named(changes: dict[str, Any], problem: str) -> None:
    report = health(**changes).report()
    assert (report["status"], report["problems"]) == ("waiting", [problem])


def test_all_parts_that_wait_are_named() -> None:
    sinks = {"a": SimpleNamespace(problem="x"), "b": SimpleNamespace(problem="y")}
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

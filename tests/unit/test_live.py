"""What the live page shows, put together from answers about windows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chronos import live

NOW = 1_900_000_004.5
SLOT = 1_900_000_000


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def window(start: int, seconds: int = 10, total: int | None = None, late: int = 0, **counts: int) -> Any:
    return {
        "start": iso(start),
        "end": iso(start + seconds),
        "status": "open",
        "total": sum(counts.values()) if total is None else total,
        "late": late,
        "other": 0,
        "counts": counts,
    }


def answer(*windows: Any, **changes: Any) -> dict[str, Any]:
    return {
        "windows": list(windows),
        "complete": True,
        "missing_partitions": [],
        "too_late": 0,
    } | changes


def answers(**changes: Any) -> dict[str, Any]:
    return {view: answer() for view in live.questions(NOW)} | changes


def test_all_questions_end_with_the_slot_that_is_now() -> None:
    asked = live.questions(NOW)
    assert {one["to"] for one in asked.values()} == {SLOT + 10}
    assert asked["event_types"]["from"] == SLOT + 10 - live.SHOWN_SECONDS


@pytest.mark.parametrize("now", [NOW, float(SLOT), SLOT + 9.999, 0.0], ids=str)
def test_all_questions_are_whole_numbers_of_slots(now: float) -> None:
    for asked in live.questions(now).values():
        assert {asked[name] % live.STEP for name in ("from", "to", "step")} == {0}
        assert asked["from"] <= now < asked["to"]


def test_keys_and_visitors_are_asked_for_as_one_window() -> None:
    asked = live.questions(NOW)
    assert all(one["to"] - one["from"] == one["step"] for name, one in asked.items() if name != "event_types")


def test_the_timeline_is_columns_of_types() -> None:
    windows = [window(SLOT - 20, clicks=2), window(SLOT - 10, late=1, clicks=1, pageviews=4), window(SLOT)]
    assert live.timeline(windows) == {
        "step": 10,
        "start": [SLOT - 20, SLOT - 10, SLOT],
        "types": {"clicks": [2, 1, 0], "pageviews": [0, 4, 0]},
        "late": [0, 1, 0],
        "status": ["open", "open", "open"],
    }


def test_a_type_that_did_not_happen_is_left_out() -> None:
    assert live.timeline([window(SLOT, clicks=0)])["types"] == {}


def test_times_may_be_numbers_as_well() -> None:
    assert live.timeline([window(SLOT) | {"start": SLOT + 0.5}])["start"] == [SLOT + 0.5]


@pytest.mark.parametrize(
    ("windows", "rate"),
    [
        pytest.param([], 0.0, id="no window"),
        pytest.param([window(SLOT, clicks=54)], 1.0, id="of the slot that is now, so far"),
        pytest.param([window(SLOT - 50, clicks=27), window(SLOT, clicks=27)], 1.0, id="both ends"),
        pytest.param([window(SLOT - 60, clicks=999)], 0.0, id="before"),
        pytest.param([window(SLOT + 10, clicks=999)], 0.0, id="after"),
    ],
)
def test_events_per_second_are_those_of_the_last_minute(windows: list[Any], rate: float) -> None:
    assert live.events_per_second(NOW, windows) == rate


@pytest.mark.parametrize(
    ("windows", "count"),
    [([], 0), ([window(SLOT - 300, 300, total=7)], 7), ([window(600, total=9), window(0, total=1)], 9)],
    ids=["none", "one", "the newest"],
)
def test_visitors_are_those_of_the_newest_window(windows: list[Any], count: int) -> None:
    assert live.visitors(windows) == count


def test_a_ranking_sums_windows_and_puts_equal_ones_in_the_order_of_the_alphabet() -> None:
    ranked = live.ranking([window(0, b=2, c=1), window(10, a=2, c=4, d=0)])
    assert ranked == [{"key": "c", "n": 5}, {"key": "a", "n": 2}, {"key": "b", "n": 2}]


def test_a_ranking_has_an_end() -> None:
    assert len(live.ranking([window(0, **{f"k{number}": 1 for number in range(99)})])) == live.LONGEST


def test_all_numbers_are_there() -> None:
    given = answers(
        event_types=answer(window(SLOT, clicks=54), too_late=3),
        visitors=answer(window(SLOT - 290, 300, total=2)),
        pageview_urls=answer(window(SLOT, **{"https://shop.example/": 1})),
        click_nodes=answer(window(SLOT, a=5)),
    )
    found = live.counted(NOW, given)
    assert found.pop("timeline")["types"] == {"clicks": [54]}
    assert found == {
        "events_per_second": 1.0,
        "visitors": 2,
        "pages": [{"key": "https://shop.example/", "n": 1}],
        "links": [],
        "nodes": [{"key": "a", "n": 5}],
        "too_late": 3,
        "complete": True,
    }


@pytest.mark.parametrize(
    "changes",
    [{"complete": False}, {"missing_partitions": [1]}, {"complete": False, "missing_partitions": [1]}],
    ids=str,
)
def test_one_answer_that_is_not_complete_makes_all_incomplete(changes: dict[str, Any]) -> None:
    assert live.counted(NOW, answers(visitors=answer(**changes)))["complete"] is False


def test_partitions_that_are_missing_anywhere_are_named_once() -> None:
    given = answers(visitors=answer(missing_partitions=[4, 1]), click_nodes=answer(missing_partitions=[4]))
    assert live.missing_partitions(given) == [1, 4]


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({}, {"works": True, "says": "count every event"}),
        ({"missing": [1, 4]}, {"works": False, "says": "no answer for partitions 1, 4"}),
        ({"unavailable": "switched off"}, {"works": False, "says": "switched off"}),
    ],
    ids=["well", "missing", "unavailable"],
)
def test_windows_are_one_more_part_of_the_health(given: dict[str, Any], part: dict[str, Any]) -> None:
    report = {"status": "ready", "parts": [{"name": "kafka", "works": True, "says": "well"}]}
    found = live.health(report, **given)
    assert found["parts"] == [*report["parts"], {"name": "windows", **part}]
    assert len(report["parts"]) == 1

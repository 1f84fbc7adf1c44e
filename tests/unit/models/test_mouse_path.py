"""A mouse move with a path is as many events as it has positions; what is wrong with it costs only itself."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from beacons import CLICK, KEY_PRESS, body, wire
from hypothesis import given
from hypothesis import strategies as st

from chronos.models.decoder import Decoded, Decoder
from chronos.models.envelope import MOST_EVENTS
from chronos.models.mouse_path import LONGEST_PATH

DECODER = Decoder(20)
YEAR_9999 = 253_402_300_799_999

Position = tuple[int, int, int]
positions = st.tuples(st.integers(-5000, 5000), st.integers(-(10**6), 10**6), st.integers(-(2**30), 2**30))


def move(path: Sequence[Any], x: Any = 1, y: Any = 2, at: Any = 5) -> str:
    return json.dumps(["mouse_moves", x, y, at, path])


def steps(of: Sequence[Position]) -> list[int]:
    """The path from the first of these positions to the others."""
    return [b - a for before, after in pairwise(of) for a, b in zip(before, after, strict=True)]


def moves(decoded: Decoded) -> list[list[Any]]:
    return [wire(event)[1:4] for event in decoded.events if event.wire_name == "mouse_moves"]


@given(st.lists(positions, min_size=1, max_size=50))
def test_positions_come_out_as_they_went_in(found: list[Position]) -> None:
    x, y, at = found[0]
    decoded = DECODER.decode(body(CLICK, move(steps(found), x, y, at), KEY_PRESS))
    assert moves(decoded) == [list(map(float, position)) for position in found]
    places = [decoded.index_of(number) for number in range(len(decoded.events))]
    assert places == [0, *[1] * len(found), 2]
    assert decoded.bad == []


@pytest.mark.parametrize("beside", ["[]", '["key_presses","\\u00e9\\u0000",1]', "NaN"])
def test_beside_a_bad_event_it_is_expanded_as_well(beside: str) -> None:
    decoded = DECODER.decode(body(beside, move([1, 1, 1]), KEY_PRESS, move([])))
    assert moves(decoded) == [[1.0, 2.0, 5.0], [2.0, 3.0, 6.0], [1.0, 2.0, 5.0]]
    assert [decoded.index_of(number) for number in range(4)] == [1, 1, 2, 3]
    assert [bad.index for bad in decoded.bad] == [0]


@pytest.mark.parametrize("name", ["mouse_moves", "\\u006douse_moves", "mouse\\u005fmoves"])
def test_however_its_name_is_written(name: str) -> None:
    decoded = DECODER.decode(body(move([1, 1, 1]).replace("mouse_moves", name)))
    assert moves(decoded) == [[1.0, 2.0, 5.0], [2.0, 3.0, 6.0]]


@pytest.mark.parametrize("path", [None, []], ids=["null", "empty"])
def test_without_positions_it_is_one_event(path: Any) -> None:
    decoded = DECODER.decode(body(CLICK, move(path)))
    assert [event.wire_name for event in decoded.events] == ["clicks", "mouse_moves"]
    assert [decoded.index_of(number) for number in range(2)] == [0, 1]


def test_the_first_position_stays_as_it_was_sent() -> None:
    first, second = moves(DECODER.decode(body(move([0, 0, 0], -0.0, 1e308, 5.25))))
    assert (str(first), str(second)) == ("[-0.0, 1e+308, 5.25]", "[0.0, 1e+308, 5.25]")


def test_positions_are_left_out_one_by_one() -> None:
    decoded = DECODER.decode(body(CLICK, move([1, 1, 1, 1, 1, 1]), KEY_PRESS)).without({0, 2})
    assert moves(decoded) == [[1.0, 2.0, 5.0], [3.0, 4.0, 7.0]]
    assert [decoded.index_of(number) for number in range(3)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(
            move([1, 2]), "mouse_moves.path takes threes of dx, dy, dt, got 2 values", id="not of threes"
        ),
        pytest.param(
            move([0] * 3 * (LONGEST_PATH + 1)), "mouse_moves.path takes 3000 positions, got 3001", id="long"
        ),
        pytest.param(move([0, 0, 1], at=YEAR_9999), "mouse_moves.path leads out of the years 1", id="late"),
        pytest.param(
            move([0, 0, -(2**31)] * 50 + [0, 0, 2**31 - 1] * 50, at=-62_135_596_800_000),
            "mouse_moves.path leads out of the years 1",
            id="early in between",
        ),
        pytest.param(move([0, 0, 2**31]), "at `mouse_moves.path[2]`", id="beyond int32"),
        pytest.param(move([0, 0, 0.5]), "at `mouse_moves.path[2]`", id="half a step"),
        pytest.param(move([0, "a", 0]), "at `mouse_moves.path[1]`", id="text"),
        pytest.param(move({"a": 1}), "at `mouse_moves.path`", id="object"),  # type: ignore[arg-type]
        pytest.param(
            move([float("nan"), 0, 0]).replace("nan", "NaN"), "a number is not finite", id="not finite"
        ),
        pytest.param(move([0] * 30_003), "length <= 10000 - at `mouse_moves.path`", id="far too long"),
    ],
)
def test_a_path_that_does_not_fit_is_bad_and_costs_no_other_event(event: str, reason: str) -> None:
    decoded = DECODER.decode(body(CLICK, event, move([1, 1, 1])))
    assert [event.wire_name for event in decoded.events] == ["clicks", "mouse_moves", "mouse_moves"]
    assert [decoded.index_of(number) for number in range(3)] == [0, 2, 2]
    [bad] = decoded.bad
    assert (bad.index, bad.raw) == (1, event.encode())
    assert reason in bad.reason


def test_the_longest_path_is_taken() -> None:
    assert len(DECODER.decode(body(move([1, 0, 1] * LONGEST_PATH))).events) == LONGEST_PATH + 1


def test_past_a_beacons_bound_a_path_is_bad_with_its_text_and_all_else_fits() -> None:
    full = move([1, 0, 1] * 999)  # 1000 positions with the first
    decoded = DECODER.decode(body(*[full] * 20, move([1, 0, 1]), CLICK))
    # 22 events leave 19,978 positions more: 19 of the paths, and the single step.
    assert len(decoded.events) == 19 * 1000 + 2 + 1
    [bad] = decoded.bad
    assert (bad.index, bad.raw) == (19, full.encode())
    assert bad.reason == "mouse_moves.path has 999 positions, the beacon's 20000 leave 997"


@pytest.mark.parametrize("room", [0, 1, 2])
def test_events_without_a_path_never_lack_room(room: int) -> None:
    decoded = DECODER.decode(body(*[CLICK] * (MOST_EVENTS - room - 1), move([1, 1, 1] * 2)))
    assert len(decoded.events) == MOST_EVENTS - room - 1 + (3 if room == 2 else 0)
    assert len(decoded.bad) == (0 if room == 2 else 1)

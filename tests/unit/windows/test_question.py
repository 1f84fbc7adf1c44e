"""What may be asked: every parameter is understood, or refused with what it takes."""

import pytest

from chronos.errors import BadParameter
from chronos.windows.question import ask, newest
from chronos.windows.slots import Grid

NOW = 1_772_366_405.5  # 2026-03-01T12:00:05.5Z
SLOT = 177_236_640


def grid(**parameters: str) -> Grid:
    return ask("keys", {name.rstrip("_"): value for name, value in parameters.items()}, NOW).grid


def test_without_bounds_it_is_the_newest_hour_with_the_minute_that_runs() -> None:
    assert grid() == Grid(SLOT + 6 - 360, SLOT + 6, 6, 6)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("2026-03-01T12:00:00Z", SLOT),
        ("2026-03-01T13:00:00+01:00", SLOT),
        ("2026-03-01T13:00:00 01:00", SLOT),  # a + that was not written as %2B
        ("1772366400", SLOT),
        ("1772366409.99", SLOT),
    ],
)
def test_times_are_iso_8601_or_epoch_seconds_and_move_to_the_edge_of_their_slot(text: str, slot: int) -> None:
    assert grid(from_=text, to="1772380000", step="10").start == slot
    assert grid(from_="1772366399", to="1772366401", step="10") == Grid(SLOT - 1, SLOT + 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "slots"), [("60", 6), ("60s", 6), ("5m", 30), ("1h", 360), ("1d", 8640), ("10", 1)]
)
def test_sizes_are_seconds_or_have_a_unit(text: str, slots: int) -> None:
    assert (grid(step=text).step, grid(step=text).slide) == (slots, slots)
    assert (grid(slide=text).step, grid(slide=text).slide) == (6, slots)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"step": "7"}, "parameter step = '7': expected a multiple of 10 seconds"),
        ({"step": "0"}, "parameter step = '0': expected a multiple of 10 seconds"),
        ({"step": "400d"}, "parameter step = '400d'"),
        ({"slide": "15"}, "parameter slide = '15': expected a multiple of 10 seconds"),
        ({"slide": "1w"}, "parameter slide"),
        ({"from": "yesterday"}, "parameter from = 'yesterday': expected ISO 8601 with a time zone"),
        ({"from": "2026-03-01T12:00:00"}, "parameter from"),
        ({"to": "-5"}, "parameter to = '-5': expected ISO 8601 .*, from 1970 on"),
        ({"to": "1e9"}, "parameter to"),
        ({"to": "99999999999999999999"}, "parameter to"),
        ({"from": "20", "to": "20"}, "parameter from = '20': expected a time before `to`"),
        ({"top": "0"}, "parameter top = '0': expected a whole number from 1 to 10,000"),
        ({"top": "x"}, "parameter top"),
        ({"form": "1"}, "parameter form = '1': expected no parameter; there are from, to"),
        ({"from": "0", "step": "10"}, "parameter step = '10': expected no more than 20,000 windows"),
        (
            {"from": "0", "to": "9000-01-01T00:00Z", "step": "10s", "slide": "366d"},
            "parameter slide = '366d': expected windows that end within 1,000,000 times",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_by_its_name(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(BadParameter, match=said):
        ask("keys", parameters, NOW)


def test_a_stream_has_the_newest_windows() -> None:
    assert newest("keys", {"step": "10", "last": "3"}, NOW).grid == Grid(SLOT - 2, SLOT + 1, 1, 1)
    assert newest("keys", {"step": "1m", "slide": "10", "last": "2"}, NOW).grid == Grid(
        SLOT - 6, SLOT + 1, 6, 1
    )
    with pytest.raises(BadParameter, match="no parameter; there are step"):
        newest("keys", {"from": "0"}, NOW)
    with pytest.raises(BadParameter, match="last = '1000': expected windows that begin from 1970 on"):
        newest("keys", {"step": "366d", "last": "1000"}, NOW)

"""Slots and grids: which windows there are, and which slots each holds."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronos.windows.slots import MICROSECONDS, Grid, slot_of

grids = st.builds(
    lambda start, length, step, slide: Grid(start, start + length, step, slide),
    st.integers(-1000, 1000),
    st.integers(0, 200),
    st.integers(1, 60),
    st.integers(1, 60),
)


@given(st.integers(-(10**18), 10**18))
def test_each_time_is_in_the_one_slot_that_begins_before_and_ends_behind_it(time_us: int) -> None:
    slot = slot_of(time_us)
    assert slot * MICROSECONDS <= time_us < (slot + 1) * MICROSECONDS


@pytest.mark.parametrize(
    ("time_us", "slot"),
    [(0, 0), (9_999_999, 0), (10_000_000, 1), (-1, -1), (-10_000_000, -1), (-10_000_001, -2)],
)
def test_a_slot_begins_with_its_first_microsecond_also_before_1970(time_us: int, slot: int) -> None:
    assert slot_of(time_us) == slot


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2016-12-31"])
def test_a_day_has_as_many_slots_as_hours_also_when_clocks_change_or_a_second_leaps(day: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin = datetime.fromisoformat(day).replace(tzinfo=zone)
    end = datetime.fromisoformat(day).replace(hour=23, minute=59, second=50, tzinfo=zone)
    slots = [slot_of(int(time.timestamp() * 1_000_000)) for time in (begin, end)]
    hours = {"2026-03-29": 23, "2026-10-25": 25, "2016-12-31": 24}[day]
    assert slots[1] - slots[0] + 1 == hours * 360


def test_a_leap_second_has_the_slot_of_the_second_that_it_repeats() -> None:
    # POSIX time has no 23:59:60: the clock shows 23:59:59 twice, or midnight.
    midnight = int(datetime(2017, 1, 1, tzinfo=UTC).timestamp())
    assert slot_of(midnight * 1_000_000) == slot_of((midnight - 1) * 1_000_000) + 1


@given(grids)
def test_windows_are_all_that_fit_and_no_more(grid: Grid) -> None:
    bounds = list(grid.bounds())
    naive = []
    first = grid.start
    while first + grid.step <= grid.end:
        naive.append((first, first + grid.step))
        first += grid.slide
    assert bounds == naive
    assert len(bounds) == grid.windows


@given(grids)
def test_bins_begin_and_end_with_windows(grid: Grid) -> None:
    for first, end in grid.bounds():
        assert (first - grid.start) % grid.bin == 0
        assert (end - grid.start) % grid.bin == 0
        assert end <= grid.covered_end <= max(grid.end, grid.start)

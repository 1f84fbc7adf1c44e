"""Answers from columns are what adding up one by one gives, for any windows, and put together from parts."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronos.errors import TooManyCounts
from chronos.windows import answers
from chronos.windows.answers import Part, part, together
from chronos.windows.index import BLOCK_SLOTS, ViewIndex
from chronos.windows.question import Question
from chronos.windows.slots import Grid

START = BLOCK_SLOTS * 1000 - 40  # a block ends within the windows

rows = st.lists(
    st.tuples(st.integers(START - 5, START + 90), st.sampled_from("abcdefgh"), st.integers(1, 9)), max_size=60
)
grids = st.builds(
    lambda length, step, slide: Grid(START, START + step + length, step, slide),
    st.integers(0, 80),
    st.integers(1, 12),
    st.integers(1, 15),
)


def indexes(found: list[tuple[int, str, int]], partitions: int = 2) -> list[ViewIndex]:
    """As partitions have it: a key is in one of them."""
    made = [ViewIndex() for _ in range(partitions)]
    for slot, key, events in found:
        made[ord(key) % partitions].add(slot, {key: events})
    return made


def naive(found: list[tuple[int, str, int]], grid: Grid) -> list[Counter[str]]:
    windows = []
    for first, end in grid.bounds():
        counts: Counter[str] = Counter()
        for slot, key, events in found:
            if first <= slot < end:
                counts[key] += events
        windows.append(counts)
    return windows


def spread(answer: Part, windows: int) -> list[dict[str, int]]:
    counts: list[dict[str, int]] = [{} for _ in range(windows)]
    for key, pairs in answer.counts.items():
        for at, events in zip(pairs[::2], pairs[1::2], strict=True):
            counts[at][key] = events
    return counts


@given(rows, grids)
def test_windows_of_any_step_and_slide_are_the_sums_of_their_slots(
    found: list[tuple[int, str, int]], grid: Grid
) -> None:
    answer = part(indexes(found), Question("keys", grid))
    right = naive(found, grid)
    assert spread(answer, grid.windows) == [dict(one) for one in right]
    assert answer.totals == [one.total() for one in right]


@given(rows, grids, st.integers(1, 4))
def test_the_largest_keys_are_the_same_from_one_worker_or_from_two(
    found: list[tuple[int, str, int]], grid: Grid, top: int
) -> None:
    question = Question("keys", grid, top=top)
    shards = indexes(found)
    one = together([part(shards, question)], question)
    two = together([part([shard], question) for shard in shards], question)
    right = naive(found, grid)
    sums: Counter[str] = sum(right, Counter())
    largest = sorted(sums, key=lambda key: (-sums[key], key))[:top]
    kept = [{key: events for key, events in window.items() if key in largest} for window in right]
    assert spread(one, grid.windows) == spread(two, grid.windows) == kept
    assert one.totals == two.totals == [window.total() for window in right]


@given(rows, grids)
def test_one_key_alone_is_its_part_of_all(found: list[tuple[int, str, int]], grid: Grid) -> None:
    answer = part(indexes(found), Question("keys", grid, key="c"))
    right = [window["c"] for window in naive(found, grid)]
    assert answer.totals == right
    assert set(answer.counts) <= {"c"}


@given(rows)
def test_a_block_that_is_summed_up_says_the_same(found: list[tuple[int, str, int]]) -> None:
    grid = Grid(START, START + 90, 10, 10)
    [index] = indexes(found, 1)
    before = part([index], Question("keys", grid))
    for block in index.blocks.values():
        block.fold()
    assert part([index], Question("keys", grid)) == before


def test_slots_that_are_not_kept_any_more_are_forgotten_with_keys_that_are_in_no_other() -> None:
    index = ViewIndex()
    index.add(10, {"old": 1, "both": 2})
    index.add(BLOCK_SLOTS + 10, {"both": 3, "new": 4})
    index.late[10] = index.late[BLOCK_SLOTS] = 1
    index.forget(BLOCK_SLOTS)
    assert sorted(index.keys.names) == ["both", "new"]
    answer = part([index], Question("keys", Grid(0, 2 * BLOCK_SLOTS, BLOCK_SLOTS, BLOCK_SLOTS)))
    assert spread(answer, 2) == [{}, {"both": 3, "new": 4}]
    assert answer.late == [0, 1]


def test_what_is_late_without_room_or_revised_is_told_by_window() -> None:
    index = ViewIndex()
    index.add(1, {"a": 5})
    index.overflow[1], index.late[2], index.too_late[7] = 2, 3, 4
    index.revised.add(3)
    answer = part([index], Question("keys", Grid(0, 8, 2, 2), top=5))
    assert (answer.totals, answer.late) == ([7, 0, 0, 0], [0, 3, 0, 0])
    assert answer.revised == [False, True, False, False]
    assert answer.too_late == 4


def test_an_answer_that_would_be_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_COUNTS", 5)
    index = ViewIndex()
    index.add(0, {f"key {n}": n + 1 for n in range(6)})
    grid = Grid(0, 1, 1, 1)
    with pytest.raises(TooManyCounts, match="over 5 counts: ask for the largest keys with `top`"):
        part([index], Question("keys", grid))
    assert part([index], Question("keys", grid, top=1)).totals == [21]


def test_long_windows_take_no_room_for_their_slots() -> None:
    year, index = 8640 * 366, ViewIndex()
    index.add(year + 1, {"a": 5})
    answer = part([index], Question("keys", Grid(0, year * 7000, year, year)))
    assert sum(answer.totals) == answer.totals[1] == 5


def test_of_many_keys_that_are_as_large_no_more_are_told_than_asked_for() -> None:
    index = ViewIndex()
    index.add(0, {"z": 2, **{f"key {n}": 1 for n in range(10)}})
    answer = part([index], Question("keys", Grid(0, 1, 1, 1), top=3))
    assert answer.counts == {"z": [0, 2], "key 0": [0, 1], "key 1": [0, 1]}


def test_a_partition_that_moved_meanwhile_is_not_lost(rng: Any) -> None:
    question = Question("keys", Grid(0, 2, 1, 1))
    parts = [
        Part([1, 2], [0, 0], [False, False], {"a": [0, 1, 1, 2]}),
        Part([3, 0], [1, 0], [True, False], {"a": [0, 3]}),
    ]
    whole = together(parts, question)
    assert (whole.totals, whole.counts) == ([4, 2], {"a": [0, 4, 1, 2]})

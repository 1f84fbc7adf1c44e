"""Answers: each worker sums up its own partitions (`Part`), and whoever was asked puts the parts together."""

from collections.abc import Iterable, Sequence
from heapq import nsmallest

import msgspec
import numpy as np
from numpy.typing import NDArray

from chronos.errors import TooManyCounts
from chronos.windows import panes
from chronos.windows.index import ViewIndex
from chronos.windows.question import Question
from chronos.windows.slots import Grid

MOST_COUNTS = 250_000
DENSE = 2_000_000  # cells of keys and bins, up to which an array of all of them is quicker than sorting

Numbers = NDArray[np.int64]


class Part(msgspec.Struct):
    """What some partitions say: one number a window, and by key one number a window that has any.

    ``counts`` maps a key to pairs, one after the other, of a window's number and its events.
    """

    totals: list[int]
    late: list[int]
    revised: list[bool]
    counts: dict[str, list[int]] = {}
    too_late: int = 0
    is_distinct: bool = False


def part(indexes: Sequence[ViewIndex], question: Question) -> Part:
    """Sum up the windows of a question in partitions that are here; raise TooManyCounts."""
    grid = question.grid
    late = sum((_by_slot(index.late, grid) for index in indexes), np.zeros(grid.bins, np.int64))
    revised = np.zeros(grid.bins, np.int64)
    for index in indexes:
        revised += _by_slot(dict.fromkeys(index.revised, 1), grid)
    slots = range(grid.start, grid.end)
    answer = Part(
        totals=[],
        late=_windows(late, grid).tolist(),
        revised=(_windows(revised, grid) > 0).tolist(),
        too_late=sum(events for index in indexes for slot, events in index.too_late.items() if slot in slots),
    )
    if any(index.sketches for index in indexes):
        answer.totals, answer.is_distinct = _distinct(indexes, grid), True
    else:
        _count(indexes, question, answer)
    return answer


def _count(indexes: Sequence[ViewIndex], question: Question, answer: Part) -> None:
    grid = question.grid
    if question.key is None:
        totals = sum((_totals(index, grid) for index in indexes), np.zeros(grid.bins, np.int64))
        answer.totals = _windows(totals, grid).tolist()
        wanted = _largest(indexes, [_by_weight(index, grid) for index in indexes], question.top)
    else:
        numbers = [index.keys.find(question.key) for index in indexes]
        wanted = [np.array([] if number is None else [number], np.int64) for number in numbers]
    budget = MOST_COUNTS
    for index, some in zip(indexes, wanted, strict=True):
        budget -= _add_keys(answer, index, some, grid, budget)
    if question.key is not None:
        answer.totals = [0] * grid.windows
        for at, events in _pairs(answer.counts.get(question.key, [])):
            answer.totals[at] += events


def _totals(index: ViewIndex, grid: Grid) -> Numbers:
    """The events of each bin, those without room for their key among them."""
    return index.by_bin(grid.start, grid.bins, grid.bin) + _by_slot(index.overflow, grid)


def _by_weight(index: ViewIndex, grid: Grid) -> Numbers:
    """The events of each key; one that is in several windows, which overlap, is there as often."""
    if grid.step == grid.slide:
        return index.by_key(grid.start, grid.covered_end)
    coverage = _coverage(grid)
    sums = np.zeros(len(index.keys), np.int64)
    for rows in index.rows(grid.start, grid.covered_end):
        places, keys, events = _binned(rows, grid)
        sums += np.bincount(keys, events * coverage[places], len(sums)).astype(np.int64)
    return sums


def _largest(indexes: Sequence[ViewIndex], sums: Sequence[Numbers], top: int | None) -> list[Numbers]:
    """For each partition the numbers of the keys with the most events of all, or all with any."""
    there = np.concatenate(sums) if sums else np.empty(0, np.int64)
    if top is None or np.count_nonzero(there) <= top:
        return [np.flatnonzero(some) for some in sums]
    least = np.partition(there, -top)[-top]
    # Of all that are as large as the last one, which may be most keys, those with the first names are kept.
    last = nsmallest(
        top - int(np.count_nonzero(there > least)),
        (
            (index.keys.names[number], place, number)
            for place, (index, some) in enumerate(zip(indexes, sums, strict=True))
            for number in np.flatnonzero(some == least).tolist()
        ),
    )
    found = [np.flatnonzero(some > least).tolist() for some in sums]
    for _, place, number in last:
        found[place].append(number)
    return [np.array(sorted(numbers), np.int64) for numbers in found]


def _add_keys(answer: Part, index: ViewIndex, wanted: Numbers, grid: Grid, budget: int) -> int:
    """Add the windows of some keys of one partition; return how many counts these are."""
    used = 0
    rows = [_binned(found, grid) for found in index.rows(grid.start, grid.covered_end, wanted)]
    if not rows or not len(wanted):
        return used
    places, keys, events = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    cells, sums = _summed(np.searchsorted(wanted, keys) * grid.bins + places, events, len(wanted) * grid.bins)
    for number, (at, counted) in _by_key(cells, sums, grid):
        used += len(at)
        if used > budget:
            raise TooManyCounts(limit=MOST_COUNTS)
        pairs = np.stack([at, counted], 1).ravel().tolist()
        answer.counts[index.keys.names[int(wanted[number])]] = pairs
    return used


def _summed(cells: Numbers, events: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """The cells that have any events, in order, and how many."""
    if size <= DENSE:
        sums = np.bincount(cells, events, size).astype(np.int64)
        there = np.flatnonzero(sums)
        return there, sums[there]
    there, row = np.unique(cells, return_inverse=True)
    return there, np.bincount(row, events, len(there)).astype(np.int64)


def _by_key(cells: Numbers, sums: Numbers, grid: Grid) -> Iterable[tuple[int, tuple[Numbers, Numbers]]]:
    """By key's rank, the windows that have any of its events, and how many."""
    if not len(cells):
        return
    ranks = cells // grid.bins
    edges = np.flatnonzero(np.diff(ranks, prepend=-1))
    for first, last in zip(edges.tolist(), [*edges[1:].tolist(), len(cells)], strict=True):
        places, counted = cells[first:last] % grid.bins, sums[first:last]
        if grid.step == grid.slide:
            yield int(ranks[first]), (places, counted)
            continue
        by_bin = np.zeros(grid.bins, np.int64)
        by_bin[places] = counted
        windows = _windows(by_bin, grid)
        at = np.flatnonzero(windows)
        if len(at):
            yield int(ranks[first]), (at, windows[at])


def _binned(
    rows: tuple[Numbers, NDArray[np.uint32], Numbers], grid: Grid
) -> tuple[Numbers, Numbers, Numbers]:
    slots, keys, events = rows
    places = (slots - grid.start) // grid.bin
    if grid.slide > grid.step:  # what lies in a gap is in no window
        inside = (slots - grid.start) % grid.slide < grid.step
        places, keys, events = places[inside], keys[inside], events[inside]
    return places, keys.astype(np.int64), events


def _coverage(grid: Grid) -> Numbers:
    """In how many windows each bin is."""
    edges = np.zeros(grid.bins + 1, np.int64)
    first = np.arange(grid.windows) * (grid.slide // grid.bin)
    np.add.at(edges, first, 1)
    np.add.at(edges, first + grid.step // grid.bin, -1)
    covered: Numbers = np.cumsum(edges)[:-1]
    return covered


def _by_slot(numbers: dict[int, int], grid: Grid) -> Numbers:
    """Numbers by slot as one a bin."""
    bins = np.zeros(grid.bins, np.int64)
    for slot, number in numbers.items():
        if grid.start <= slot < grid.covered_end:
            bins[(slot - grid.start) // grid.bin] += number
    return bins


def _windows(bins: Numbers, grid: Grid) -> Numbers:
    """The sums of the windows, each the difference of two running sums."""
    running = np.concatenate([[0], np.cumsum(bins)])
    first = np.arange(grid.windows) * (grid.slide // grid.bin)
    sums: Numbers = running[first + grid.step // grid.bin] - running[first]
    return sums


def _distinct(indexes: Sequence[ViewIndex], grid: Grid) -> list[int]:
    sketches = {slot: sketch for index in indexes for slot, sketch in index.sketches.items()}
    there = sorted(slot for slot in sketches if grid.start <= slot < grid.covered_end)
    numbers = np.array(there, np.int64)
    totals = []
    for first, end in grid.bounds():
        low, high = np.searchsorted(numbers, [first, end])
        totals.append(panes.distinct([sketches[slot] for slot in there[low:high]]))
    return totals


def together(parts: Sequence[Part], question: Question) -> Part:
    """Put the parts of all workers together; of their keys the largest, which no two of them share."""
    windows = question.grid.windows
    whole = Part([0] * windows, [0] * windows, [False] * windows)
    for one in parts:
        whole.totals = [a + b for a, b in zip(whole.totals, one.totals, strict=True)]
        whole.late = [a + b for a, b in zip(whole.late, one.late, strict=True)]
        whole.revised = [a or b for a, b in zip(whole.revised, one.revised, strict=True)]
        whole.too_late += one.too_late
        whole.is_distinct = whole.is_distinct or one.is_distinct
        for key, pairs in one.counts.items():
            whole.counts[key] = pairs if key not in whole.counts else _sum(whole.counts[key], pairs)
    if question.top is not None:
        largest = sorted(whole.counts, key=lambda key: (-sum(whole.counts[key][1::2]), key))
        whole.counts = {key: whole.counts[key] for key in largest[: question.top]}
    return whole


def _sum(pairs: list[int], others: list[int]) -> list[int]:
    """Of the same key in two parts, as it was before and after a move of its partition."""
    sums = dict(_pairs(pairs))
    for at, events in _pairs(others):
        sums[at] = sums.get(at, 0) + events
    return [number for pair in sorted(sums.items()) for number in pair]


def _pairs(pairs: list[int]) -> Iterable[tuple[int, int]]:
    return zip(pairs[::2], pairs[1::2], strict=True)

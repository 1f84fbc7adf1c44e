"""The read model beside the table: one partition's counts of a view as columns, for answers in milliseconds.

A row says that so many events more were counted for a key in a slot; rows of the same key and slot are
summed when a block has grown. So a change of the table costs an append, and an answer reads arrays: the
sums of a block, which are kept, and only of the keys that are told the rows themselves.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_SLOTS = 1440  # four hours
FOLD_FROM = 4096  # rows that were appended to a block since it was summed up

Numbers = NDArray[np.int64]
Columns = tuple[NDArray[np.uint16], NDArray[np.uint32], Numbers]  # slots, keys, events


class Keys:
    """Numbers for the keys of a view, in the order in which they came."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def number(self, key: str) -> int:
        """The number of a key, which gets one where it has none."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.names)
            self.names.append(key)
        return number

    def find(self, key: str) -> int | None:
        """The number of a key that has one."""
        return self._numbers.get(key)


class Block:
    """The rows of 1,440 slots, told from the block's first: those that are summed up, and what came since."""

    def __init__(self) -> None:
        self._new = (array("H"), array("I"), array("q"))
        self.replace(np.empty(0, np.uint16), np.empty(0, np.uint32), np.empty(0, np.int64))

    def add(self, slot: int, keys: Iterable[int], events: Iterable[int]) -> None:
        """Append rows of one slot."""
        slots, numbers, counts = self._new
        numbers.extend(keys)
        counts.extend(events)
        slots.extend([slot] * (len(numbers) - len(slots)))
        if len(slots) >= FOLD_FROM + len(self._folded[0]) // 4:
            self.fold()

    def columns(self) -> Columns:
        """All rows; a slot and key may be in several."""
        new = self._appended()
        if not len(new[0]):
            return self._folded
        (slots, more_slots), (keys, more_keys), (events, more) = zip(self._folded, new, strict=True)
        return (
            np.concatenate([slots, more_slots]),
            np.concatenate([keys, more_keys]),
            np.concatenate([events, more]),
        )

    def by_slot(self) -> Numbers:
        """The events of each slot."""
        slots, _, events = self._appended()
        return self._by_slot + _sums(slots, events, BLOCK_SLOTS)

    def by_key(self, known: int) -> Numbers:
        """The events of each of ``known`` keys."""
        _, keys, events = self._appended()
        sums = _sums(keys, events, known)
        sums[: len(self._by_key)] += self._by_key
        return sums

    def rows_of(self, wanted: Numbers) -> Columns:
        """The rows of some keys."""
        slots, keys, events = self._folded
        first = np.searchsorted(keys, wanted, "left")
        lengths = np.searchsorted(keys, wanted, "right") - first
        # The places first, first + 1, ... of each of these keys, one after the other.
        ends = np.cumsum(lengths)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + lengths, lengths)
        new = self._appended()
        which = np.isin(new[1], wanted)
        return (
            np.concatenate([slots[at], new[0][which]]),
            np.concatenate([keys[at], new[1][which]]),
            np.concatenate([events[at], new[2][which]]),
        )

    def replace(self, slots: NDArray[np.uint16], keys: NDArray[np.uint32], events: Numbers) -> None:
        """Have these rows instead, summed up."""
        self._new = (array("H"), array("I"), array("q"))
        place = keys.astype(np.uint64) * BLOCK_SLOTS + slots
        order = np.argsort(place, kind="stable")  # most of it is in order
        place = place[order]
        first = np.flatnonzero(np.diff(place, prepend=place[:1] + 1))
        place = place[first]
        counted = np.add.reduceat(events[order], first) if len(first) else events
        self._folded: Columns = (
            (place % BLOCK_SLOTS).astype(np.uint16),
            (place // BLOCK_SLOTS).astype(np.uint32),
            counted,
        )
        self._by_slot = _sums(self._folded[0], counted, BLOCK_SLOTS)
        self._by_key = _sums(self._folded[1], counted)

    def fold(self) -> None:
        """Sum up."""
        self.replace(*self.columns())

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        kept = (*self._folded, self._by_slot, self._by_key)
        return sum(one.nbytes for one in kept) + sum(len(one) * one.itemsize for one in self._new)

    def _appended(self) -> Columns:
        # Copies: an array that is looked at could not grow.
        slots, keys, events = self._new
        return np.array(slots, np.uint16), np.array(keys, np.uint32), np.array(events, np.int64)


class ViewIndex:
    """One partition's rows of a view, by block; and by slot what is not counted by key.

    ``sketches`` has those of a view of distinct keys, ``revised`` the slots that changed after they were
    final.
    """

    def __init__(self) -> None:
        self.keys = Keys()
        self.blocks: dict[int, Block] = {}
        self.late: dict[int, int] = defaultdict(int)
        self.overflow: dict[int, int] = defaultdict(int)
        self.too_late: dict[int, int] = defaultdict(int)
        self.sketches: dict[int, bytes] = {}
        self.revised: set[int] = set()

    def add(self, slot: int, counts: Mapping[str, int]) -> None:
        """Count events of keys in a slot."""
        number, place = divmod(slot, BLOCK_SLOTS)
        block = self.blocks.get(number)
        if block is None:
            block = self.blocks[number] = Block()
        block.add(place, map(self.keys.number, counts), counts.values())

    def by_bin(self, start: int, bins: int, size: int) -> Numbers:
        """The events of each of ``bins`` bins of ``size`` slots, the first of which begins at ``start``."""
        sums, end = np.zeros(bins, np.int64), start + bins * size
        for first, block in self._between(start, end):
            low, high = max(first, start), min(first + BLOCK_SLOTS, end)
            events = block.by_slot()[low - first : high - first]
            np.add.at(sums, (np.arange(low, high) - start) // size, events)
        return sums

    def by_key(self, start: int, end: int) -> Numbers:
        """The events of each key, by its number, in slots from ``start`` up to before ``end``."""
        sums = np.zeros(len(self.keys), np.int64)
        for first, block in self._between(start, end):
            if start <= first and first + BLOCK_SLOTS <= end:
                sums += block.by_key(len(sums))
            else:
                _, keys, events = _inside(block.columns(), first, start, end)
                sums += _sums(keys, events, len(sums))
        return sums

    def rows(
        self, start: int, end: int, wanted: Numbers | None = None
    ) -> Iterator[tuple[Numbers, NDArray[np.uint32], Numbers]]:
        """The rows of slots from ``start`` up to before ``end``, as (slot, key's number, events).

        ``wanted`` are the numbers of the keys, all without it.
        """
        for first, block in self._between(start, end):
            found = block.columns() if wanted is None else block.rows_of(wanted)
            yield _inside(found, first, start, end)

    def forget(self, before: int) -> None:
        """Drop all slots before ``before``: whole blocks, and keys that are in none any more."""
        gone = [number for number in self.blocks if (number + 1) * BLOCK_SLOTS <= before]
        for number in gone:
            del self.blocks[number]
        by_slot: Iterable[dict[int, int] | dict[int, bytes]] = (
            self.late,
            self.overflow,
            self.too_late,
            self.sketches,
        )
        for part in by_slot:
            for slot in [slot for slot in part if slot < before]:
                del part[slot]
        self.revised = {slot for slot in self.revised if slot >= before}
        if gone:
            self._renumber()

    def _between(self, start: int, end: int) -> Iterator[tuple[int, Block]]:
        """The blocks that have any of these slots, with their first one."""
        for number, block in self.blocks.items():
            first = number * BLOCK_SLOTS
            if first < end and start < first + BLOCK_SLOTS:
                yield first, block

    def _renumber(self) -> None:
        """Give numbers again, since keys come and go and their names take the most."""
        old = self.keys
        self.keys = Keys()
        for block in self.blocks.values():
            slots, keys, events = block.columns()
            used, row = np.unique(keys, return_inverse=True)
            numbers = np.array([self.keys.number(old.names[key]) for key in used.tolist()], np.uint32)
            block.replace(slots, numbers[row] if len(used) else keys, events)


def _inside(rows: Columns, first: int, start: int, end: int) -> tuple[Numbers, NDArray[np.uint32], Numbers]:
    """Rows of a block, of slots that are in between, with these as they are called outside of it."""
    slots, keys, events = rows
    wide = slots.astype(np.int64) + first
    if first < start or first + BLOCK_SLOTS > end:
        inside = (wide >= start) & (wide < end)
        wide, keys, events = wide[inside], keys[inside], events[inside]
    return wide, keys, events


def _sums(numbers: NDArray[Any], events: Numbers, least: int = 0) -> Numbers:
    """The events of each number, from 0 up to ``least`` or the largest that there is."""
    return np.bincount(numbers, events, least).astype(np.int64)

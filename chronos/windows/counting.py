"""Counts beacons: what they add to which panes, in bundles for the partitions that have these."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress, groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chronos.event_time import EventClock, microseconds_of
from chronos.models.beacon import Beacon
from chronos.windows.bundles import (
    COUNT,
    DISTINCT,
    TOO_LATE,
    Bundle,
    PaneDelta,
    bounded,
    bucket_of,
    partition_of,
)
from chronos.windows.declared import WindowView
from chronos.windows.expression import Keys, compile_keys
from chronos.windows.slots import slot_of

METADATA_REMEMBERED = 10_000
CLIENT_TIME = attrgetter("client_time")

Numbers = NDArray[np.int64]
Metadata = Mapping[str, Any]


@dataclass(frozen=True)
class Bounds:
    """When an event is late, and when it is too late, in microseconds between its time and its arrival."""

    late_us: int
    too_late_us: int


@dataclass
class Counted:
    """Bundles by partition of `window_deltas`; events, and how many came late and too late."""

    bundles: dict[int, list[Bundle]] = field(default_factory=lambda: defaultdict(list))
    events: int = 0
    late: int = 0
    too_late: int = 0


class _Group(NamedTuple):
    """Events of one beacon in one slot, which are late or not; the offset is told from the first."""

    offset: int
    slot: int
    late: bool


@dataclass
class _Events:
    """Events of one type from one partition; of each the number of its beacon, and that of its group.

    Of each group there are its first event, by number, and its size.
    """

    name: str
    events: list[Any]
    beacons: Numbers
    group: Numbers
    groups: list[_Group]
    firsts: list[int]
    sizes: list[int]


Pane = tuple[str, int, int, str]  # view, bucket, slot, kind
Panes = dict[Pane, dict[str, list[int]]]


class Counting:
    """Counts for ``views`` in ``partitions`` partitions of `window_deltas`."""

    def __init__(
        self, views: Sequence[WindowView], clock: EventClock, bounds: Bounds, partitions: int
    ) -> None:
        self._views = [(view, compile_keys(view)) for view in views]
        self._clock = clock
        self._bounds = bounds
        self._partitions = partitions
        self._bucket = lru_cache(maxsize=100_000)(bucket_of)
        self._metadata = lru_cache(maxsize=METADATA_REMEMBERED)(json.loads)
        self._needs_metadata = any(keys.needs_metadata for _, keys in self._views)

    def count(self, beacons: Sequence[Beacon], bases: Mapping[int, int]) -> Counted:
        """What beacons, ordered by partition and offset, add; ``bases`` are added to their offsets."""
        counted = Counted()
        for source, group in groupby(beacons, lambda beacon: beacon.partition):
            self._count_source(source, list(group), bases.get(source, 0), counted)
        return counted

    def _count_source(self, source: int, beacons: list[Beacon], base: int, counted: Counted) -> None:
        first, last = beacons[0].offset, beacons[-1].offset
        time_us = max(microseconds_of(beacon.time) for beacon in beacons)
        watermark_us = 0
        metadata = self._metadata_of(beacons) if self._needs_metadata else []
        panes: Panes = defaultdict(dict)
        for events, newest_us in self._by_type(beacons, metadata, panes, counted):
            watermark_us = max(watermark_us, newest_us)
            for view, keys in self._views:
                if view.event is None or view.event == events.name:
                    self._add(panes, view, keys, events, metadata)
        deltas: dict[int, list[PaneDelta]] = defaultdict(list)
        for (view_id, bucket, slot, kind), rows in panes.items():
            place = partition_of(view_id, bucket, self._partitions)
            deltas[place].append(bounded(PaneDelta(view_id, bucket, slot, kind, rows)))
        for place in range(self._partitions):
            counted.bundles[place].append(
                Bundle(source, base + first, base + last, watermark_us, time_us, deltas[place])
            )

    def _by_type(
        self, beacons: list[Beacon], metadata: list[Metadata], panes: Panes, counted: Counted
    ) -> Iterator[tuple[_Events, int]]:
        """The events that are in time, by type, with the newest event time; count those that are not."""
        times = np.array([microseconds_of(beacon.time) for beacon in beacons], np.int64)
        skew = np.array(
            [self._clock.skew(time / 1000, b.decoded.sent_at) for time, b in zip(times, beacons, strict=True)]
        )
        offsets = [beacon.offset - beacons[0].offset for beacon in beacons]
        for name, (events, numbers) in _types(beacons).items():
            arrived = times[numbers]
            client_ms = np.fromiter(map(CLIENT_TIME, events), np.float64, len(events))
            event_us = self._clock.event_us(client_ms, arrived, skew[numbers])
            behind = arrived - event_us
            late, too_late = behind > self._bounds.late_us, behind > self._bounds.too_late_us
            counted.events += len(events)
            counted.late += int(late.sum())
            slots = slot_of(event_us)
            if too_late.any():
                counted.too_late += int(too_late.sum())
                some = list(compress(events, too_late.tolist()))
                arrival_slots = slot_of(arrived[too_late])
                found = _grouped(name, some, numbers[too_late], arrival_slots, late[too_late], offsets)
                self._add_too_late(panes, found, metadata)
                events = list(compress(events, (~too_late).tolist()))
                numbers, slots, late = numbers[~too_late], slots[~too_late], late[~too_late]
            if events:
                yield _grouped(name, events, numbers, slots, late, offsets), int(event_us.max())

    def _add(
        self, panes: Panes, view: WindowView, keys: Keys, events: _Events, metadata: list[Metadata]
    ) -> None:
        distinct = view.kind == DISTINCT
        view_id, kind, groups, bucket_of_key = view.id, view.kind, events.groups, self._bucket
        for (key, group), number in _counts(view, keys, events, metadata):
            if key is None:
                continue
            offset, slot, late = groups[group]
            bucket = 0 if distinct else bucket_of_key(key)
            rows = panes[view_id, bucket, slot, kind]
            if key in rows:
                _append(rows[key], offset, number, late)
            else:
                rows[key] = [offset, number, number if late else 0]

    def _add_too_late(self, panes: Panes, events: _Events, metadata: list[Metadata]) -> None:
        for view, keys in self._views:
            if view.event is None or view.event == events.name:
                for (key, group), number in _counts(view, keys, events, metadata):
                    if key is not None:
                        offset, slot, _ = events.groups[group]
                        rows = panes[view.id, TOO_LATE, slot, COUNT]
                        _append(rows.setdefault("", [offset, 0, 0]), offset, number, True)

    def _metadata_of(self, beacons: list[Beacon]) -> list[Metadata]:
        return [self._metadata(beacon.decoded.metadata.data) for beacon in beacons]


def _types(beacons: list[Beacon]) -> dict[str, tuple[list[Any], Numbers]]:
    """The events of each type, and the numbers of their beacons."""
    types: dict[str, tuple[list[Any], list[int]]] = defaultdict(lambda: ([], []))
    for number, beacon in enumerate(beacons):
        for event in beacon.decoded.events:
            events, numbers = types[event.wire_name]
            events.append(event)
            numbers.append(number)
    return {name: (events, np.array(numbers)) for name, (events, numbers) in types.items()}


def _grouped(
    name: str,
    events: list[Any],
    beacons: Numbers,
    slots: Numbers,
    late: NDArray[np.bool_],
    offsets: list[int],
) -> _Events:
    """Group events by beacon, slot, and whether they are late."""
    first = int(slots.min())
    span = int(slots.max()) - first + 1
    places, firsts, group, sizes = np.unique((beacons * span + slots - first) * 2 + late, True, True, True)
    groups = [
        _Group(offsets[place // 2 // span], place // 2 % span + first, bool(place % 2))
        for place in places.tolist()
    ]
    return _Events(name, events, beacons, group, groups, firsts.tolist(), sizes.tolist())


def _counts(
    view: WindowView, keys: Keys, events: _Events, metadata: list[Metadata]
) -> Iterable[tuple[tuple[str | None, int], int]]:
    """How many events of each key there are in each group."""
    if view.event is not None:
        about = [metadata[number] for number in events.beacons.tolist()] if keys.needs_metadata else []
        found = keys(events.events, about)
        return Counter(zip(found, events.group.tolist(), strict=True)).items()
    # Of events of every type there are the type and the metadata: in a beacon these are the same for all.
    about = (
        [metadata[number] for number in events.beacons[events.firsts].tolist()] if keys.needs_metadata else []
    )
    found = keys([events.events[first] for first in events.firsts], about)
    return zip(zip(found, range(len(found)), strict=True), events.sizes, strict=True)


def _append(row: list[int], offset: int, events: int, late: bool) -> None:
    if row[-3] == offset:
        row[-2] += events
        row[-1] += events if late else 0
    else:
        row += (offset, events, events if late else 0)

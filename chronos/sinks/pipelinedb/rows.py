"""The rows of a batch, stream by stream, as `asyncpg.Connection.copy_records_to_table` takes them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from chronos.event_time import EventClock
from chronos.models.beacon import Beacon
from chronos.models.events import EVENT_TYPES, EVENTS
from chronos.models.message import EPOCH
from chronos.views.streams import streams

ROWS_PER_BEACON = 2**20  # more than a beacon can have
TIMES = ("client_time", "time", "event_time", "arrival_timestamp")
PLACED = ("metadata", "partition", "place", "number")

Marks = Mapping[tuple[str, int], "Mark"]


class Mark(msgspec.Struct, frozen=True):
    """What a stream has counted of a partition: rows, the last one's number and its place."""

    rows: int = 0
    number: int = 0
    place: int = -1


def columns(stream: str) -> list[str]:
    """The columns of a stream, in the order in which `rows_of` has them."""
    return [*streams()[stream].own, *TIMES, *PLACED]


def place_of(offset: int, row: int) -> int:
    """Where a row stands: its beacon's offset, and which of the beacon's rows it is."""
    return offset * ROWS_PER_BEACON + row


def rows_of(beacons: Sequence[Beacon], clock: EventClock, marks: Marks) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that are beyond ``marks``, by stream, in the order of their places."""
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    numbers = {key: mark.number for key, mark in marks.items()}

    def add(stream: str, own: tuple[Any, ...], times: tuple[Any, ...], beacon: Beacon, row: int) -> None:
        key, place = (stream, beacon.partition), place_of(beacon.offset, row)
        if place <= marks.get(key, Mark()).place:
            return
        numbers[key] = numbers.get(key, 0) + 1
        placed = (beacon.decoded.metadata.data, beacon.partition, place, numbers[key])
        rows[stream].append((*own, *times, *placed))

    for beacon in beacons:
        for row, (event, times) in enumerate(zip(beacon.decoded.events, _times(beacon, clock), strict=True)):
            name = event.wire_name
            add(
                name,
                tuple(_value(getattr(event, one)) for one in EVENT_TYPES[name].columns()),
                times,
                beacon,
                row,
            )
            add(EVENTS, (name,), times, beacon, row)
    return rows


def _times(beacon: Beacon, clock: EventClock) -> list[tuple[datetime, ...]]:
    client_ms = np.array([event.client_time for event in beacon.decoded.events], dtype=np.float64)
    time_ms = np.full(len(client_ms), (beacon.time - EPOCH) / timedelta(milliseconds=1))
    skew = np.full(
        len(client_ms), clock.skew((beacon.time - EPOCH) / timedelta(milliseconds=1), beacon.decoded.sent_at)
    )
    event_ms = clock.event_times(client_ms, time_ms, skew).event_ms
    return [
        (_datetime(client), beacon.time, _datetime(event), beacon.time)
        for client, event in zip(client_ms.tolist(), event_ms.tolist(), strict=True)
    ]


def _datetime(milliseconds: float) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


def _value(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value

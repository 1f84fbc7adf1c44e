"""Turns decoded events into rows in PostgreSQL's binary COPY format, by columns instead of by rows.

Format: PostgreSQL documentation, COPY, "Binary Format". A row is the number of its fields, then each
field's length and bytes. Here the fields of a fixed size come last, so that numpy makes them, lengths
included, for all rows at once; texts, where a type has any, are put before them row by row. Measured
beside `asyncpg.Connection.copy_records_to_table` (docs/benchmarks.md): a fifth of the CPU time.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import msgspec
import numpy as np
from numpy.typing import NDArray

from chronos.event_time import EventClock, Microseconds, Milliseconds, microseconds, microseconds_of
from chronos.models.beacon import Beacon
from chronos.models.events import EVENT_TYPES, Event

POSTGRES_EPOCH_US = 946_684_800_000_000  # 2000-01-01, from which PostgreSQL counts
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
COMMON = ("client_time", "time", "event_time", "metadata_id")
NUMBERS = {int: ">i4", float: ">f8", bool: "?"}
TIME, UUID_BYTES = ">i8", "V16"
FIELDS = struct.Struct(">h")
LENGTH = struct.Struct(">i")
NULL = LENGTH.pack(-1)


@dataclass
class Rows:
    """What is copied into tables: rows in binary form by event type, and event times clamped, by reason."""

    copies: dict[str, bytes] = field(default_factory=dict)
    events: int = 0
    clamped: Counter[str] = field(default_factory=Counter)


@dataclass
class _Group:
    """Events of one type in a batch, and for each the number of its beacon."""

    events: list[Any] = field(default_factory=list)
    beacons: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Layout:
    """How a type's row is laid out: texts first, then what has a fixed size (``fixed``, with lengths)."""

    texts: tuple[tuple[str, Callable[[Any], bytes]], ...]
    numbers: tuple[str, ...]
    fixed: np.dtype[Any]


def columns(event: type[Event]) -> list[str]:
    """The columns that COPY fills, in the order in which the rows have them."""
    layout = _layout(event)
    return [*(name for name, _ in layout.texts), *layout.numbers, *COMMON]


def rows_of(beacons: Sequence[Beacon], clock: EventClock) -> Rows:
    """The rows of all events of ``beacons``."""
    rows = Rows()
    time_us = np.array([microseconds_of(beacon.time) for beacon in beacons], dtype=np.int64)
    skew = np.array([_skew(beacon, clock) for beacon in beacons], dtype=np.float64)
    metadata = np.array([beacon.decoded.metadata.id.bytes for beacon in beacons], dtype=UUID_BYTES)
    for name, group in _by_type(beacons).items():
        layout = _layout(EVENT_TYPES[name])
        block = _block(layout, group.events)
        rows.clamped.update(_fill_times(block, time_us[group.beacons], skew[group.beacons], clock))
        block["metadata_id"] = metadata[group.beacons]
        rows.copies[name] = b"".join((HEADER, *_lines(layout, group.events, block), TRAILER))
        rows.events += len(group.events)
    return rows


def _skew(beacon: Beacon, clock: EventClock) -> float:
    return clock.skew(microseconds_of(beacon.time) / 1000, beacon.decoded.sent_at)


def _by_type(beacons: Sequence[Beacon]) -> Mapping[str, _Group]:
    groups: dict[str, _Group] = defaultdict(_Group)
    for number, beacon in enumerate(beacons):
        for event in beacon.decoded.events:
            group = groups[event.wire_name]
            group.events.append(event)
            group.beacons.append(number)
    return groups


def _block(layout: _Layout, events: Sequence[Any]) -> NDArray[Any]:
    """The fixed fields of all rows, each behind its length; the times and the metadata are still empty."""
    block = np.zeros(len(events), dtype=layout.fixed)
    for name in (*layout.numbers, *COMMON):
        block[f"{name}_length"] = layout.fixed[name].itemsize
    for name in (*layout.numbers, "client_time"):
        values = np.array([getattr(event, name) for event in events], dtype=np.float64)
        block[name] = _postgres_us(values) if name == "client_time" else values
    return block


def _fill_times(
    block: NDArray[Any], time_us: NDArray[np.int64], skew: Milliseconds, clock: EventClock
) -> dict[str, int]:
    client_ms = (block["client_time"] + POSTGRES_EPOCH_US) / 1000
    times = clock.event_times(client_ms, time_us / 1000, skew)
    block["time"] = time_us - POSTGRES_EPOCH_US
    block["event_time"] = _postgres_us(times.event_ms)
    return {"future": times.future, "too_old": times.too_old}


def _postgres_us(milliseconds: Milliseconds) -> Microseconds:
    since_2000: Microseconds = microseconds(milliseconds) - POSTGRES_EPOCH_US
    return since_2000


def _lines(layout: _Layout, events: Iterable[Any], block: NDArray[Any]) -> Iterator[bytes]:
    fixed = block.tobytes()
    number_of_fields = FIELDS.pack(len(layout.texts) + len(layout.numbers) + len(COMMON))
    size = layout.fixed.itemsize
    for start, event in zip(range(0, len(fixed), size), events, strict=True):
        yield number_of_fields
        for name, encode in layout.texts:
            yield encode(getattr(event, name))
        yield fixed[start : start + size]


_layouts: dict[type[Event], _Layout] = {}


def _layout(event: type[Event]) -> _Layout:
    # By its class, for a type of somebody else's may be loaded anew under the same name.
    if event not in _layouts:
        _layouts[event] = _layout_of(event)
    return _layouts[event]


def _layout_of(event: type[Event]) -> _Layout:
    kinds = event.wire_fields()
    own = {name: kinds[name] for name in event.columns()}
    numbers = {name: NUMBERS[kind] for name, kind in own.items() if kind in NUMBERS}
    sizes = numbers | dict.fromkeys(COMMON[:3], TIME) | {COMMON[3]: UUID_BYTES}
    fixed = [part for name, size in sizes.items() for part in ((f"{name}_length", ">i4"), (name, size))]
    texts = tuple((name, _encoder(kind)) for name, kind in own.items() if name not in numbers)
    return _Layout(texts, tuple(numbers), np.dtype(fixed))


def _encoder(kind: Any) -> Callable[[Any], bytes]:
    if get_origin(kind) in (Mapping, list):
        return _jsonb
    if isinstance(kind, UnionType) and set(get_args(kind)) == {str, NoneType}:
        return lambda value: NULL if value is None else _text(value)
    return {str: _text}[kind]


def _text(value: str) -> bytes:
    data = value.encode()
    return LENGTH.pack(len(data)) + data


def _jsonb(value: Mapping[str, Any] | list[Any]) -> bytes:
    data = b"\x01" + msgspec.json.encode(value)  # version 1 of jsonb's binary form is JSON text
    return LENGTH.pack(len(data)) + data

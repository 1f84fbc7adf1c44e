"""Reads PostgreSQL's binary COPY format, to see what a sink would store."""

import json
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_origin
from uuid import UUID

from chronos.models.events import EVENT_TYPES
from chronos.sinks.timescaledb.rows import Rows, columns

SIGNATURE = b"PGCOPY\n\xff\r\n\0"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FIXED = {int: ">i", float: ">d", bool: "?"}
TIMES = ("client_time", "time", "event_time")


def stored(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The rows of each event type, each a dictionary by column."""
    return {name: _rows(name, copy) for name, copy in rows.copies.items()}


def _rows(name: str, copy: bytes) -> list[dict[str, Any]]:
    assert copy.startswith(SIGNATURE + bytes(8)), "signature, no flags, no extension"
    place, found = len(SIGNATURE) + 8, []
    while (count := struct.unpack_from(">h", copy, place)[0]) != -1:
        names = columns(EVENT_TYPES[name])
        assert count == len(names)
        row, place = _row(name, names, copy, place + 2)
        found.append(row)
    assert place + 2 == len(copy), "nothing behind the end"
    return found


def _row(name: str, names: list[str], copy: bytes, place: int) -> tuple[dict[str, Any], int]:
    row = {}
    for column in names:
        (length,) = struct.unpack_from(">i", copy, place)
        place += 4
        row[column] = None if length == -1 else _value(name, column, copy[place : place + length])
        place += max(length, 0)
    return row, place


def _value(name: str, column: str, data: bytes) -> Any:
    if column == "metadata_id":
        return UUID(bytes=data)
    if column in TIMES:
        return EPOCH + timedelta(microseconds=struct.unpack(">q", data)[0])
    kind = EVENT_TYPES[name].wire_fields()[column]
    if kind in FIXED:
        return struct.unpack(FIXED[kind], data)[0]
    if get_origin(kind) in (Mapping, list):
        assert data[0] == 1, "version of jsonb"
        return json.loads(data[1:])
    return data.decode()

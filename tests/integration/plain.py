"""What the shipped views have to say, in plain SQL over the raw events, written by hand."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg

from chronos.models.events import EVENT_TYPES

EVENTS = " union all ".join(
    f"select '{name}' as event_type, client_time, time, event_time, metadata from {name}"
    for name in EVENT_TYPES
)
PARTS = re.split(r"^-- (\w+)\n", Path(__file__).with_suffix(".sql").read_text(), flags=re.MULTILINE)[1:]
QUERIES = {
    name: query.replace("{events}", f"({EVENTS})")
    for name, query in zip(PARTS[::2], PARTS[1::2], strict=True)
}
NEAR = {"p50": 0.0101, "p75": 0.0101, "p95": 0.0101}  # a sketch's bound; values are never negative there

Rows = dict[tuple[Any, ...], Mapping[str, Any]]


async def rows(connection: asyncpg.Connection, statement: str, near: Mapping[str, float] = NEAR) -> Rows:
    """The rows of a query by all columns that are exact."""
    found = await connection.fetch(statement)
    by_key = {tuple(value for name, value in row.items() if name not in near): row for row in found}
    assert len(by_key) == len(found)
    return by_key


async def assert_as_the_raw_rows_say(database: str) -> None:
    """Each shipped view has the rows of its query above."""
    connection = await asyncpg.connect(database, timeout=10, server_settings={"TimeZone": "UTC"})
    try:
        async with connection.transaction(isolation="repeatable_read"):
            for name, statement in QUERIES.items():
                # The groups' columns have the same names, so sets of rows are compared by content.
                kept, raw = await rows(connection, f"select * from {name}"), await rows(connection, statement)
                assert kept.keys() == raw.keys(), (name, list(kept.keys() ^ raw.keys())[:3])
                for key, row in kept.items():
                    for column in NEAR.keys() & row.keys():
                        assert math.isclose(row[column], raw[key][column], rel_tol=NEAR[column]), (name, row)
    finally:
        await connection.close()

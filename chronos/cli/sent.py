"""Asks the database how much it has of the beacons that were sent."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from chronos.database.queries import query
from chronos.demo.wire import MARK
from chronos.models.events import EVENT_TYPES

AT_ONCE = 20_000  # ids of a question
PAUSE = 0.3


@dataclass(frozen=True)
class Stored:
    """How many of the beacons are there, and their events by type."""

    beacons: int
    events: Counter[str]


async def stored(
    connection: asyncpg.Connection, ids: Sequence[UUID], mark: str, since: datetime, patience: float
) -> Stored:
    """Wait ``patience`` seconds for all beacons, then count; ``since`` is before the first of the events."""
    deadline = time.monotonic() + patience
    missing = list(ids)
    while missing and time.monotonic() < deadline:
        missing = await _missing(connection, missing)
        if missing:
            await asyncio.sleep(PAUSE)
    events: Counter[str] = Counter()
    for name in EVENT_TYPES:
        events[name] = await connection.fetchval(
            query("made_up_events").format(table=name), MARK, mark, since
        )
    return Stored(len(ids) - len(missing), +events)


async def _missing(connection: asyncpg.Connection, ids: list[UUID]) -> list[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(ids), AT_ONCE):
        rows = await connection.fetch(query("known_beacons"), ids[start : start + AT_ONCE])
        found.update(row["id"] for row in rows)
    return [one for one in ids if one not in found]

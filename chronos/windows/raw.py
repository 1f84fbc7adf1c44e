"""What the raw events in the database say of a view of windows, by its own SQL, word for word."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import asyncpg

from chronos.database.queries import query
from chronos.models.events import EVENT_TYPES
from chronos.windows.declared import WindowView
from chronos.windows.slots import SECONDS

# Under which an expression means what it means to us, whatever the database's own settings are.
SESSION = {
    "TimeZone": "UTC",
    "search_path": "public",
    "standard_conforming_strings": "on",
    "statement_timeout": "0",
    "jit": "off",
}
Counts = dict[int, dict[str, int]]


def time_of(slot: int) -> datetime:
    """When a slot begins."""
    return datetime.fromtimestamp(slot * SECONDS, UTC)


async def counts(
    connection: asyncpg.Connection, view: WindowView, slots: range, lateness: timedelta
) -> Counts:
    """By slot of ``slots`` and key, how many events there are that were not too late."""
    statement = _with(query("windows_of_raw_events"), view)
    found: Counts = defaultdict(dict)
    bounds = time_of(slots.start), time_of(slots.stop)
    for slot, key, events in await connection.fetch(statement, *bounds, lateness):
        found[slot][key] = events
    return dict(found)


async def too_late(
    connection: asyncpg.Connection, view: WindowView, slots: range, lateness: timedelta, oldest: timedelta
) -> int:
    """How many events came too late, by the slots of their arrival; none is older than ``oldest``."""
    statement = _with(query("too_late_raw_events"), view)
    bounds = time_of(slots.start), time_of(slots.stop)
    return int(await connection.fetchval(statement, *bounds, lateness, oldest))


def _with(statement: str, view: WindowView) -> str:
    # The last first: what is put in may look like a place to put something in.
    for place, text in (
        ("{filter}", view.filter or "true"),
        ("{rows}", _rows(view.event)),
        ("{key}", view.key),
    ):
        before, _, after = statement.partition(place)
        statement = f"{before}{text}{after}"
    return statement


def _rows(event: str | None) -> str:
    if event is not None:
        return f"select '{event}'::text as event_type, * from {event}"
    return " union all ".join(
        f"select '{name}'::text as event_type, time, event_time, metadata from {name}" for name in EVENT_TYPES
    )

"""Sums up the raw events of a view, stretch by stretch of event time, without those that it refuses."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import asyncpg

from chronos.database.refusals import is_refusal
from chronos.views.compiled import FILL, Compiled

log = logging.getLogger(__name__)

STEPS = 100
MOST_LEFT_OUT = 100  # raw events that a view may refuse; with more it is wrong itself


async def sum_up(reader: asyncpg.Connection, view: Compiled) -> AsyncIterator[float]:
    """Add all raw events to the tables of suffix FILL; yields which part of them is done, 0 to 1.

    Raises what asyncpg raises, for events that the view refuses where these are too many.
    """
    left_out: list[_Stretch] = []
    async for start, end, part in _steps(reader, view):
        await _add(reader, view, _Stretch(start, end), left_out)
        yield part


@dataclass(frozen=True)
class _Stretch:
    """Raw events of a stretch of event time (its end not included), with hashes of a stretch (included)."""

    start: datetime
    end: datetime
    low: int = -(2**31)
    high: int = 2**31 - 1

    @property
    def condition(self) -> str:
        """What they pass; $1 is the start, $2 the end."""
        whole = (self.low, self.high) == (-(2**31), 2**31 - 1)
        hashes = "" if whole else f" and hashtext(e::text) between {self.low} and {self.high}"
        return f"event_time >= $1 and event_time < $2{hashes}"


async def _add(reader: asyncpg.Connection, view: Compiled, part: _Stretch, left_out: list[_Stretch]) -> None:
    """Add the raw events of a stretch, without those that the view refuses."""
    try:
        async with reader.transaction():
            for statement in view.add("raw", "metadata", FILL, part.condition):
                await reader.execute(statement, part.start, part.end)
    except asyncpg.PostgresError as error:
        if not is_refusal(error):
            raise
        halves = await _halves(reader, view, part)
        for half in halves:
            await _add(reader, view, half, left_out)
        if not halves:
            log.warning("view %s leaves out an event of %s: %s", view.name, part.start, type(error).__name__)
            left_out.append(part)
            if len(left_out) > MOST_LEFT_OUT:
                raise


async def _halves(reader: asyncpg.Connection, view: Compiled, part: _Stretch) -> list[_Stretch]:
    """Two parts of a stretch, by time or, of one moment, by hash; none where it cannot be cut."""
    bounds = f"select min(event_time), max(event_time) from ({view.rows()}) e where {part.condition}"
    [(first, last)] = await reader.fetch(bounds, part.start, part.end)
    instant = timedelta(microseconds=1)
    if first < last:
        middle = first + (last - first) / 2 + instant
        return [replace(part, start=first, end=middle), replace(part, start=middle, end=last + instant)]
    if part.low < part.high:
        centre = (part.low + part.high) // 2
        return [replace(part, high=centre), replace(part, low=centre + 1)]
    return []


async def _steps(
    connection: asyncpg.Connection, view: Compiled
) -> AsyncIterator[tuple[datetime, datetime, float]]:
    """Stretches of event time that hold all raw events of the view, each with the part that is done then."""
    tables = " union all ".join(
        f"select min(event_time) as first, max(event_time) as last from raw.{name}"
        for name in view.stream.types
    )
    bounds = await connection.fetchrow(f"select min(first), max(last) from ({tables}) t")
    first, last = bounds or (None, None)
    if first is None:
        return
    width = (last - first) / STEPS
    edges = [first + width * step for step in range(STEPS)] if width else [first]
    # The last one ends behind the last event.
    ends = [*edges[1:], datetime.max.replace(tzinfo=first.tzinfo)]
    for number, (start, end) in enumerate(zip(edges, ends, strict=True), 1):
        yield start, end, number / len(edges)

"""The verdict on beacons that were sent twice: the one stored first counts, everywhere."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TypeVar

import asyncpg

from chronos.database.queries import query
from chronos.errors import SinkUnavailable
from chronos.models.beacon import Beacon
from chronos.settings.sections import Limits
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.raw_events import RawEvents
from chronos.sinks.timescaledb.watermarks import Watermarks

B = TypeVar("B", bound=Beacon)

T = TypeVar("T")

PAUSE = 0.02  # seconds between two questions
PATIENCE = 5.0  # seconds after which a sink says that it waits


async def until_stored(sink: str, attempt: Callable[[], Awaitable[T | None]]) -> T:
    """What ``attempt`` gives, tried again while that is None; raise SinkUnavailable after a while."""
    began = monotonic()
    while (found := await attempt()) is None:
        if monotonic() - began > PATIENCE:
            raise SinkUnavailable(sink=sink, reason="store_events has not stored these events yet")
        await asyncio.sleep(PAUSE)
    return found


class Verdicts:
    """Asks the database at ``url`` which occurrence of a beacon of ``topic`` was the first: table `beacons`.

    An id that is not there was not stored yet, unless it is older than ids are kept and `store_events` is
    beyond it.
    """

    def __init__(
        self, url: str, topic: str, limits: Limits, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._connection = Connection(url, "verdicts")
        self._stored = Watermarks(RawEvents.name, topic)
        self._kept = timedelta(days=limits.beacon_id_days)
        self._now = now

    async def unique(self, beacons: Sequence[B]) -> list[B]:
        """Wait until all are stored, and return those that count; raise SinkUnavailable after a while."""

        async def ask() -> list[B] | None:
            async with self._connection.transaction() as connection:
                return await self.unique_on(connection, beacons)

        return await until_stored("verdicts", ask)

    async def unique_on(self, connection: asyncpg.Connection, beacons: Sequence[B]) -> list[B] | None:
        """Ask once: those that count, or None where not all are stored yet."""
        if not beacons:
            return []
        # The watermarks first: what lies below them was stored, and its id is seen by what is asked next.
        ends = await self._stored.next_offsets(connection)
        rows = await connection.fetch(query("first_occurrences"), [beacon.id for beacon in beacons])
        first = {row["id"]: (row["partition"], row["offset"]) for row in rows}
        oldest = self._now() - self._kept
        for beacon in beacons:
            if beacon.id not in first:
                if beacon.time > oldest or beacon.offset >= ends.get(beacon.partition, 0):
                    return None
                first[beacon.id] = (beacon.partition, beacon.offset)
        return [beacon for beacon in beacons if first[beacon.id] == (beacon.partition, beacon.offset)]

    async def bases(self) -> dict[int, int]:
        """By partition, what to add to an offset so that it never goes back when the topic is made anew."""
        async with self._connection.transaction() as connection:
            return await self._stored.bases(connection)

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

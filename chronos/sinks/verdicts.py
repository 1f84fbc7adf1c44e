"""The verdict on beacons that were sent twice: the one stored first counts, everywhere."""

import asyncio
from collections.abc import Callable, Sequence
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

B = TypeVar("B", bound=Beacon)

PAUSE = 0.02  # seconds between two questions
PATIENCE = 5.0  # seconds after which a sink says that it waits


class Verdicts:
    """Asks the database at ``url`` which occurrence of a beacon of ``topic`` was the first: table `beacons`.

    An id that is not there was not stored yet, unless it is older than ids are kept and `store_events` is
    beyond it.
    """

    def __init__(
        self, url: str, topic: str, limits: Limits, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._connection = Connection(url, "verdicts")
        self._topic = topic
        self._kept = timedelta(days=limits.beacon_id_days)
        self._now = now

    async def unique(self, beacons: Sequence[B]) -> list[B]:
        """Wait until all are stored, and return those that count; raise SinkUnavailable after a while."""
        began = monotonic()
        while True:
            async with self._connection.transaction() as connection:
                found = await self.unique_on(connection, beacons)
            if found is not None:
                return found
            if monotonic() - began > PATIENCE:
                raise SinkUnavailable(sink="verdicts", reason="store_events has not stored these events yet")
            await asyncio.sleep(PAUSE)

    async def unique_on(self, connection: asyncpg.Connection, beacons: Sequence[B]) -> list[B] | None:
        """Ask once: those that count, or None where not all are stored yet."""
        if not beacons:
            return []
        # The watermarks first: what lies below them was stored, and its id is seen by what is asked next.
        stored = await connection.fetch(query("stored_watermarks"), RawEvents.name, self._topic)
        ends = {row["partition"]: row["next_offset"] for row in stored}
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
            rows = await connection.fetch(query("bases"), RawEvents.name, self._topic)
        return {row["partition"]: row["base"] for row in rows}

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

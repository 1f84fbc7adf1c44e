"""The sink of raw events: every event of every beacon, once, in the table of its type."""

import dataclasses
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from chronos.database.queries import query
from chronos.errors import BatchRejected
from chronos.event_time import EventClock
from chronos.metrics import MISSING_OFFSETS
from chronos.models import metadata
from chronos.models.beacon import Beacon, read_beacon
from chronos.models.dead_letter import DeadLetter
from chronos.models.decoder import BadEvent, Decoded, Decoder
from chronos.models.events import EVENT_TYPES
from chronos.models.message import Received
from chronos.settings.sections import Limits
from chronos.sinks.base import Sink, Written
from chronos.sinks.isolation import NotKept, refused
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.rows import columns, rows_of
from chronos.sinks.timescaledb.watermarks import Watermarks, ends, sort_out

log = logging.getLogger(__name__)

METADATA_REMEMBERED = 100_000


class RawEvents(Sink[Beacon]):
    """Writes beacons of ``topic`` to the database at ``url``; ``prepare`` runs before each connection."""

    name = "store_events"

    def __init__(
        self,
        url: str,
        topic: str,
        limits: Limits,
        *,
        prepare: Callable[[], Awaitable[None]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._connection = Connection(url, self.name, prepare)
        self._watermarks = Watermarks(self.name, topic)
        self._decoder = Decoder(limits.text_length)
        self._clock = EventClock.from_limits(limits)
        self._ids_kept = timedelta(days=limits.beacon_id_days)
        self._now = now
        self._known_metadata: set[UUID] = set()
        self._generation = 0

    def read(self, message: Received) -> Beacon:
        """Decode a beacon."""
        return read_beacon(message, self._decoder)

    def dead_letters(self, item: Beacon) -> Sequence[DeadLetter]:
        """The events of a beacon that did not fit."""
        return [item.dead_letter(bad) for bad in item.decoded.bad]

    async def write(self, items: Sequence[Beacon], holes: Mapping[int, int]) -> Written:
        """Claim the beacons, store the events of those that are new, move the watermark."""
        async with self._connection.transaction() as connection:
            fresh, replayed = await self._sort_out(connection, items, holes)
            new = await self._claim(connection, fresh)
            written = await self._store(connection, new)
            if fresh:
                await self._watermarks.move(connection, ends(fresh))
        self._remember(new)
        written.duplicates, written.replayed = len(fresh) - len(new), len(replayed)
        return written

    async def next_offsets(self) -> dict[int, int]:
        """By partition, the first offset that was not stored yet; raise SinkUnavailable."""
        async with self._connection.transaction() as connection:
            return await self._watermarks.next_offsets(connection)

    async def isolate(self, item: Beacon, error: Exception) -> tuple[Beacon, Sequence[DeadLetter]]:
        """Find the events, or the metadata, for which the database refuses a beacon, by trying halves."""
        decoded = item.decoded
        reason = await self._refusal(item, [])
        if reason:
            bad = BadEvent(None, f"metadata: {reason}", decoded.metadata.data.encode())
            decoded = msgspec.structs.replace(decoded, metadata=metadata.read(b"{}"))
            item = dataclasses.replace(item, decoded=decoded)
            if await self._refusal(item, []):
                raise error
            return item, [item.dead_letter(bad)]
        events = decoded.events
        poison = await refused(
            list(range(len(events))), lambda some: self._refusal(item, [events[n] for n in some])
        )
        letters = [item.dead_letter(bad) for bad in _refused(decoded, poison)]
        return dataclasses.replace(item, decoded=decoded.without(poison)), letters

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def _sort_out(
        self, connection: asyncpg.Connection, items: Sequence[Beacon], holes: Mapping[int, int]
    ) -> tuple[list[Beacon], list[Beacon]]:
        watermarks = await self._watermarks.lock(connection, {item.partition for item in items})
        fresh, replayed = sort_out(items, watermarks, holes)
        if replayed:
            # Below the watermark, yet never stored: the topic was made anew and counts from 0 again.
            rows = await connection.fetch(query("known_beacons"), [item.id for item in replayed])
            known = {row["id"] for row in rows}
            # (Ids are forgotten after a time; what is older than that was stored.)
            oldest = self._now() - self._ids_kept
            unknown = [item for item in replayed if item.id not in known and item.time > oldest]
            stored = [item for item in replayed if item.id in known or item.time <= oldest]
            if unknown:
                first = {item.partition: item.offset for item in reversed(unknown)}
                log.warning("The topic counts from 0 again in partitions %s", sorted(first))
                _tell_lost(await self._watermarks.begin_anew(connection, first))
            fresh, replayed = [*unknown, *fresh], stored
        return fresh, replayed

    async def _claim(self, connection: asyncpg.Connection, beacons: Sequence[Beacon]) -> list[Beacon]:
        if not beacons:
            return []
        rows = await connection.fetch(
            query("claim_beacons"),
            [beacon.id for beacon in beacons],
            [beacon.partition for beacon in beacons],
            [beacon.offset for beacon in beacons],
            [beacon.time for beacon in beacons],
        )
        won = {(row["partition"], row["offset"]) for row in rows}
        return [beacon for beacon in beacons if (beacon.partition, beacon.offset) in won]

    async def _store(self, connection: asyncpg.Connection, beacons: Sequence[Beacon]) -> Written:
        rows = rows_of(beacons, self._clock)
        await self._add_metadata(connection, beacons)
        for name, copy in rows.copies.items():
            await connection.copy_to_table(
                name,
                schema_name="raw",
                source=BytesIO(copy),
                columns=columns(EVENT_TYPES[name]),
                format="binary",
            )
        return Written(stored=len(beacons), events=rows.events, clamped=dict(rows.clamped))

    async def _add_metadata(self, connection: asyncpg.Connection, beacons: Sequence[Beacon]) -> None:
        if self._generation != self._connection.generation:
            # Another server, perhaps, or the same one with an older backup.
            self._known_metadata.clear()
            self._generation = self._connection.generation
        new = {
            beacon.decoded.metadata.id: beacon.decoded.metadata.data
            for beacon in beacons
            if beacon.decoded.metadata.id not in self._known_metadata
        }
        if new:
            await connection.execute(query("add_metadata"), list(new), list(new.values()))

    def _remember(self, beacons: Sequence[Beacon]) -> None:
        if len(self._known_metadata) > METADATA_REMEMBERED:
            self._known_metadata.clear()
        self._known_metadata.update(beacon.decoded.metadata.id for beacon in beacons)

    async def _refusal(self, item: Beacon, events: list[Any]) -> str | None:
        """Why the database refuses a beacon of these events; None if it takes them. Nothing is kept."""
        part = dataclasses.replace(item, decoded=msgspec.structs.replace(item.decoded, events=events))
        try:
            async with self._connection.transaction() as connection:
                await self._store(connection, [part])
                raise NotKept
        except NotKept:
            return None
        except BatchRejected as error:
            return str(error.__cause__)


def _tell_lost(left_behind: Mapping[str, int]) -> None:
    for sink, messages in left_behind.items():
        log.error(
            "%s lacks %d beacons that are stored: their topic was gone before it had come to them",
            sink,
            messages,
        )
        MISSING_OFFSETS.labels(sink).inc(messages)


def _refused(decoded: Decoded, poison: Mapping[int, str]) -> Iterator[BadEvent]:
    # The positions of one mouse move have one place in the beacon, and with it one letter.
    for place, numbers in groupby(sorted(poison), decoded.index_of):
        number, *others = numbers
        raws = [msgspec.json.encode(decoded.events[one]) for one in (number, *others)]
        yield BadEvent(place, poison[number], b"[" + b",".join(raws) + b"]" if others else raws[0])

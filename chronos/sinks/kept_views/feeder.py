"""Feeds the continuous views that Chronos keeps: each beacon once, in the transaction of the watermark."""

import dataclasses
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from chronos.database.queries import query
from chronos.database.refusals import is_refusal, said
from chronos.errors import BatchRejected, UnsupportedView
from chronos.event_time import EventClock
from chronos.models import metadata
from chronos.models.beacon import Beacon, read_beacon
from chronos.models.dead_letter import DeadLetter
from chronos.models.decoder import BadEvent, Decoder
from chronos.models.message import Received
from chronos.settings.sections import Limits
from chronos.sinks.base import Sink, Written
from chronos.sinks.isolation import NotKept, refused
from chronos.sinks.kept_views.stage import Stage
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.watermarks import Watermarks, ends, sort_out
from chronos.sinks.verdicts import Verdicts, until_stored
from chronos.views import catalog
from chronos.views.compiled import NEXT, Compiled

log = logging.getLogger(__name__)

NOT_FEEDABLE = (
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InsufficientPrivilegeError,
)


@dataclasses.dataclass(slots=True)
class FedBeacon(Beacon):
    """A beacon, and the tables whose views refuse something in it."""

    refused_by: frozenset[str] = frozenset()


class KeptViews(Sink[FedBeacon]):
    """Adds beacons of ``topic`` to the views in the database at ``url``, once they are stored there."""

    name = "feed_views"

    def __init__(
        self,
        url: str,
        topic: str,
        limits: Limits,
        *,
        prepare: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._stage = Stage()
        self._connection = Connection(url, self.name, prepare, catalog.SESSION, self._stage.create)
        self._topic = topic
        self._watermarks = Watermarks(self.name, topic)
        self._verdicts = Verdicts(url, topic, limits)
        self._decoder = Decoder(limits.text_length)
        self._clock = EventClock.from_limits(limits)
        self._revision = ""
        self._tables: list[Table] = []
        self._left_out: set[str] = set()  # relations that cannot be fed now; their views are filled anew

    def read(self, message: Received) -> FedBeacon:
        """Decode a beacon."""
        beacon = read_beacon(message, self._decoder)
        return FedBeacon(*(getattr(beacon, field.name) for field in dataclasses.fields(beacon)))

    async def write(self, items: Sequence[FedBeacon], holes: Mapping[int, int]) -> Written:
        """Wait until the beacons are stored; add those that came first to the views, move the watermark."""
        return await until_stored(self.name, lambda: self._try(items, holes))

    async def isolate(self, item: FedBeacon, error: Exception) -> tuple[FedBeacon, Sequence[DeadLetter]]:
        """Find what is refused: events (`store_events` made dead letters of them), or all by a view."""
        if await self._refusal(item, []):
            item = dataclasses.replace(
                item, decoded=msgspec.structs.replace(item.decoded, metadata=metadata.read(b"{}"))
            )
        events = item.decoded.events
        bad = await refused(
            list(range(len(events))), lambda some: self._refusal(item, [events[n] for n in some])
        )
        item = dataclasses.replace(item, decoded=item.decoded.without(bad))
        reasons = {
            table.relation: reason
            for table in self._tables
            if table.relation not in self._left_out
            and (reason := await self._refusal(item, item.decoded.events, [table]))
        }
        if not bad and not reasons:
            raise error
        letters = [
            item.dead_letter(await self._first_refused(item, table, reasons[table.relation]))
            for table in self._tables
            if table.relation in reasons
        ]
        return dataclasses.replace(item, refused_by=item.refused_by.union(reasons)), letters

    async def _first_refused(self, item: FedBeacon, table: "Table", reason: str) -> BadEvent:
        """The first event of a beacon that a view refuses on its own; none where only all together do."""
        events = item.decoded.events
        found = await refused(
            list(range(len(events))), lambda some: self._refusal(item, [events[n] for n in some], [table])
        )
        if not found:
            return BadEvent(None, f"view {table.relation}: {reason}", b"")
        number = min(found)
        return BadEvent(
            item.decoded.index_of(number),
            f"view {table.relation}, which lacks all of this beacon: {found[number]}",
            msgspec.json.encode(events[number]),
        )

    async def _refusal(
        self, item: FedBeacon, events: list[Any], tables: Sequence["Table"] = ()
    ) -> str | None:
        """Why the database refuses these events of a beacon, or ``tables`` do; None if all take them."""
        part = dataclasses.replace(item, decoded=msgspec.structs.replace(item.decoded, events=events))
        try:
            async with self._connection.transaction() as connection:
                await self._know_views(connection)
                await self._stage.fill(connection, [part], self._clock)
                for table in tables:
                    await self._add(connection, table)
                raise NotKept
        except NotKept:
            return None
        except BatchRejected as error:
            cause = error.__cause__
            return said(cause) if isinstance(cause, asyncpg.PostgresError) else str(cause)

    async def open(self) -> None:
        """Connect, so that the views are there before the first event is."""
        async with self._connection.transaction():
            pass

    async def next_offsets(self) -> dict[int, int]:
        """By partition, the first offset that was not fed yet; raise SinkUnavailable."""
        async with self._connection.transaction() as connection:
            return await self._watermarks.next_offsets(connection)

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def _try(self, items: Sequence[FedBeacon], holes: Mapping[int, int]) -> Written | None:
        async with self._connection.transaction() as connection:
            await catalog.as_feeder(connection)
            watermarks = await self._watermarks.lock(connection, {item.partition for item in items})
            fresh, replayed = sort_out(items, watermarks, holes)
            new = await self._verdicts.unique_on(connection, fresh)
            # What lies below the watermark and is not stored is new: `store_events` moves our watermark back.
            if new is None or await self._verdicts.unique_on(connection, replayed) is None:
                return None
            written = await self._feed(connection, new)
            if fresh:
                await self._outdate(connection, fresh, watermarks)
                await self._watermarks.move(connection, ends(fresh))
                fed = ends(fresh)
                await connection.execute(query("end_ahead"), self._topic, list(fed), list(fed.values()))
        written.duplicates, written.replayed = len(fresh) - len(new), len(replayed)
        return written

    async def _outdate(
        self,
        connection: asyncpg.Connection,
        fresh: Sequence[FedBeacon],
        watermarks: Mapping[int, int],
    ) -> None:
        """Have views filled anew that miss what Kafka does not have any more, or what could not be fed."""
        expected = dict(watermarks)
        for beacon in fresh:
            if (first := expected[beacon.partition]) < beacon.offset:
                place = (beacon.partition, first, beacon.offset)
                await connection.execute(query("outdate_views"), self._topic, *place)
            expected[beacon.partition] = beacon.offset + 1
        if self._left_out:
            fed = {table.relation for table in self._tables} - self._left_out
            names = {
                relation.removesuffix(NEXT)
                for relation in self._left_out
                # Not where what takes its place is fed.
                if relation.endswith(NEXT) or f"{relation}{NEXT}" not in fed
            }
            await connection.execute(query("mark_missed"), list(names))

    async def _feed(self, connection: asyncpg.Connection, beacons: Sequence[FedBeacon]) -> Written:
        await self._know_views(connection)
        written = Written(stored=len(beacons))
        ahead = await self._ahead(connection) if beacons else {}
        fed = [table for table in self._tables if table.relation not in self._left_out]
        for tables, part in _by_tables(fed, beacons, ahead):
            if written.events:
                await self._stage.clear(connection)
            staged = await self._stage.fill(connection, part, self._clock)
            written.events += staged.events
            for table in tables:
                if staged.types.isdisjoint(table.view.stream.types):
                    continue
                await self._add(connection, table)
        return written

    async def _add(self, connection: asyncpg.Connection, table: "Table") -> None:
        try:
            for statement in table.statements:
                await connection.fetch(statement)
        except NOT_FEEDABLE as error:
            # It is about the table, and not about what is in a beacon: the others go on without it.
            log.error("view %s cannot be fed, and is filled anew: %s", table.relation, said(error))
            self._left_out.add(table.relation)
            raise
        except asyncpg.PostgresError as error:
            if is_refusal(error):
                # Of whatever class: what a view says may fail in ways that are not about the content.
                raise BatchRejected(sink=self.name, reason=said(error)) from error
            raise

    async def _know_views(self, connection: asyncpg.Connection) -> None:
        """Read the catalog again where it has changed."""
        revision = await connection.fetchval(query("views_revision"))
        if revision != self._revision:
            known = await catalog.entries(connection)
            self._tables, self._left_out = _tables(known)
            self._revision = revision

    async def _ahead(self, connection: asyncpg.Connection) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for row in await connection.fetch(query("ahead"), self._topic):
            found[row["relation"]][row["partition"]] = row["next_offset"]
        return found


@dataclasses.dataclass(frozen=True)
class Table:
    """A table that is fed, and how."""

    relation: str
    view: Compiled
    statements: tuple[str, ...]


def _tables(known: Sequence[catalog.Entry]) -> tuple[list["Table"], set[str]]:
    """The tables to be fed, and the names of those of which this version does not know how."""
    tables, unknown = [], set()
    for entry in known:
        fed = [(entry.definition, "")] if entry.state == catalog.LIVE else []
        fed += [(entry.next_definition, NEXT)] if entry.next_definition else []
        for definition, suffix in fed:
            try:
                tables.append(_table(catalog.compiled(definition, entry.file), suffix))
            except UnsupportedView as error:
                # Made by another version of Chronos, which took it.
                log.error("view %s is not fed here, and is filled anew: %s", entry.name, error)
                unknown.add(f"{entry.name}{suffix}")
    return tables, unknown


def _table(view: Compiled, suffix: str) -> Table:
    return Table(f"{view.name}{suffix}", view, tuple(view.add("pg_temp", "pg_temp.metadata", suffix)))


def _by_tables(
    tables: Sequence[Table], beacons: Sequence[FedBeacon], ahead: Mapping[str, Mapping[int, int]]
) -> Iterator[tuple[list[Table], list[FedBeacon]]]:
    """Split beacons by the tables that do not hold them yet, which mostly are all."""
    parts: dict[frozenset[str], list[FedBeacon]] = defaultdict(list)
    for beacon in beacons:
        held_by = (name for name, ends in ahead.items() if beacon.offset < ends.get(beacon.partition, 0))
        parts[beacon.refused_by.union(held_by)].append(beacon)
    for without, part in parts.items():
        yield [table for table in tables if table.relation not in without], part

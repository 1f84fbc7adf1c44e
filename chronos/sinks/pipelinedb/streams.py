"""Feeds the streams of a PipelineDB, each row once.

Inserts into a stream are not transactional, and an acknowledged one is not durable: after a crash a suffix of
what was sent to a stream is gone, the same in every view on it (with one worker and one combiner, which is
checked). So the watermark is a continuous view over each stream: the place of the last row that it counted.
What is at or below it is not sent again. When all that was sent is counted, the position is written in a
transaction that waits for the disk, and since the log of the server is one sequence, what was counted before
is durable, too. From that position on Kafka is read again after a crash. Beside it stands, before anything is
sent, up to which places rows are sent; who finds that waits until the watermarks are there, or have been at
rest for so long that nothing can be on its way any more.
"""

import asyncio
import dataclasses
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from time import monotonic

import asyncpg
import msgspec

from chronos.database.address import shown
from chronos.database.refusals import AWAY
from chronos.errors import PipelineDBError, SinkUnavailable, UnsupportedView
from chronos.event_time import EventClock
from chronos.metrics import MISSING_OFFSETS, MISSING_VIEW_ROWS
from chronos.models.beacon import Beacon, read_beacon
from chronos.models.decoder import Decoder
from chronos.models.message import Received
from chronos.settings.sections import Limits
from chronos.sinks.base import Sink, Written
from chronos.sinks.pipelinedb.rows import Mark, columns, rows_of
from chronos.sinks.timescaledb.watermarks import ends, sort_out
from chronos.sinks.verdicts import Verdicts
from chronos.views.streams import streams

log = logging.getLogger(__name__)

FENCE = 0x56494557  # "VIEW": the first half of an advisory lock whose second half is the partition
PAUSE = 0.02  # seconds between two looks at the watermarks
PATIENCE = 30.0  # seconds after which rows that were sent and not counted count as lost
QUIET = 20.0  # seconds without a change after which nothing of an earlier connection is on its way


def marks() -> str:
    """The query of the watermarks of all streams, for $1 partitions."""
    return " union all ".join(
        f"select '{stream}' as stream, partition, rows, number, place from {stream}_watermark"
        " where partition = any ($1::integer[])"
        for stream in streams()
    )


class PipelineStreams(Sink[Beacon]):
    """Sends beacons of ``topic`` to the streams at ``url``, once they are stored at ``raw_url``."""

    name = "feed_views"

    def __init__(
        self,
        url: str,
        raw_url: str,
        topic: str,
        limits: Limits,
        *,
        prepare: Callable[[], Awaitable[object]] | None = None,
        quiet: float = QUIET,
    ) -> None:
        self._url = url
        self._prepare = prepare
        self._quiet = quiet
        self._verdicts = Verdicts(raw_url, topic, limits)
        self._decoder = Decoder(limits.text_length)
        self._clock = EventClock.from_limits(limits)
        self._connection: asyncpg.Connection | None = None
        self._missing: dict[tuple[str, int], int] = {}
        self._passed: dict[int, int] = {}

    def read(self, message: Received) -> Beacon:
        """Decode a beacon."""
        return read_beacon(message, self._decoder)

    async def open(self) -> None:
        """Connect, so that streams and views are there before the first event is."""
        async with self._connected():
            pass

    async def write(self, items: Sequence[Beacon], holes: Mapping[int, int]) -> Written:
        """Send what is beyond the positions, wait until it is counted, and write the new positions."""
        partitions = sorted({item.partition for item in items})
        async with self._connected() as connection, _fenced(connection, partitions):
            positions, sending = await _positions(connection, partitions)
            bases = await self._verdicts.bases()
            self._report_passed(positions, bases)
            fresh, replayed = sort_out(items, _less(positions, bases), holes)
            await self._verdicts.unique(replayed)
            if replayed and await self._verdicts.bases() != bases:
                raise SinkUnavailable(sink=self.name, reason="topic events was made anew")
            new = [_placed(beacon, bases) for beacon in await self._verdicts.unique(fresh)]
            marks = await self._settled(connection, partitions, sending)
            rows = rows_of(new, self._clock, marks)
            sent = {(s, record[-3]): record[-2] for s, records in rows.items() for record in records}
            await _begin(connection, partitions, sent)
            for stream, records in rows.items():
                await connection.copy_records_to_table(stream, records=records, columns=columns(stream))
            self._report_holes(await _counted(connection, partitions, sent))
            await _move(connection, positions | ends([_placed(beacon, bases) for beacon in fresh]))
        events = sum(len(beacon.decoded.events) for beacon in new)
        return Written(len(new), events, duplicates=len(fresh) - len(new), replayed=len(replayed))

    async def next_offsets(self) -> dict[int, int]:
        """By partition, the first offset that was not sent yet; raise SinkUnavailable."""
        async with self._connected() as connection:
            rows = await connection.fetch("select partition, next_offset from chronos_positions")
        return _less({row["partition"]: row["next_offset"] for row in rows}, await self._verdicts.bases())

    async def close(self) -> None:
        """Close the connections."""
        self._drop()
        await self._verdicts.close()

    def _report_passed(self, positions: Mapping[int, int], bases: Mapping[int, int]) -> None:
        for partition, position in positions.items():
            passed = bases.get(partition, 0) - position
            if position and passed > 0 and self._passed.get(partition) != passed:
                log.error(
                    "%s: topic events was made anew before %d messages of partition %d were fed: the views"
                    " of PipelineDB lack them",
                    self.name,
                    passed,
                    partition,
                )
                MISSING_OFFSETS.labels(self.name).inc(passed)
                self._passed[partition] = passed

    async def _settled(
        self,
        connection: asyncpg.Connection,
        partitions: Sequence[int],
        sending: Mapping[tuple[str, int], int],
    ) -> dict[tuple[str, int], Mark]:
        """The watermarks, when nothing that somebody sent before is on its way any more."""
        marks, since = await _marks(connection, partitions), monotonic()
        while _behind(marks, sending) and monotonic() - since < self._quiet:
            await asyncio.sleep(PAUSE)
            if (now := await _marks(connection, partitions)) != marks:
                marks, since = now, monotonic()
        return marks

    def _report_holes(self, marks: Mapping[tuple[str, int], Mark]) -> None:
        for key, mark in marks.items():
            missing = mark.number - mark.rows
            if missing != self._missing.get(key, 0):
                stream, partition = key
                log.error(
                    "PipelineDB counts %d rows of stream %s, partition %d, where %d were sent: it %s some",
                    mark.rows,
                    stream,
                    partition,
                    mark.number,
                    "lost" if missing > 0 else "repeated",
                )
                MISSING_VIEW_ROWS.labels(stream, str(partition)).set(missing)
                self._missing[key] = missing

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
            yield self._connection
        except (*AWAY, PipelineDBError, UnsupportedView) as error:
            self._drop()
            place = f"{self.name} (PipelineDB at {shown(self._url)})"
            raise SinkUnavailable(sink=place, reason=str(error) or type(error).__name__) from error
        except BaseException:
            # Cancelled in the middle, say: nobody knows what is on its way.
            self._drop()
            raise

    async def _connect(self) -> asyncpg.Connection:
        if self._prepare is not None:
            await self._prepare()
        session = {
            "application_name": f"chronos {self.name}",
            "TimeZone": "UTC",
            "synchronous_commit": "on",
            "pipelinedb.stream_insert_level": "sync_receive",
        }
        return await asyncpg.connect(self._url, timeout=10, server_settings=session)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


@asynccontextmanager
async def _fenced(connection: asyncpg.Connection, partitions: Sequence[int]) -> AsyncIterator[None]:
    """Let nobody else feed these partitions meanwhile: a worker that lost them may still be at it."""
    for partition in partitions:
        await connection.execute("select pg_advisory_lock($1, $2)", FENCE, partition, timeout=PATIENCE)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute("select pg_advisory_unlock_all()")


async def _positions(
    connection: asyncpg.Connection, partitions: Sequence[int]
) -> tuple[dict[int, int], dict[tuple[str, int], int]]:
    """By partition the position; by stream and partition the place up to which rows may be on their way."""
    rows = await connection.fetch("select * from chronos_positions where partition = any ($1)", partitions)
    known = {row["partition"]: row["next_offset"] for row in rows}
    sending = {
        (stream, row["partition"]): place
        for row in rows
        for stream, place in msgspec.json.decode(row["sending"]).items()
    }
    return dict.fromkeys(partitions, 0) | known, sending


def _less(positions: Mapping[int, int], bases: Mapping[int, int]) -> dict[int, int]:
    """The offsets of the topic as it is now; what it was before it was made anew counts below them."""
    return {number: max(0, position - bases.get(number, 0)) for number, position in positions.items()}


def _placed(beacon: Beacon, bases: Mapping[int, int]) -> Beacon:
    """The beacon under an offset that never goes back, as positions and watermarks have it."""
    return dataclasses.replace(beacon, offset=bases.get(beacon.partition, 0) + beacon.offset)


async def _begin(
    connection: asyncpg.Connection, partitions: Sequence[int], sent: Mapping[tuple[str, int], int]
) -> None:
    places = {
        partition: {stream: place for (stream, number), place in sent.items() if number == partition}
        for partition in partitions
    }
    await connection.executemany(
        "insert into chronos_positions values ($1, 0, $2)"
        " on conflict (partition) do update set sending = excluded.sending",
        [(partition, msgspec.json.encode(of).decode()) for partition, of in places.items()],
    )


async def _move(connection: asyncpg.Connection, next_offsets: Mapping[int, int]) -> None:
    await connection.executemany(
        "insert into chronos_positions values ($1, $2)"
        " on conflict (partition) do update set next_offset = excluded.next_offset, sending = '{}'",
        list(next_offsets.items()),
    )


async def _marks(connection: asyncpg.Connection, partitions: Sequence[int]) -> dict[tuple[str, int], Mark]:
    rows = await connection.fetch(marks(), partitions)
    return {(row["stream"], row["partition"]): Mark(row["rows"], row["number"], row["place"]) for row in rows}


def _behind(
    marks: Mapping[tuple[str, int], Mark], places: Mapping[tuple[str, int], int]
) -> list[tuple[str, int]]:
    return [key for key, place in places.items() if marks.get(key, Mark()).place < place]


async def _counted(
    connection: asyncpg.Connection, partitions: Sequence[int], sent: Mapping[tuple[str, int], int]
) -> dict[tuple[str, int], Mark]:
    """The watermarks, when they have reached the places that were sent last."""
    deadline = monotonic() + PATIENCE
    while True:
        marks = await _marks(connection, partitions)
        behind = _behind(marks, sent)
        if not behind:
            return marks
        if monotonic() > deadline:
            stream, partition = behind[0]
            raise TimeoutError(f"rows of stream {stream}, partition {partition}, are not counted; sent again")
        await asyncio.sleep(PAUSE)

"""Runs a data sink of others: what was stored, each beacon once, in order, one writer at a time."""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence

from chronos.errors import SinkAhead
from chronos.event_time import EventClock
from chronos.extensions.data_sink import Batch, DataSink
from chronos.models.beacon import Beacon, read_beacon
from chronos.models.dead_letter import DeadLetter
from chronos.models.decoder import BadEvent, Decoder
from chronos.models.message import Received
from chronos.sinks.base import Sink, Written
from chronos.sinks.calling import Calls
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.raw_events import RawEvents
from chronos.sinks.timescaledb.watermarks import Watermarks, ends, sort_out
from chronos.sinks.verdicts import Verdicts, until_stored

Offsets = Mapping[int, int]


@dataclasses.dataclass(slots=True)
class Given(Beacon):
    """A beacon, and whether the sink has refused it."""

    is_refused: bool = False


class Adapted(Sink[Given]):
    """Gives ``sink`` what the database at ``url`` has stored, which has the verdict on duplicates.

    The row of its watermark there is locked while it writes, so that a worker that was taken for dead, and is
    not, does not write beside another. Offsets as the sink sees them never go back: where the topic is made
    anew they go on behind all that there was.
    """

    is_needed = False

    def __init__(
        self, sink: DataSink, url: str, *, prepare: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self.name = sink.context.name
        limits, topic = sink.context.limits, sink.context.topic
        self._sink = Calls(sink)
        self._connection = Connection(url, self.name, prepare)
        self._watermarks = Watermarks(self.name, topic)
        self._stored = Watermarks(RawEvents.name, topic)
        self._verdicts = Verdicts(url, topic, limits)
        self._decoder = Decoder(limits.text_length)
        self._clock = EventClock.from_limits(limits)

    def read(self, message: Received) -> Given:
        """Decode a beacon."""
        beacon = read_beacon(message, self._decoder)
        return Given(*(getattr(beacon, field.name) for field in dataclasses.fields(beacon)))

    async def write(self, items: Sequence[Given], holes: Offsets) -> Written:
        """Wait until the beacons are stored; give the sink those that came first."""
        return await until_stored(self.name, lambda: self._try(items, holes))

    async def isolate(self, item: Given, error: Exception) -> tuple[Given, Sequence[DeadLetter]]:
        """Leave out a beacon that the sink refuses on its own."""
        reason = f"sink {self.name} refuses the beacon: {error.__cause__ or error}"
        return dataclasses.replace(item, is_refused=True), [item.dead_letter(BadEvent(None, reason, b""))]

    async def next_offsets(self) -> dict[int, int]:
        """By partition, the first offset that was not written yet; raise SinkUnavailable."""
        async with self._connection.transaction() as connection:
            kept = await self._watermarks.next_offsets(connection)
            bases = await self._watermarks.bases(connection)
            return self._offsets(kept, bases, await self._sink.next_offsets())

    async def open(self) -> None:
        """Open the sink, so that what is wrong is said before the first event is."""
        await self._sink.next_offsets()

    async def close(self) -> None:
        """Close the sink, and the connection."""
        await self._sink.end()
        await self._connection.close()

    async def _try(self, items: Sequence[Given], holes: Offsets) -> Written | None:
        async with self._connection.transaction() as connection:
            kept = await self._watermarks.lock(connection, {item.partition for item in items})
            bases = await self._watermarks.bases(connection)
            own = await self._sink.next_offsets()
            expected = self._offsets(kept, bases, own)
            self._check(expected, await self._stored.next_offsets(connection))
            fresh, replayed = sort_out(items, expected, holes)
            new = await self._verdicts.unique_on(connection, fresh)
            # What lies below the watermark and is not stored is new: `store_events` moves our watermark back.
            if new is None or await self._verdicts.unique_on(connection, replayed) is None:
                return None
            given = [beacon for beacon in new if not beacon.is_refused]
            if given or (fresh and own is not None):
                await self._sink.write(self._batch(given, bases, expected, ends(fresh)))
            await self._watermarks.move(connection, expected | ends(fresh))
        events = sum(len(beacon.decoded.events) for beacon in given)
        return Written(len(given), events, len(fresh) - len(new), len(replayed))

    def _batch(self, given: Sequence[Given], bases: Offsets, since: Offsets, next_offsets: Offsets) -> Batch:
        return Batch(
            given,
            since={place: bases[place] + since[place] for place in next_offsets},
            next_offsets={place: bases[place] + offset for place, offset in next_offsets.items()},
            clock=self._clock,
        )

    @staticmethod
    def _check(expected: Offsets, stored: Offsets) -> None:
        # What it has was stored before, so this is not its watermark, or the database is an older backup.
        for place, offset in expected.items():
            if offset > stored.get(place, 0):
                raise SinkAhead(partition=place, own=offset, stored=stored.get(place, 0))

    @staticmethod
    def _offsets(kept: Offsets, bases: Offsets, own: Offsets | None) -> dict[int, int]:
        """Where each partition goes on: where the sink says, or, where it keeps no watermark, ours."""
        if own is None:
            return dict(kept)
        return {place: max(own.get(place, 0) - bases[place], 0) for place in kept}

"""Runs a data sink of others: what was stored, each beacon once, in order, one writer at a time."""

import asyncio
import dataclasses
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from chronos.errors import BatchRejected, Refused, SinkUnavailable
from chronos.event_time import EventClock
from chronos.extensions.data_sink import Batch, DataSink
from chronos.models.beacon import Beacon, read_beacon
from chronos.models.dead_letter import DeadLetter
from chronos.models.decoder import BadEvent, Decoder
from chronos.models.message import Received
from chronos.sinks.base import LaggingSink, Written
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.watermarks import Watermarks, ends, sort_out
from chronos.sinks.verdicts import Verdicts, until_stored

log = logging.getLogger(__name__)

LONGEST = 50.0  # seconds for which the row of the watermark may be locked

Offsets = Mapping[int, int]


@dataclasses.dataclass(slots=True)
class Given(Beacon):
    """A beacon, and whether the sink has refused it."""

    is_refused: bool = False


class Adapted(LaggingSink[Given]):
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
        self._sink = sink
        self._connection = Connection(url, self.name, prepare)
        self._watermarks = Watermarks(self.name, topic)
        self._verdicts = Verdicts(url, topic, limits)
        self._decoder = Decoder(limits.text_length)
        self._clock = EventClock.from_limits(limits)
        self._thread = ThreadPoolExecutor(1, f"sink {self.name}")
        self._is_open = False
        self._has_failed = False
        self._said = ""

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
            return self._offsets(kept, bases, await self._own())

    async def open(self) -> None:
        """Open the sink, so that what is wrong is said before the first event is."""
        await self._own()

    async def close(self) -> None:
        """Close the sink, and the connection."""
        await self._close()
        self._thread.shutdown(wait=False)
        await self._connection.close()

    async def _try(self, items: Sequence[Given], holes: Offsets) -> Written | None:
        async with self._connection.transaction() as connection:
            kept = await self._watermarks.lock(connection, {item.partition for item in items})
            bases = await self._watermarks.bases(connection)
            own = await self._own()
            expected = self._offsets(kept, bases, own)
            fresh, replayed = sort_out(items, expected, holes)
            new = await self._verdicts.unique_on(connection, fresh)
            # What lies below the watermark and is not stored is new: `store_events` moves our watermark back.
            if new is None or await self._verdicts.unique_on(connection, replayed) is None:
                return None
            given = [beacon for beacon in new if not beacon.is_refused]
            if fresh:
                next_offsets = ends(fresh)
                if given or own is not None:
                    await self._call(self._sink.write, self._batch(given, bases, expected, next_offsets))
                await self._watermarks.move(connection, next_offsets)
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
    def _offsets(kept: Offsets, bases: Offsets, own: Offsets | None) -> dict[int, int]:
        """Where each partition goes on: where the sink says, or, when it keeps no watermark, ours."""
        if own is None:
            return dict(kept)
        return {place: max(own.get(place, 0) - bases[place], 0) for place in kept}

    async def _own(self) -> Offsets | None:
        if self._has_failed:
            await self._close()  # whatever state it is in: a new one asks for the watermark
        if not self._is_open:
            await self._call(self._sink.open)
            self._is_open, self._has_failed = True, False
        found: Offsets | None = await self._call(self._sink.next_offsets)
        return found

    async def _call(self, method: Callable[..., Any], *arguments: Any) -> Any:
        """What a method of the sink gives; raise BatchRejected where it says so, else SinkUnavailable."""
        try:
            async with asyncio.timeout(LONGEST):
                return await self._run(method, *arguments)
        except Refused as error:
            raise BatchRejected(sink=self.name, reason=str(error)) from error
        except Exception as error:  # whatever code that is not ours may do
            self._has_failed = True
            reason = f"{method.__name__} raises {type(error).__name__}: {error}"
            if reason != self._said:
                log.warning("%s: %s", self.name, reason, exc_info=error)
            self._said = reason
            raise SinkUnavailable(sink=self.name, reason=reason) from error

    async def _run(self, method: Callable[..., Any], *arguments: Any) -> Any:
        if inspect.iscoroutinefunction(method):
            return await method(*arguments)
        return await asyncio.get_running_loop().run_in_executor(self._thread, method, *arguments)

    async def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            with suppress(SinkUnavailable, BatchRejected):  # it is logged, and there is no more to it
                await self._call(self._sink.close)

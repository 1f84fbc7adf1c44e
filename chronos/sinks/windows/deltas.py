"""The sink of agent `count_windows`: counts beacons, each once, and sends what they add to windows."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

import asyncpg

from chronos.database.queries import query
from chronos.errors import KafkaUnavailable, MessageTooLarge, SinkUnavailable
from chronos.metrics import LATE_EVENTS, TOO_LATE_EVENTS
from chronos.models.beacon import Beacon, read_beacon
from chronos.models.decoder import Decoder
from chronos.models.message import Message, Received
from chronos.settings.sections import Limits
from chronos.sinks.base import Sink, Written
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.watermarks import Watermarks, ends, sort_out
from chronos.sinks.verdicts import Verdicts, until_stored
from chronos.sinks.windows.ports import Sender
from chronos.windows.bundles import Bundle, messages
from chronos.windows.counting import Counted, Counting
from chronos.windows.declared import WindowView
from chronos.windows.progress import Source

EMPTY_EVERY = 1.0  # seconds between bundles to a partition that only say how far event time has come


class WindowDeltas(Sink[Beacon]):
    """Sends to ``deltas_topic`` what beacons of ``topic`` add, once the database at ``url`` has them.

    It has the verdict on beacons that were sent twice, and the watermark, which is moved once Kafka has the
    bundles: what is sent again after a crash is recognised by its offsets. ``counting`` makes the counter
    for a number of partitions; ``seen`` is told of the beacons that were counted.
    """

    name = "count_windows"

    def __init__(
        self,
        url: str,
        topic: str,
        deltas_topic: str,
        limits: Limits,
        views: Sequence[WindowView],
        *,
        counting: Callable[[int], Counting],
        sender: Sender,
        seen: Callable[[Sequence[Beacon]], None] = lambda beacons: None,
        prepare: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._connection = Connection(url, self.name, prepare, begin=self._declare)
        self._looking = Connection(url, self.name)  # beside a batch, which may wait
        self._topic, self._deltas_topic = topic, deltas_topic
        self._watermarks = Watermarks(self.name, topic)
        self._verdicts = Verdicts(url, topic, limits)
        self._decoder = Decoder(limits.text_length)
        self._views = views
        self._new_counting = counting
        self._counting: tuple[int, Counting] | None = None
        self._sender = sender
        self._seen = seen
        self._told: dict[tuple[int, int], float] = {}  # when, by source and destination

    def read(self, message: Received) -> Beacon:
        """Decode a beacon."""
        return read_beacon(message, self._decoder)

    async def open(self) -> None:
        """Connect."""
        async with self._connection.transaction():
            pass

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()
        await self._looking.close()

    async def write(self, items: Sequence[Beacon], holes: Mapping[int, int]) -> Written:
        """Wait until the beacons are stored; count those that came first, send the bundles, move on."""
        return await until_stored(self.name, lambda: self._try(items, holes))

    async def next_offsets(self) -> dict[int, int]:
        """By partition, the first offset that was not counted yet; raise SinkUnavailable."""
        async with self._looking.transaction() as connection:
            return await self._watermarks.next_offsets(connection)

    async def tell_idle(self, sources: Mapping[int, Source]) -> None:
        """Tell all partitions that nothing is waiting in ``sources``, so that these hold nothing back."""
        idle = [
            Bundle(number, -1, -1, source.watermark_us, source.time_us, [], idle=True)
            for number, source in sources.items()
        ]
        if idle:
            await self._send(dict.fromkeys(await self._places(), idle))

    async def _try(self, items: Sequence[Beacon], holes: Mapping[int, int]) -> Written | None:
        # Locked until Kafka has the bundles: whoever was taken for dead, and is not, sends nothing meanwhile.
        async with self._connection.transaction() as connection:
            watermarks = await self._watermarks.lock(connection, {item.partition for item in items})
            fresh, replayed = sort_out(items, watermarks, holes)
            new = await self._verdicts.unique_on(connection, fresh)
            # What lies below the watermark and is not stored is new: `store_events` moves our watermark back.
            if new is None or await self._verdicts.unique_on(connection, replayed) is None:
                return None
            counted = await self._count(new, await self._watermarks.bases(connection))
            if fresh:
                await self._send(counted.bundles)
                await self._watermarks.move(connection, ends(fresh))
        LATE_EVENTS.inc(counted.late)
        TOO_LATE_EVENTS.inc(counted.too_late)
        self._seen(new)
        return Written(len(new), counted.events, len(fresh) - len(new), len(replayed))

    async def _count(self, new: Sequence[Beacon], bases: Mapping[int, int]) -> Counted:
        places = len(await self._places())
        if self._counting is None or self._counting[0] != places:
            self._counting = places, self._new_counting(places)
        return self._counting[1].count(new, bases)

    async def _places(self) -> list[int]:
        try:
            return await self._sender.partitions(self._deltas_topic)
        except KafkaUnavailable as error:
            raise SinkUnavailable(sink=self.name, reason=str(error)) from error

    async def _send(self, bundles: Mapping[int, list[Bundle]]) -> None:
        now = monotonic()
        sent = [
            Message(self._deltas_topic, None, value, partition=place)
            for place, some in bundles.items()
            for value in messages([bundle for bundle in some if self._is_due(bundle, place, now)])
        ]
        try:
            # In order within a partition; and all of them before the next batch, so that none lacks a part.
            await asyncio.gather(*map(self._sender.send, sent))
        except (KafkaUnavailable, MessageTooLarge) as error:
            raise SinkUnavailable(sink=self.name, reason=str(error)) from error

    def _is_due(self, bundle: Bundle, place: int, now: float) -> bool:
        """Whether a bundle is sent: not when it only says how far time has come, and that was just said."""
        told = self._told.get((bundle.source, place), -EMPTY_EVERY)
        is_due = bool(bundle.panes) or bundle.idle or now - told >= EMPTY_EVERY
        if is_due:
            self._told[bundle.source, place] = now
        return is_due

    async def _declare(self, connection: asyncpg.Connection) -> None:
        """Note since when each view is counted; `chronos windows check` compares from then on."""
        await connection.execute(query("end_windows"), [view.id for view in self._views])
        for view in self._views:
            about = (view.id, view.name, view.event, view.key, view.filter, view.kind)
            await connection.execute(query("declare_windows"), *about)

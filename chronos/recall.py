"""Sends beacons again that Kafka had taken and has lost, as when somebody deletes topic `events`.

A beacon is in Kafka alone from its acknowledgement to the transaction that stores it. For that long each
worker remembers what it has sent. Where everything that Kafka has is stored and a beacon is not, Kafka has it
no more, and it is sent again. Sent again in vain it is a duplicate, which its id tells.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from uuid import UUID

from mode import Service

from chronos.database.queries import query
from chronos.errors import ChronosError
from chronos.metrics import FORGOTTEN_BEACONS, RECALLED_BEACONS, REMEMBERED_BEACONS
from chronos.models.message import BEACON_ID, Message
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.watermarks import Watermarks

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
AT_ONCE = 200
ASKED_AT_ONCE = 20_000  # ids in one question to the database
PATIENCE = 5.0  # seconds in which a beacon is stored as a rule, before anybody is asked
BESIDE_BYTES = (
    700  # of memory for what a beacon has beside its body and key, as measured: id, headers, places
)


class Memory:
    """The beacons that were sent last, oldest first, in ``limit`` bytes of memory; 0 remembers none."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._kept: dict[UUID, tuple[float, Message]] = {}
        self._bytes = 0

    def add(self, message: Message) -> None:
        """Remember a beacon that Kafka has acknowledged."""
        if not self._limit:
            return
        beacon_id = UUID(bytes=dict(message.headers)[BEACON_ID])
        self.forget([beacon_id])
        self._kept[beacon_id] = self._clock(), message
        self._bytes += _cost(message)
        while self._bytes > self._limit:
            self.forget([next(iter(self._kept))])
            FORGOTTEN_BEACONS.inc()

    def __len__(self) -> int:
        return len(self._kept)

    def due(self) -> list[UUID]:
        """Those that should be stored by now."""
        before = self._clock() - PATIENCE
        return [beacon_id for beacon_id, (since, _) in self._kept.items() if since <= before]

    def forget(self, ids: Collection[UUID]) -> list[Message]:
        """Forget those that are there; return them."""
        gone = [self._kept.pop(one)[1] for one in ids if one in self._kept]
        self._bytes -= sum(map(_cost, gone))
        return gone


def _cost(message: Message) -> int:
    return BESIDE_BYTES + len(message.key or b"") + len(message.value)


class Stored:
    """What the database at ``url`` has of ``topic``."""

    def __init__(self, url: str, topic: str, sink: str) -> None:
        self._connection = Connection(url, "recall")
        self._watermarks = Watermarks(sink, topic)

    async def ask(self, ids: Collection[UUID]) -> tuple[Mapping[int, int], set[UUID]]:
        """Next offset by partition, and which of ``ids`` are there; raise SinkUnavailable."""
        async with self._connection.transaction() as connection:
            # The watermarks first: what lies below them was stored, and its id is seen by what is asked next.
            offsets = await self._watermarks.next_offsets(connection)
            rows = await connection.fetch(query("known_beacons"), list(ids))
        return offsets, {row["id"] for row in rows}

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


class Recall(Service):
    """Looks after ``memory``; ``send`` brings a beacon where it is safe.

    ``ranges`` asks Kafka which offsets it has, by partition; it raises KafkaUnavailable.
    """

    def __init__(
        self,
        memory: Memory,
        stored: Stored,
        ranges: Callable[[], Awaitable[Mapping[int, range]]],
        send: Callable[[Message], Awaitable[None]],
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._memory, self._stored = memory, stored
        self._ranges, self._send = ranges, send
        # What was due at an earlier look, and where Kafka ended then.
        self._before: tuple[set[UUID], Mapping[int, range]] | None = None
        REMEMBERED_BEACONS.set_function(lambda: len(memory))

    async def on_stop(self) -> None:
        """Close the connection; what is remembered is in Kafka, unless that loses it in these seconds."""
        await self._stored.close()

    @Service.task
    async def _keep_looking(self) -> None:
        while not self.should_stop:
            await self.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except ChronosError as error:  # who is away does not lose anything meanwhile
                log.debug("not looked whether Kafka has lost beacons: %s", error)
            except Exception:  # nobody awaits this task, and the next look may succeed
                log.exception("not looked whether Kafka has lost beacons")

    async def look(self) -> None:
        """Forget what is stored, and send again what is not, though all is that Kafka had when it was due."""
        offsets, left = await self._left(self._memory.due())
        ranges = await self._ranges() if left else {}
        if not ranges:  # a topic that is missing has none: it is waited for
            self._before = None
        elif self._before is None or _is_anew(self._before[1], ranges):
            self._before = set(left), ranges
        else:
            due, before = self._before
            if all(_is_read(before.get(n, range(0)), offsets.get(n, 0), now) for n, now in ranges.items()):
                self._before = None
                await self._send_again([one for one in left if one in due])

    async def _left(self, ids: Sequence[UUID]) -> tuple[Mapping[int, int], list[UUID]]:
        """Where storing is, and which of ``ids``, oldest first, are not stored; who comes later waits."""
        offsets: Mapping[int, int] = {}
        for begin in range(0, len(ids), ASKED_AT_ONCE):
            some = ids[begin : begin + ASKED_AT_ONCE]
            offsets, known = await self._stored.ask(some)
            self._memory.forget(known)
            if left := [one for one in some if one not in known]:
                return offsets, left
        return offsets, []

    async def _send_again(self, ids: Sequence[UUID]) -> None:
        if not ids:
            return
        log.warning("%d beacons that Kafka had taken are not there any more: they are sent again", len(ids))
        for begin in range(0, len(ids), AT_ONCE):
            await self._send_some(self._memory.forget(ids[begin : begin + AT_ONCE]))

    async def _send_some(self, messages: Sequence[Message]) -> None:
        results = await asyncio.gather(*map(self._send, messages), return_exceptions=True)
        for message, result in zip(messages, results, strict=True):
            if result is None:
                RECALLED_BEACONS.inc()
            else:
                self._memory.add(message)  # it is tried again at a later look


def _is_anew(before: Mapping[int, range], ranges: Mapping[int, range]) -> bool:
    """Whether a partition counts from 0 again since that look."""
    return any(now.stop < before.get(number, range(0)).stop for number, now in ranges.items())


def _is_read(before: range, next_offset: int, now: range) -> bool:
    """Whether a partition has nothing more of what it had ``before``; not known of one that began anew.

    What lay in front of its first offset will never be stored: retention was faster.
    """
    return now.stop == 0 or before.stop <= max(next_offset, now.start) <= now.stop

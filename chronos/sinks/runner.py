"""Runs a sink: reads batches, retries, isolates what is refused, and says how it goes."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import Generic, TypeVar

from chronos.errors import BatchRejected, KafkaUnavailable, OffsetGap, SinkUnavailable
from chronos.kafka_reader import Between
from chronos.metrics import (
    BAD_EVENTS,
    BATCH_SECONDS,
    CLAMPED_EVENTS,
    DUPLICATE_BEACONS,
    MISSING_OFFSETS,
    REPLAYED_BEACONS,
    SINK_RETRIES,
    STORED_BEACONS,
    STORED_EVENTS,
)
from chronos.models.dead_letter import DeadLetter
from chronos.models.message import Received
from chronos.sinks.base import I, Sink, Written
from chronos.sinks.gaps import Gaps

log = logging.getLogger(__name__)

SLOWEST_RETRY = 5.0
SLOW_SECONDS = 10.0  # after which health says that a database does not answer

T = TypeVar("T")
DECODED_AT_ONCE = 64_000  # bytes, about a millisecond of work


def backoff(attempt: int) -> float:
    """Seconds to wait before try number ``attempt`` (from 1): doubling from 0.1 to 5, with jitter."""
    slowest: float = min(SLOWEST_RETRY, 0.1 * 2 ** min(attempt - 1, 10))
    return slowest * random.uniform(0.5, 1)


class SinkRunner(Generic[I]):
    """Writes batches of messages into one sink. ``problem`` says why it waits, None when all is well.

    ``send_letter`` puts a dead letter where it is kept; ``between`` reads a part of a partition again.
    """

    def __init__(
        self,
        sink: Sink[I],
        *,
        send_letter: Callable[[DeadLetter], Awaitable[None]],
        between: Between,
        batch_bytes: int,
        retry: Callable[[int], float] = backoff,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.sink = sink
        self.problem: str | None = None
        self._send_letter = send_letter
        self._batch_bytes = batch_bytes
        self._retry = retry
        self._sleep = sleep
        self._gaps = Gaps(sink.name, between)
        for metric in (BAD_EVENTS, MISSING_OFFSETS, SINK_RETRIES):
            # Prometheus sees no rise in a series that begins with its first count: these begin with 0.
            metric.labels(sink.name)

    @property
    def is_needed(self) -> bool:
        """Whether a worker is not ready while this waits."""
        return self.sink.is_needed

    async def run(self, messages: Sequence[Received]) -> None:
        """Write ``messages``, in parts of bounded size; all of them are committed when this returns.

        Whatever goes wrong, they are tried again: an agent that ends loses what it has taken.
        """
        attempt = 0
        while True:
            try:
                return await self._run(messages)
            except Exception as error:
                log.exception("%s: something that was not expected", self.sink.name)
                attempt += 1
                await self._wait(attempt, error)

    async def read_again(self, partition: int, start: int, end: int) -> bool:
        """Write what Kafka has from ``start`` up to before ``end``; it is committed when this returns.

        False, after a moment, where Kafka does not give all of it.
        """
        return await self._close(OffsetGap(partition=partition, expected=start, found=end), failures=0)

    async def _run(self, messages: Sequence[Received]) -> None:
        # Faust delivers a message twice when it seeks while others wait: a batch may hold it twice, too.
        unique = {(message.partition, message.offset): message for message in messages}
        for part in split([unique[place] for place in sorted(unique)], self._batch_bytes):
            await self._run_part(part)

    async def _run_part(self, messages: Sequence[Received]) -> None:
        items: list[I] = []
        for part in split(messages, DECODED_AT_ONCE):
            items += map(self.sink.read, part)
            await asyncio.sleep(0)  # decoding is work: let requests be answered in between
        await self._send_all([letter for item in items for letter in self.sink.dead_letters(item)])
        await self._write(items)

    async def _write(self, items: list[I]) -> None:
        failures = 0
        while True:
            try:
                written = await self._until_available(partial(self._write_once, items))
            except OffsetGap as gap:
                failures = 0 if await self._close(gap, failures) else failures + 1
            except BatchRejected as error:
                if len(items) > 1:
                    await self._write_halves(items)
                    return
                items, is_explained = await self._isolate(items[0], error)
                if not is_explained:
                    # Nothing in it is to blame: tried again at once it would be refused for ever.
                    failures += 1
                    await self._wait(failures, error)
            else:
                self._count(written)
                return

    async def _close(self, gap: OffsetGap, failures: int) -> bool:
        """Write what comes before the batch; False, after a while, where Kafka did not give all of it."""
        try:
            async with aclosing(self._gaps.missing(gap)) as missing:
                async for messages in missing:
                    for part in split(messages, self._batch_bytes):
                        await self._run_part(part)
        except KafkaUnavailable as error:
            await self._wait(failures + 1, error)
            return False
        return True

    async def _write_halves(self, items: list[I]) -> None:
        # In order, until the one that is refused stands alone; each half moves the watermark.
        middle = len(items) // 2
        await self._write(items[:middle])
        await self._write(items[middle:])

    async def _isolate(self, item: I, error: BatchRejected) -> tuple[list[I], bool]:
        """The item without what is refused, and whether there was anything like that."""
        try:
            rest, letters = await self._until_available(partial(self.sink.isolate, item, error))
        except BatchRejected:
            return [item], False
        # Why stands in the letters: the reason may quote what a visitor sent.
        log.error("%s: %d parts of a message are refused, see the dead letters", self.sink.name, len(letters))
        await self._send_all(letters)
        return [rest], bool(letters)

    async def _write_once(self, items: Sequence[I]) -> Written:
        slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._is_slow)
        try:
            with BATCH_SECONDS.labels(self.sink.name).time():
                written = await self.sink.write(items, self._gaps.holes)
        finally:
            slow.cancel()
        self._gaps.passed({item.partition for item in items})
        return written

    async def _until_available(self, work: Callable[[], Awaitable[T]]) -> T:
        attempt = 0
        while True:
            try:
                result = await work()
            except SinkUnavailable as error:
                attempt += 1
                await self._wait(attempt, error)
            else:
                self.problem = None
                return result

    async def _send_all(self, letters: Sequence[DeadLetter]) -> None:
        attempt = 0
        while letters:
            try:
                await asyncio.gather(*map(self._send_letter, letters))
            except KafkaUnavailable as error:
                attempt += 1
                await self._wait(attempt, error)
            else:
                self.problem = None
                BAD_EVENTS.labels(self.sink.name).inc(len(letters))
                return

    async def _wait(self, attempt: int, error: Exception) -> None:
        if self.problem != str(error):
            log.warning("%s waits: %s", self.sink.name, error)
        self.problem = str(error)
        SINK_RETRIES.labels(self.sink.name).inc()
        await self._sleep(self._retry(attempt))

    def _is_slow(self) -> None:
        self.problem = f"no answer for {SLOW_SECONDS:g} s"
        log.warning("%s waits: %s", self.sink.name, self.problem)

    def _count(self, written: Written) -> None:
        name = self.sink.name
        STORED_BEACONS.labels(name).inc(written.stored)
        STORED_EVENTS.labels(name).inc(written.events)
        DUPLICATE_BEACONS.labels(name).inc(written.duplicates)
        REPLAYED_BEACONS.labels(name).inc(written.replayed)
        for reason, count in written.clamped.items():
            CLAMPED_EVENTS.labels(name, reason).inc(count)


def split(messages: Sequence[Received], batch_bytes: int) -> Iterator[list[Received]]:
    """Cut a sequence so that each part holds about ``batch_bytes`` of values, and at least one message."""
    part: list[Received] = []
    size = 0
    for message in messages:
        part.append(message)
        size += len(message.value or b"")
        if size >= batch_bytes:
            yield part
            part, size = [], 0
    if part:
        yield part

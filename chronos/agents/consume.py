"""How every sink's agent consumes: batches in, acknowledged once they are committed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, cast

from faust import Stream
from faust.types import StreamT

from chronos import addresses, kafka_reader
from chronos.agents.backlog import LOOK_SECONDS, Backlog, Batch
from chronos.agents.unread import Stretch, Unread
from chronos.app import app, config
from chronos.errors import SinkUnavailable
from chronos.models.message import Received
from chronos.services import health, send_letter
from chronos.sinks.base import I, Sink
from chronos.sinks.runner import SinkRunner

BATCH_MESSAGES = 1000
BYTES_PER_EVENT = 45  # of a click, as the tracker sends it


async def consume(
    stream: StreamT[Any],
    topic: str,
    sink: Sink[I],
    *,
    is_ours: Callable[[Received], bool] = lambda message: True,
) -> None:
    """Write a stream into ``sink``; what is not committed when this ends is read again.

    What is not ``is_ours`` once it was written is not acknowledged.
    """
    runner = await _opened(sink, topic)
    turn = asyncio.Lock()  # a sink has one connection, and does one thing at a time

    async def next_offsets() -> Mapping[int, int]:
        async with turn:
            return await sink.next_offsets()

    async def write(part: Stretch) -> bool:
        async with turn:
            return await _read_again(runner, topic, part)

    async def begin_anew(ends: Mapping[int, int]) -> None:
        async with turn:
            await sink.begin_anew(ends)

    unread = Unread(sink.name, next_offsets, partial(_ends, topic), write, begin_anew)
    looking = asyncio.create_task(_read_unread(unread))
    try:
        async for batch in _batches(stream, config.limits.batch_milliseconds):
            async with turn:
                await runner.run([event.message for event in batch])
            await _acknowledge(stream, [event for event in batch if is_ours(event.message)])
    finally:
        looking.cancel()
        await asyncio.wait([looking])
        await sink.close()


async def consume_behind(
    stream: StreamT[Any],
    topic: str,
    sink: Sink[I],
    *,
    milliseconds: int = config.limits.batch_milliseconds,
) -> None:
    """Like `consume`, for a sink that the others don't wait for: its watermark says what it lacks.

    A batch waits ``milliseconds`` for more.
    """
    runner = await _opened(sink, topic)
    write = partial(_read_again, runner, topic)
    unread = Unread(sink.name, sink.next_offsets, partial(_ends, topic), write, sink.begin_anew)
    backlog = Backlog(runner, unread, partial(_acknowledge, stream))
    writing = asyncio.create_task(backlog.run())
    try:
        async for batch in _batches(stream, milliseconds):
            if not await backlog.offer(batch):
                await _acknowledge(stream, batch)
    finally:
        writing.cancel()
        await asyncio.wait([writing])
        await sink.close()


async def _read_unread(unread: Unread) -> None:
    """Write what Faust does not bring."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await unread.read(at_once=False)


async def _read_again(runner: SinkRunner[Any], topic: str, part: Stretch) -> bool:
    """Write a part; False where Kafka does not give all of it, or the partition is another worker's now."""
    return _is_assigned(topic, part.partition) and await runner.read_again(*part)


async def _opened(sink: Sink[I], topic: str) -> SinkRunner[I]:
    runner = SinkRunner(
        sink,
        send_letter=send_letter,
        between=partial(kafka_reader.between, addresses.resolve(config).kafka, topic),
        batch_bytes=config.limits.batch_events * BYTES_PER_EVENT,
    )
    health.sinks[sink.name] = runner
    with suppress(SinkUnavailable):  # then the first batch tries again, and says what is wrong
        await sink.open()
    return runner


def _batches(stream: StreamT[Any], milliseconds: int) -> AsyncIterator[Batch]:
    return cast(Stream[Any], stream).noack_take(BATCH_MESSAGES, milliseconds / 1000)


async def _acknowledge(stream: StreamT[Any], batch: Batch) -> None:
    for event in batch:
        await stream.ack(event)


def _is_assigned(topic: str, partition: int) -> bool:
    return not app.rebalancing and partition in app.assigned(topic)


async def _ends(topic: str) -> Mapping[int, int]:
    """By partition of ``topic`` that is ours, the offset behind its last message."""
    return await app.ends(topic, () if app.rebalancing else app.assigned(topic))

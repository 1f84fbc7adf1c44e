"""How every sink's agent consumes: batches in, acknowledged once they are committed."""

from contextlib import suppress
from functools import partial
from typing import Any, cast

from faust import Stream
from faust.types import StreamT

from chronos import addresses, kafka_reader
from chronos.app import config
from chronos.errors import SinkUnavailable
from chronos.services import health, send_letter
from chronos.sinks.base import I, Sink
from chronos.sinks.runner import SinkRunner

BATCH_MESSAGES = 1000
BYTES_PER_EVENT = 45  # of a click, as the tracker sends it


async def consume(stream: StreamT[Any], topic: str, sink: Sink[I]) -> None:
    """Write a stream into ``sink``; what is not committed when this ends is read again."""
    runner = SinkRunner(
        sink,
        send_letter=send_letter,
        between=partial(kafka_reader.between, addresses.resolve(config).kafka, topic),
        batch_bytes=config.limits.batch_events * BYTES_PER_EVENT,
    )
    health.sinks[sink.name] = runner
    try:
        with suppress(SinkUnavailable):  # then the first batch tries again, and says what is wrong
            await sink.open()
        within = config.limits.batch_milliseconds / 1000
        async for events in cast(Stream[Any], stream).noack_take(BATCH_MESSAGES, within):
            await runner.run([event.message for event in events])
            for event in events:
                await stream.ack(event)
    finally:
        await sink.close()

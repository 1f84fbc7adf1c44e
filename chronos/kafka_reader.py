"""Reads a part of a topic again, beside the consumer group."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from chronos.errors import NoBroker, NoSuchPartition
from chronos.kafka_away import AWAY, reason
from chronos.models.message import Received

AT_ONCE = 500  # messages
REQUEST_MS = 10_000
PATIENCE = 30.0  # seconds without an answer after which Kafka counts as away


# Reads a partition from an offset up to before another one, in batches.
Between = Callable[[int, int, int], AsyncGenerator[list[Received], None]]


@dataclass(slots=True)
class Record:
    """A message, with its timestamp in seconds, as Faust has it."""

    topic: str
    partition: int
    offset: int
    timestamp: float
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes]] | None


async def between(
    bootstrap: str, topic: str, partition: int, start: int, end: int
) -> AsyncGenerator[list[Received], None]:
    """Yield, in order and in batches, all that Kafka has at offsets from ``start`` up to before ``end``.

    Raises NoBroker.
    """
    place = TopicPartition(topic, partition)
    async with _consumer(bootstrap) as consumer:
        position, end = await _seek(consumer, place, start, end)
        while position < end:
            found, position = await _read(consumer, place)
            wanted: list[Received] = [record for record in found if record.offset < end]
            if wanted:
                yield wanted


async def ranges(
    bootstrap: str,
    topic: str,
    begin: int | datetime,
    end: int | datetime | None,
    partitions: Collection[int] = (),
) -> dict[int, range]:
    """By partition the offsets from ``begin`` up to before ``end`` that Kafka has.

    Each is an offset or a time, which stands for the first message that Kafka got then or later; None is
    where the topic ends now. Without ``partitions`` all are meant. Raises NoBroker, NoSuchPartition.
    """
    async with _consumer(bootstrap) as consumer, asyncio.timeout(PATIENCE):
        # Of the topics that it is assigned it learns the partitions by itself; so far it has none.
        known = (await consumer._client.fetch_all_metadata()).partitions_for_topic(topic) or set()
        if unknown := set(partitions) - known:
            numbers = ", ".join(map(str, sorted(unknown)))
            raise NoSuchPartition(topic=topic, numbers=numbers, known=len(known) or "none")
        places = [TopicPartition(topic, number) for number in sorted(partitions or known)]
        consumer.assign(places)
        firsts = await consumer.beginning_offsets(places)
        lasts = await consumer.end_offsets(places)
        begins = await _offsets(consumer, places, begin, lasts)
        ends = lasts if end is None else await _offsets(consumer, places, end, lasts)
    return {
        place.partition: range(max(begins[place], firsts[place]), min(ends[place], lasts[place]))
        for place in places
    }


async def _offsets(
    consumer: AIOKafkaConsumer,
    places: list[TopicPartition],
    at: int | datetime,
    lasts: Mapping[TopicPartition, int],
) -> dict[TopicPartition, int]:
    if isinstance(at, int):
        return dict.fromkeys(places, at)
    found = await consumer.offsets_for_times(dict.fromkeys(places, int(at.timestamp() * 1000)))
    return {place: one.offset if (one := found[place]) else lasts[place] for place in places}


@asynccontextmanager
async def _consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    # Without a group: Faust's own consumer is not to be sought about under its buffers.
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=REQUEST_MS,  # then another broker is asked
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await consumer.start()
        yield consumer
    except AWAY as error:
        raise NoBroker(bootstrap=bootstrap, reason=reason(error)) from error
    finally:
        await consumer.stop()


async def _seek(consumer: AIOKafkaConsumer, place: TopicPartition, start: int, end: int) -> tuple[int, int]:
    """Go to ``start``; the two offsets, moved to where the partition begins and ends now."""
    async with asyncio.timeout(PATIENCE):
        consumer.assign([place])
        first = (await consumer.beginning_offsets([place]))[place]
        last = (await consumer.end_offsets([place]))[place]
        start = max(start, first)
        consumer.seek(place, start)
    return start, min(end, last)


async def _read(consumer: AIOKafkaConsumer, place: TopicPartition) -> tuple[list[Record], int]:
    """The next messages, and the offset behind them, which Kafka's own records move, too."""
    before = await consumer.position(place)
    async with asyncio.timeout(PATIENCE):
        while True:
            batches = await consumer.getmany(place, timeout_ms=500, max_records=AT_ONCE)
            position: int = await consumer.position(place)
            if position > before:
                break
    return [
        Record(one.topic, one.partition, one.offset, one.timestamp / 1000, one.key, one.value, one.headers)
        for one in batches.get(place, [])
    ], position

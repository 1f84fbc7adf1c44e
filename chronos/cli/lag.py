"""How far each sink is behind the ends of topic `events`, in beacons."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chronos.errors import ServiceError

if TYPE_CHECKING:
    from aiokafka import TopicPartition


@dataclass(frozen=True)
class Ends:
    """Of a partition, the first offset that Kafka still has, and the next that it will give."""

    first: int
    end: int


@dataclass(frozen=True)
class Watermark:
    """How far a sink has written a partition, and when it did so last."""

    sink: str
    partition: int
    next_offset: int
    updated: datetime


@dataclass(frozen=True)
class PartitionLag:
    """How many beacons of a partition wait for a sink, and since when it has written none."""

    partition: int
    end: int
    next_offset: int
    lag: int
    updated: datetime | None


@dataclass(frozen=True)
class SinkLag:
    """How many beacons wait for a sink, in all and by partition."""

    sink: str
    partitions: list[PartitionLag]

    @property
    def lag(self) -> int:
        """Beacons of all partitions."""
        return sum(one.lag for one in self.partitions)


async def ends(bootstrap: str, topic: str) -> dict[int, Ends]:
    """The ends of a topic by partition; raise ServiceError where there is no such topic."""
    from aiokafka import AIOKafkaConsumer

    places = await _partitions(bootstrap, topic)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap.split(","), enable_auto_commit=False)
    try:
        await consumer.start()
        first = await consumer.beginning_offsets(places)
        last = await consumer.end_offsets(places)
    finally:
        await consumer.stop()
    return {place.partition: Ends(first[place], last[place]) for place in places}


async def _partitions(bootstrap: str, topic: str) -> "list[TopicPartition]":
    from aiokafka import TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient

    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    try:
        await client.start()
        [described] = await client.describe_topics([topic])
    finally:
        await client.close()
    if not described["partitions"]:
        raise ServiceError(service="topic " + topic, reason="there is none, until a worker makes it")
    return sorted(TopicPartition(topic, one["partition"]) for one in described["partitions"])


def of_sinks(found: Mapping[int, Ends], watermarks: Iterable[Watermark]) -> list[SinkLag]:
    """The lag of each sink that has written something, and of store_events, the first of all."""
    by_sink: dict[str, dict[int, Watermark]] = defaultdict(dict)
    by_sink["store_events"] = {}
    for one in watermarks:
        by_sink[one.sink][one.partition] = one
    return [
        SinkLag(sink, [_of_partition(number, there, known.get(number)) for number, there in found.items()])
        for sink, known in by_sink.items()
    ]


def _of_partition(number: int, there: Ends, known: Watermark | None) -> PartitionLag:
    reached = known.next_offset if known else there.first
    # What Kafka has deleted does not wait any more.
    waiting = max(0, there.end - max(reached, there.first))
    return PartitionLag(number, there.end, reached, waiting, known.updated if known else None)

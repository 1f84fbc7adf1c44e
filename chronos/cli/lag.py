"""How far each sink is behind the ends of topic `events`, in beacons."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chronos.kafka_state import Partition, Topic


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
    end: int | None
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


def of_sinks(topic: Topic, watermarks: Iterable[Watermark]) -> list[SinkLag]:
    """The lag of each sink that has written something, and of store_events, the first of all."""
    by_sink: dict[str, dict[int, Watermark]] = defaultdict(dict)
    by_sink["store_events"] = {}
    for one in watermarks:
        by_sink[one.sink][one.partition] = one
    return [
        SinkLag(sink, [_of_partition(one, known.get(one.number)) for one in topic.partitions])
        for sink, known in by_sink.items()
    ]


def _of_partition(there: Partition, known: Watermark | None) -> PartitionLag:
    reached = known.next_offset if known else there.first or 0
    # Nobody says of a partition without a leader what waits in it.
    waiting = there.lag(reached) or 0
    return PartitionLag(there.number, there.end, reached, waiting, known.updated if known else None)

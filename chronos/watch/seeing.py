"""What a worker sees at a moment: of Kafka, of what waits, of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

from chronos.database.queries import query
from chronos.kafka_state import KafkaState, Partition
from chronos.settings import Settings

STORED_BY = "store_events"


@dataclass(frozen=True)
class Watermarks:
    """By sink and topic, the next offset of each partition, as table `watermarks` has them."""

    offsets: Mapping[tuple[str, str], Mapping[int, int]]

    @classmethod
    async def ask(cls, connection: asyncpg.Connection, topics: Sequence[str]) -> "Watermarks":
        """Those of these topics."""
        found: dict[tuple[str, str], dict[int, int]] = {}
        for row in await connection.fetch(query("all_watermarks"), list(topics)):
            found.setdefault((row["sink"], row["topic"]), {})[row["partition"]] = row["next_offset"]
        return cls(found)

    def sinks(self, settings: Settings) -> list[tuple[str, str]]:
        """Each sink with its topic, of those that exist; one that has written nothing yet among them."""
        kafka = settings.kafka
        ours = {kafka.events_topic, kafka.dead_letters_topic}
        known = {key for key in self.offsets if key[1] in ours} | {(STORED_BY, kafka.events_topic)}
        return sorted(known)

    def next_offset(self, sink: str, topic: str, partition: int) -> int:
        """The first offset that was not written; 0 where nothing was."""
        return self.offsets.get((sink, topic), {}).get(partition, 0)


@dataclass(frozen=True)
class Lag:
    """What waits for a sink in one partition: messages, about how many bytes, and what was deleted unread."""

    sink: str
    topic: str
    partition: int
    messages: int
    size: int
    deleted: int
    is_old: bool  # a message waits that is not fresh


@dataclass(frozen=True)
class Seen:
    """A look at ``time``, seconds since 1970; what could not be seen is None."""

    time: float
    kafka: KafkaState | None = None
    kafka_problem: str | None = None
    watermarks: Watermarks | None = None
    database_problem: str | None = None
    waiting: Mapping[str, str] = field(default_factory=dict)  # by sink of this worker, for what it waits
    spool: tuple[int, int] = (0, 0)  # bytes in it, and how many it may have; the latter 0 where there is none
    disk_free: int | None = None
    made: tuple[str, ...] = ()  # topics that were missing, and were made again
    refused: Mapping[str, str] = field(
        default_factory=dict
    )  # by topic, why Kafka gives it no more partitions

    def lags(self, settings: Settings) -> list[Lag]:
        """What waits, by sink and partition, as far as that is known."""
        if self.kafka is None or self.watermarks is None:
            return []
        return [
            lag
            for sink, topic in self.watermarks.sinks(settings)
            if topic in self.kafka.topics
            for partition in self.kafka.topics[topic].partitions
            if (lag := lag_of(sink, partition, self.watermarks.next_offset(sink, topic, partition.number)))
        ]


def lag_of(sink: str, partition: Partition, next_offset: int) -> Lag | None:
    """What waits for ``sink`` from ``next_offset`` on; None where nobody can tell."""
    messages = partition.lag(next_offset)
    if messages is None or partition.first is None or partition.end is None:
        return None
    there = partition.end - partition.first
    is_anew = next_offset > partition.end
    begin = partition.first if is_anew else max(partition.first, next_offset)
    fresh = partition.end if partition.fresh is None else max(partition.first, partition.fresh)
    return Lag(
        sink,
        partition.topic,
        partition.number,
        messages,
        size=(partition.size or 0) * messages // there if there else 0,
        # Before the first write of a sink nobody knows whether what is gone was for it.
        deleted=max(0, partition.first - next_offset) if next_offset > 0 and not is_anew else 0,
        is_old=messages > 0 and partition.fresh is not None and begin < fresh,
    )

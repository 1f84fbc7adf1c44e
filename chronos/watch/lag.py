"""How far each sink is behind: what Kafka has of its topic beyond what its watermarks say was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from chronos.database.queries import query
from chronos.kafka_state import KafkaState, Partition
from chronos.settings import Settings

STUCK_SECONDS = 60.0  # without a write, while something waits


@dataclass(frozen=True)
class Watermark:
    """The first offset that was not written, when it was moved last, and how many seconds ago."""

    next_offset: int
    updated: datetime | None = None
    idle: float = 0.0


@dataclass(frozen=True)
class Watermarks:
    """By sink and topic those of each partition, as table `watermarks` has them."""

    found: Mapping[tuple[str, str], Mapping[int, Watermark]]

    @classmethod
    async def ask(cls, connection: asyncpg.Connection, topics: Sequence[str]) -> "Watermarks":
        """Those of these topics."""
        found: dict[tuple[str, str], dict[int, Watermark]] = {}
        for row in await connection.fetch(query("watermarks_of_topics"), list(topics)):
            one = Watermark(row["next_offset"], row["updated"], row["idle"])
            found.setdefault((row["sink"], row["topic"]), {})[row["partition"]] = one
        return cls(found)

    def of(self, sink: str, topic: str) -> Mapping[int, Watermark]:
        """By partition; empty where the sink has written nothing yet."""
        return self.found.get((sink, topic), {})


@dataclass(frozen=True)
class Lag:
    """What waits for a sink in one partition: messages, about how many bytes, and what was deleted unread.

    ``next_offset`` is the first offset that the sink has not written, 0 where it has written nothing;
    ``idle`` are seconds since it wrote there, None where it never did.
    """

    sink: str
    topic: str
    partition: int
    next_offset: int
    end: int
    messages: int
    size: int
    deleted: int
    is_old: bool  # a message waits that is not fresh
    is_anew: bool  # the watermark is beyond the end: the topic was made anew, or is that of another Kafka
    updated: datetime | None
    idle: float | None

    @property
    def is_stuck(self) -> bool:
        """Whether something waits and nothing moves."""
        return self.messages > 0 and (self.idle is None or self.idle > STUCK_SECONDS)


@dataclass(frozen=True)
class SinkLag:
    """What waits for a sink in all partitions; ``unknown`` are those of which nobody could tell."""

    sink: str
    topic: str
    partitions: tuple[Lag, ...]
    unknown: tuple[int, ...] = ()

    @property
    def messages(self) -> int:
        """Messages of all partitions."""
        return sum(one.messages for one in self.partitions)

    @property
    def waiting(self) -> list[Lag]:
        """Partitions in which something waits."""
        return [one for one in self.partitions if one.messages]

    @property
    def stuck(self) -> list[Lag]:
        """Partitions in which something waits and nothing moves."""
        return [one for one in self.partitions if one.is_stuck]

    @property
    def anew(self) -> list[Lag]:
        """Partitions that end before what the sink has written."""
        return [one for one in self.partitions if one.is_anew]


def sinks(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each sink whose watermarks are in the database and that is switched on, with its topic."""
    kafka = settings.kafka
    yield "store_events", kafka.events_topic
    if settings.pipelinedb.kept_by_chronos:  # else they are in PipelineDB
        yield "feed_views", kafka.events_topic
    if settings.windows.enabled:
        yield "count_windows", kafka.events_topic
    for name in settings.sinks.own:
        yield name, kafka.events_topic
    yield "keep_dead_letters", kafka.dead_letters_topic


def of_sinks(kafka: KafkaState, watermarks: Watermarks, settings: Settings) -> list[SinkLag]:
    """How far each sink is, of those whose topic is there."""
    return [
        _of_sink(sink, kafka.topics[topic].partitions, watermarks.of(sink, topic))
        for sink, topic in sinks(settings)
        if topic in kafka.topics
    ]


def _of_sink(sink: str, partitions: Sequence[Partition], known: Mapping[int, Watermark]) -> SinkLag:
    found = {one.number: _of_partition(sink, one, known.get(one.number)) for one in partitions}
    return SinkLag(
        sink,
        partitions[0].topic,
        tuple(lag for lag in found.values() if lag is not None),
        tuple(number for number, lag in found.items() if lag is None),
    )


def _of_partition(sink: str, there: Partition, known: Watermark | None) -> Lag | None:
    """What waits from the watermark on; None where nobody can tell."""
    next_offset = known.next_offset if known else 0
    messages = there.lag(next_offset)
    if messages is None or there.first is None or there.end is None:
        return None
    kept, is_anew = there.end - there.first, next_offset > there.end
    fresh = there.end if there.fresh is None else max(there.first, there.fresh)
    return Lag(
        sink,
        there.topic,
        there.number,
        next_offset,
        there.end,
        messages,
        size=(there.size or 0) * messages // kept if kept else 0,
        # Before the first write of a sink nobody knows whether what is gone was for it.
        deleted=max(0, there.first - next_offset) if next_offset > 0 and not is_anew else 0,
        is_old=messages > 0 and there.fresh is not None and there.end - messages < fresh,
        is_anew=is_anew,
        updated=known.updated if known else None,
        idle=known.idle if known else None,
    )

"""What a Kafka looks like: brokers, partitions and their replicas, offsets, bytes, what a group has read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

GROUPS = "__consumer_offsets"  # Kafka's own topic; without it no group can form


class Disk(NamedTuple):
    """Bytes that are free on a broker's disk, and all that it has."""

    free: int
    size: int


@dataclass(frozen=True)
class Partition:
    """A partition; what nobody could tell is None.

    ``first`` and ``end`` are the offsets of its first message and behind its last; ``fresh`` is that of the
    first message younger than what was asked for, ``end`` where all are older. ``size`` is bytes on the disk
    of its leader, ``sizes`` by broker; ``committed`` is what the group will read next.
    """

    topic: str
    number: int
    leader: int | None
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]
    first: int | None = None
    end: int | None = None
    fresh: int | None = None
    sizes: Mapping[int, int] = field(default_factory=dict)
    committed: int | None = None

    @property
    def is_offline(self) -> bool:
        """Whether nobody can write or read it."""
        return self.leader is None

    @property
    def is_under_replicated(self) -> bool:
        """Whether a replica is missing or behind."""
        return len(self.in_sync) < len(self.replicas)

    @property
    def size(self) -> int | None:
        """Bytes on the disk of its leader."""
        return None if self.leader is None else self.sizes.get(self.leader)

    @property
    def messages(self) -> int | None:
        """Messages that Kafka has of it, about: a compacted topic has fewer."""
        return None if self.first is None or self.end is None else self.end - self.first

    def lag(self, next_offset: int) -> int | None:
        """Messages that wait for whoever reads ``next_offset`` next: of those that Kafka still has."""
        if self.first is None or self.end is None:
            return None
        if next_offset > self.end:  # the topic was made anew: nothing of it was read
            return self.end - self.first
        return self.end - max(self.first, next_offset)


@dataclass(frozen=True)
class Topic:
    """A topic; ``configs`` are its settings as they hold, ``own`` those that were set for it alone."""

    name: str
    partitions: tuple[Partition, ...]
    configs: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @property
    def least_in_sync(self) -> int:
        """Replicas that have to be in sync before something can be written."""
        return int(self.configs.get("min.insync.replicas", 1))

    @property
    def size(self) -> int:
        """Bytes on all disks, as far as they are known."""
        return sum(sum(one.sizes.values()) for one in self.partitions)

    @property
    def budget(self) -> int | None:
        """Bytes that it may have on all disks, about; None where only time limits it, or nobody can tell."""
        kept = int(self.configs.get("retention.bytes") or -1)
        if kept < 0:
            return None
        # Each replica of a partition may have that and the segment that is written.
        segment = int(self.configs.get("segment.bytes") or 0)
        return (kept + segment) * sum(len(one.replicas) for one in self.partitions)

    @property
    def messages(self) -> int:
        """Messages in all partitions, as far as they are known."""
        return sum(one.messages or 0 for one in self.partitions)

    def under_least(self) -> list[Partition]:
        """Partitions that have a leader and too few replicas in sync to be written."""
        return [one for one in self.partitions if one.leader is not None and self._lacks(one)]

    def refuses_without(self, brokers: Collection[int]) -> list[Partition]:
        """Partitions that take something, and would take nothing if these brokers went away."""
        return [
            one
            for one in self.partitions
            if one.leader is not None and not self._lacks(one) and self._lacks(one, brokers)
        ]

    def _lacks(self, partition: Partition, without: Collection[int] = ()) -> bool:
        in_sync = len(set(partition.in_sync) - set(without))
        return in_sync < min(self.least_in_sync, len(partition.replicas))


@dataclass(frozen=True)
class KafkaState:
    """What was seen at ``time`` (seconds since 1970). ``brokers`` are those that are there, as host:port.

    ``known`` are also those that should hold a replica and are away; ``controller`` is the node that leads;
    ``disks`` are the fullest of each broker that could tell.
    """

    time: float
    brokers: Mapping[int, str]
    known: frozenset[int]
    controller: int | None
    topics: Mapping[str, Topic]
    groups: Topic | None = None
    disks: Mapping[int, Disk] = field(default_factory=dict)

    @property
    def away(self) -> list[int]:
        """Brokers that are not there."""
        return sorted(self.known - set(self.brokers))

    @property
    def partitions(self) -> list[Partition]:
        """Those of all topics of ours, and of Kafka's own for groups."""
        topics = [*self.topics.values(), *([self.groups] if self.groups else [])]
        return [partition for topic in topics for partition in topic.partitions]

    @property
    def size(self) -> int:
        """Bytes of our topics on all disks, as far as they are known."""
        return sum(topic.size for topic in self.topics.values())

    @property
    def offline(self) -> list[Partition]:
        """Partitions without a leader."""
        return [one for one in self.partitions if one.is_offline]

    @property
    def under_replicated(self) -> list[Partition]:
        """Partitions of which a replica is missing or behind."""
        return [one for one in self.partitions if one.is_under_replicated]

    def refusing_without(self, brokers: Collection[int]) -> list[Partition]:
        """Partitions of our topics that would take nothing if these brokers went away, and do now."""
        return [one for topic in self.topics.values() for one in topic.refuses_without(brokers)]

    @property
    def under_least(self) -> list[Partition]:
        """Partitions that have a leader and take nothing, since too few replicas are in sync."""
        return [one for topic in self.topics.values() for one in topic.under_least()]

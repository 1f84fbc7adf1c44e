"""Asks a Kafka what it looks like, in bounded time, also when some of its brokers are away."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.offset import OffsetRequest

from chronos.errors import ServiceError
from chronos.kafka_away import AWAY, reason
from chronos.kafka_protocol import DescribeLogDirs, DescribeQuorum
from chronos.kafka_state import GROUPS, Disk, KafkaState, Partition, Topic

T = TypeVar("T")

SECONDS = 8.0  # that a look may take in all, and
REQUEST_SECONDS = 3.0  # that one broker has for one answer
EARLIEST, LATEST = -2, -1
SET_FOR_THE_TOPIC = 1  # where a setting comes from; others are defaults

Place = tuple[str, int]  # topic and partition


async def look(bootstrap: str, names: Sequence[str], group: str, fresh_seconds: float = 0.0) -> KafkaState:
    """Look at topics ``names`` and at what ``group`` has read of them; one that is not there is left out.

    A message counts as fresh that is younger than ``fresh_seconds``. Raises ServiceError where no broker
    answers; what only some brokers could have told is None.
    """
    async with _client(bootstrap) as client:
        return await _Look(client, names, group).state(fresh_seconds)


async def under_replicated(bootstrap: str) -> list[Partition]:
    """Partitions of whichever topic of which a replica is missing or behind; raises ServiceError."""
    async with _client(bootstrap) as client:
        found = await _metadata(client, None)
        partitions = [
            _placed(topic["topic"], one) for topic in found["topics"] for one in topic["partitions"]
        ]
        return [one for one in partitions if one.is_under_replicated]


@asynccontextmanager
async def _client(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client, in bounded time; raises ServiceError."""
    client = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, request_timeout_ms=int(REQUEST_SECONDS * 1000), retry_backoff_ms=50
    )
    try:
        async with asyncio.timeout(SECONDS):
            await client.start()
            yield client
    except AWAY as error:
        raise ServiceError(service=f"Kafka at {bootstrap}", reason=reason(error)) from error
    finally:
        await client.close()


class _Look:
    def __init__(self, client: AIOKafkaAdminClient, names: Sequence[str], group: str) -> None:
        self._client = client
        self._names = names
        self._group = group

    async def state(self, fresh_seconds: float) -> KafkaState:
        """Ask for the metadata, and then all brokers at the same time for the rest."""
        now = time.time()
        metadata = await _metadata(self._client, [*self._names, GROUPS])
        brokers = {one["node_id"]: f"{one['host']}:{one['port']}" for one in metadata["brokers"]}
        placed = {
            topic["topic"]: [_placed(topic["topic"], one) for one in topic["partitions"]]
            for topic in metadata["topics"]
            if topic["partitions"]
        }
        there = [name for name in self._names if name in placed]
        ours = [one for name in there for one in placed[name]]
        (first, end, fresh, (sizes, disks)), (committed, configs, controller) = await asyncio.gather(
            asyncio.gather(
                self._offsets(ours, EARLIEST),
                self._offsets(ours, LATEST),
                self._offsets(ours, int((now - fresh_seconds) * 1000)),
                self._sizes(ours, brokers),
            ),
            asyncio.gather(
                _or(self._committed(), {}), _or(self._configs(there), {}), _or(self._controller(), None)
            ),
        )
        whole = partial(_with, first=first, end=end, fresh=fresh, sizes=sizes, committed=committed)
        topics = {
            name: Topic(name, tuple(map(whole, placed[name])), *configs.get(name, ({}, frozenset())))
            for name in there
        }
        known = {broker for partitions in placed.values() for one in partitions for broker in one.replicas}
        groups = Topic(GROUPS, tuple(placed[GROUPS])) if GROUPS in placed else None
        return KafkaState(now, brokers, frozenset(known | set(brokers)), controller, topics, groups, disks)

    async def _offsets(self, partitions: Sequence[Partition], when: int) -> dict[Place, int]:
        """Offsets by time in milliseconds; -1 where every message is older than that."""
        by_leader: dict[int, dict[str, list[tuple[int, int]]]] = {}
        for one in partitions:
            if one.leader is not None:
                by_leader.setdefault(one.leader, {}).setdefault(one.topic, []).append((one.number, when))
        answers = await asyncio.gather(
            *(
                _or(self._client._send_request(OffsetRequest(-1, 0, list(topics.items())), leader), None)
                for leader, topics in by_leader.items()
            )
        )
        return {
            (topic, number): offset
            for answer in answers
            if answer is not None
            for topic, found in answer.topics
            for number, code, _, offset in found
            if not code
        }

    async def _sizes(
        self, partitions: Sequence[Partition], brokers: Mapping[int, str]
    ) -> tuple[dict[Place, dict[int, int]], dict[int, Disk]]:
        """By partition, its bytes on the disk of each broker that has it; by broker, its fullest disk."""
        topics: dict[str, list[int]] = {}
        for one in partitions:
            topics.setdefault(one.topic, []).append(one.number)
        request = DescribeLogDirs(topics)
        answers = await asyncio.gather(
            *(_or(self._client._send_request(request, broker), None) for broker in brokers)
        )
        sizes: dict[Place, dict[int, int]] = {}
        disks: dict[int, Disk] = {}
        for broker, answer in zip(brokers, answers, strict=True):
            for _, _, found, size_in_all, free, _ in answer.folders if answer is not None else ():
                for topic, numbers, _ in found:
                    for number, size, _, is_future, _ in numbers:
                        if not is_future:
                            sizes.setdefault((topic, number), {})[broker] = size
                if free >= 0:  # else it cannot say
                    disk = Disk(free, size_in_all)
                    disks[broker] = min(disks.get(broker, disk), disk)
        return sizes, disks

    async def _committed(self) -> dict[Place, int]:
        found = await self._client.list_consumer_group_offsets(self._group)
        return {(place.topic, place.partition): one.offset for place, one in found.items()}

    async def _configs(self, names: Sequence[str]) -> dict[str, tuple[dict[str, str], frozenset[str]]]:
        """By topic, its settings as they hold, and which of them were set for it."""
        wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        answers = await self._client.describe_configs(wanted) if wanted else []
        found = {}
        for answer in answers:
            for code, _, _, name, entries in answer.resources:
                if not code:
                    values = {entry[0]: entry[1] for entry in entries}
                    own = frozenset(entry[0] for entry in entries if entry[3] == SET_FOR_THE_TOPIC)
                    found[name] = values, own
        return found

    async def _controller(self) -> int | None:
        answer = await self._client._send_request(DescribeQuorum())
        if answer.error_code:
            raise for_code(answer.error_code)
        leaders = [partition[2] for _, partitions, _ in answer.topics for partition in partitions]
        return leaders[0] if leaders and leaders[0] >= 0 else None


async def _metadata(client: AIOKafkaAdminClient, names: Sequence[str] | None) -> Mapping[str, Any]:
    """What some broker says of these topics, or of all."""
    # Never creates a topic by asking for it, as aiokafka's own `describe_topics` may.
    request = MetadataRequest(names, allow_auto_topic_creation=False)
    tries = client._client.cluster.brokers()
    for broker in tries:
        try:
            answer = await client._send_request(request, broker.nodeId)
        except AWAY:
            continue
        found: Mapping[str, Any] = answer.to_object()
        return found
    raise TimeoutError(f"none of {len(tries)} brokers tells which topics there are")


def _with(
    one: Partition,
    first: Mapping[Place, int],
    end: Mapping[Place, int],
    fresh: Mapping[Place, int],
    sizes: Mapping[Place, Mapping[int, int]],
    committed: Mapping[Place, int],
) -> Partition:
    place = one.topic, one.number
    youngest = fresh.get(place)
    return replace(
        one,
        first=first.get(place),
        end=end.get(place),
        fresh=end.get(place) if youngest == -1 else youngest,
        sizes=sizes.get(place, {}),
        committed=committed.get(place),
    )


def _placed(topic: str, found: Mapping[str, Any]) -> Partition:
    leader = found["leader"]
    return Partition(
        topic,
        found["partition"],
        leader if leader >= 0 else None,
        tuple(found["replicas"]),
        tuple(found["isr"]),
    )


async def _or(work: Awaitable[T], otherwise: T) -> T:
    """What ``work`` gives, or ``otherwise`` where it fails or takes too long: the rest is worth knowing."""
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await work
    except AWAY:
        return otherwise

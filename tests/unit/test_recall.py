"""What Kafka has taken and lost is sent again; what is stored, or only waits, is not."""

import os
import time
import tracemalloc
from collections.abc import Collection, Mapping
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from chronos import recall as module
from chronos.errors import KafkaUnavailable, NowhereToKeep
from chronos.models.message import Message, beacon_headers
from chronos.recall import BESIDE_BYTES, PATIENCE, Memory, Recall


class World:
    """A clock, a Kafka with one partition, a database."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ranges: Mapping[int, range] | None = {0: range(3)}
        self.next_offset = 3
        self.stored: set[UUID] = set()
        self.sent: list[Message] = []
        self.asked: list[list[UUID]] = []
        self.room = 100

    def clock(self) -> float:
        return self.now

    async def ask(self, ids: Collection[UUID]) -> tuple[Mapping[int, int], set[UUID]]:
        self.asked.append(list(ids))
        return {0: self.next_offset}, self.stored & set(ids)

    async def close(self) -> None:
        """Nothing is open."""

    async def ask_ranges(self) -> Mapping[int, range]:
        if self.ranges is None:
            raise KafkaUnavailable(reason="no answer")
        return self.ranges

    async def send(self, message: Message) -> None:
        if len(self.sent) == self.room:
            raise NowhereToKeep(reason="full", retry_after=1.0)
        self.sent.append(message)


def message(size: int = 10) -> Message:
    return Message("events", None, bytes(size), beacon_headers(uuid4(), 0, "shop"))


def id_of(sent: Message) -> UUID:
    return UUID(bytes=sent.headers[0][1])


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def memory(world: World) -> Memory:
    return Memory(100_000, world.clock)


@pytest.fixture
def recall(world: World, memory: Memory) -> Recall:
    return Recall(memory, world, world.ask_ranges, world.send)  # type: ignore[arg-type]


async def test_what_is_stored_is_forgotten_and_what_is_not_is_sent_again(
    world: World, memory: Memory, recall: Recall
) -> None:
    kept, lost = message(), message()
    memory.add(kept)
    memory.add(lost)
    world.stored = {id_of(kept)}
    await recall.look()
    assert world.sent == [], "it was sent a moment ago"
    world.now = PATIENCE
    await recall.look()
    world.next_offset, world.ranges = 5, {0: range(9)}  # others come, and are not all stored
    assert world.sent == []
    await recall.look()
    assert world.sent == [lost]
    assert len(memory) == 0


@pytest.mark.parametrize(
    ("ranges", "next_offset"),
    [({0: range(3)}, 2), ({0: range(3)}, 4), ({}, 3), (None, 3)],
    ids=["something waits to be stored", "it began anew", "the topic is missing", "Kafka is away"],
)
async def test_nothing_is_sent_as_long_as_kafka_may_have_it(
    world: World, memory: Memory, recall: Recall, ranges: Mapping[int, range] | None, next_offset: int
) -> None:
    lost = message()
    memory.add(lost)
    world.now, world.ranges, world.next_offset = PATIENCE, ranges, next_offset
    for _ in range(2):
        if ranges is None:
            with pytest.raises(KafkaUnavailable):
                await recall.look()
        else:
            await recall.look()
    assert world.sent == []
    world.ranges, world.next_offset = {0: range(3)}, 3
    for _ in range(2):
        await recall.look()
    assert world.sent == [lost]


async def test_a_topic_that_was_made_anew_between_two_looks_is_no_longer_compared_with_the_old_one(
    world: World, memory: Memory, recall: Recall
) -> None:
    lost = message()
    memory.add(lost)
    world.now, world.ranges, world.next_offset = PATIENCE, {0: range(10_000)}, 9_000
    await recall.look()
    world.ranges, world.next_offset = {0: range(5)}, 5
    for _ in range(2):
        await recall.look()
    assert world.sent == [lost]


async def test_beacons_are_asked_for_in_parts_and_no_further_than_storing_is(
    world: World, memory: Memory, recall: Recall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ASKED_AT_ONCE", 2)
    sent = [message() for _ in range(6)]
    for one in sent:
        memory.add(one)
    world.now, world.stored, world.next_offset = PATIENCE, set(map(id_of, sent[:3])), 2
    await recall.look()
    assert world.asked == [list(map(id_of, sent[:2])), list(map(id_of, sent[2:4]))]
    assert len(memory) == 3


async def test_an_empty_topic_has_nothing_that_waits(world: World, memory: Memory, recall: Recall) -> None:
    lost = message()
    memory.add(lost)
    world.now, world.ranges = PATIENCE, {0: range(0)}
    for _ in range(2):
        await recall.look()
    assert world.sent == [lost]


@pytest.mark.parametrize("now", [range(3, 3), range(4, 9)], ids=["nothing came since", "others came since"])
async def test_what_retention_deleted_before_it_was_stored_holds_up_nobody(
    world: World, memory: Memory, recall: Recall, now: range
) -> None:
    lost = message()
    memory.add(lost)
    world.now, world.next_offset = PATIENCE, 1
    await recall.look()
    world.ranges = {0: now}
    await recall.look()
    assert world.sent == [lost]


async def test_what_could_not_be_sent_is_sent_later(world: World, memory: Memory, recall: Recall) -> None:
    lost = [message() for _ in range(5)]
    for one in lost:
        memory.add(one)
    world.now, world.room = PATIENCE, 2
    for _ in range(2):
        await recall.look()
    assert (len(world.sent), len(memory)) == (2, 3)
    world.now, world.room = 2 * PATIENCE, 100
    for _ in range(2):
        await recall.look()
    assert world.sent == lost


def test_the_memory_is_bounded_and_forgets_the_oldest_which_is_counted(world: World) -> None:
    memory = Memory(3 * (BESIDE_BYTES + 300), world.clock)
    sent = [message(300) for _ in range(5)]
    before = forgotten()
    for one in (*sent, sent[3]):
        memory.add(one)
    world.now = PATIENCE
    assert memory.due() == [id_of(sent[2]), id_of(sent[4]), id_of(sent[3])]
    assert forgotten() == before + 2
    none = Memory(0, world.clock)
    none.add(sent[0])
    assert none.due() == []
    assert forgotten() == before + 2


@pytest.mark.parametrize("size", [20, 2_000], ids=["small beacons", "large beacons"])
def test_the_limit_is_that_of_the_memory_that_beacons_take(size: int) -> None:
    limit = 1_000_000
    memory = Memory(limit)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(2 * limit // (BESIDE_BYTES + size)):
            memory.add(
                Message(
                    "events",
                    str(uuid4()).encode(),
                    os.urandom(size),
                    beacon_headers(uuid4(), time.time_ns() // 1000, "shop"),
                )
            )
        used = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.75 * limit < used < 1.25 * limit  # what else lives differs with the tests before


def forgotten() -> float:
    return REGISTRY.get_sample_value("chronos_beacons_forgotten_total") or 0.0

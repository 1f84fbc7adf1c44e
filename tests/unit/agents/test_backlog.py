"""What a sink has no room for is left out, and read again by its watermark: others never wait for it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from beacons import Received
from memory_sink import AWAY, Item, Kafka, MemorySink, message
from prometheus_client import REGISTRY
from worker import until

from chronos.agents import backlog
from chronos.agents.backlog import BATCHES, Backlog
from chronos.agents.unread import Stretch, Unread
from chronos.sinks.runner import SinkRunner


@dataclass
class Event:
    """As Faust gives it."""

    message: Received


def batch(*offsets: int) -> list[Event]:
    return [Event(message(offset, "good")) for offset in offsets]


def postponed() -> float:
    return REGISTRY.get_sample_value("chronos_beacons_postponed_total", {"sink": MemorySink.name}) or 0.0


class Written(list[int]):
    """The offsets that were acknowledged."""

    async def tell(self, events: Any) -> None:
        self.extend(event.message.offset for event in events)


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "STUCK_SECONDS", -1.0)
    monkeypatch.setattr(backlog, "PAUSE", 0)
    monkeypatch.setattr(backlog, "LOOK_SECONDS", 0.001)


def made(sink: MemorySink, kafka: Kafka, end: int, written: Written) -> tuple[SinkRunner[Item], Backlog]:
    runner = SinkRunner(
        sink,
        send_letter=kafka.send_letter,
        between=kafka.between,
        batch_bytes=10**6,
        sleep=lambda s: asyncio.sleep(0),
    )

    async def ends() -> dict[int, int]:
        return {0: end}

    async def write(part: Stretch) -> bool:
        return await runner.read_again(*part)

    return runner, Backlog(
        runner, Unread(sink.name, sink.next_offsets, ends, write, sink.begin_anew), written.tell
    )


async def settled(condition: Any) -> None:
    async def holds() -> bool:
        return bool(condition())

    await until(holds, 5, pause=0.001)


async def test_a_sink_that_works_is_waited_for(sink: MemorySink, kafka: Kafka) -> None:
    written = Written()
    _, waiting = made(sink, kafka, 10, written)
    running = asyncio.create_task(waiting.run())
    for number in range(10):
        assert await waiting.offer(batch(number))
    await settled(lambda: len(written) == 10)
    running.cancel()
    assert written == list(range(10))


async def test_what_a_sink_that_waits_has_no_room_for_is_read_again_once_it_works(
    sink: MemorySink, kafka: Kafka
) -> None:
    before, written = postponed(), Written()
    kafka.log = {0: [message(offset, "good") for offset in range(20)]}
    runner, waiting = made(sink, kafka, 20, written)
    sink.failures = [AWAY] * 10**6
    running = asyncio.create_task(waiting.run())
    taken = [await waiting.offer(batch(number)) for number in range(20)]
    assert taken == [True] * (BATCHES + 1) + [False] * (19 - BATCHES)
    assert postponed() - before == 19 - BATCHES
    assert runner.problem
    sink.failures = []
    await settled(lambda: sink.watermarks.get(0) == 20)
    running.cancel()
    assert [item.offset for item in sink.stored] == list(range(20))
    assert written == list(range(BATCHES + 1))


async def test_what_kafka_has_deleted_is_not_asked_for_again_and_again(
    sink: MemorySink, kafka: Kafka
) -> None:
    sink.watermarks = {0: 3}
    _, waiting = made(sink, kafka, 7, Written())
    running = asyncio.create_task(waiting.run())
    await asyncio.sleep(0.05)
    running.cancel()
    assert kafka.read == [(0, 3, 7)]


async def test_while_it_catches_up_nobody_is_held_up(
    sink: MemorySink, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it reads may wait for another sink, and that gets nothing as long as Faust waits for this one."""
    monkeypatch.setattr(backlog, "STUCK_SECONDS", 3600.0)
    kafka.log = {0: [message(offset, "good") for offset in range(20)]}
    reading, goes_on = asyncio.Event(), asyncio.Event()
    written = Written()
    runner, waiting = made(sink, kafka, 10, written)
    write = sink.write

    async def write_later(*arguments: Any) -> Any:
        reading.set()
        await goes_on.wait()
        return await write(*arguments)

    monkeypatch.setattr(sink, "write", write_later)
    running = asyncio.create_task(waiting.run())
    await reading.wait()
    async with asyncio.timeout(5):
        taken = [await waiting.offer(batch(number)) for number in range(10, 20)]
    assert taken == [True] * BATCHES + [False] * (10 - BATCHES)
    assert runner.problem is None
    goes_on.set()
    await settled(lambda: len(sink.stored) == 10 + BATCHES)
    running.cancel()
    assert [item.offset for item in sink.stored] == list(range(10 + BATCHES))

"""A sink that keeps in memory what it is given, and a Kafka and a clock for the runner around it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from beacons import ID, NOW, Received

from chronos.errors import BatchRejected, SinkUnavailable
from chronos.models.dead_letter import DeadLetter
from chronos.sinks.base import Sink, Written
from chronos.sinks.runner import SinkRunner
from chronos.sinks.timescaledb.watermarks import ends, sort_out

AWAY = SinkUnavailable(sink="fake", reason="connection refused")
NAME = "test_runner"


@dataclass(frozen=True)
class Item:
    """A message is a JSON list of events; ``poison`` is refused by the sink, ``bad`` is a dead letter."""

    partition: int
    offset: int
    events: tuple[str, ...]


def letter(item: Item, index: int) -> DeadLetter:
    return DeadLetter(ID, NOW, "shop", index, item.events[index], b"")


@dataclass
class MemorySink(Sink[Item]):
    """Keeps what it is given; ``failures`` are raised first, one a call."""

    name = NAME
    did: list[Any] = field(default_factory=list)
    stored: list[Item] = field(default_factory=list)
    watermarks: dict[int, int] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    failures_to_isolate: list[Exception] = field(default_factory=list)

    def read(self, message: Any) -> Item:
        return Item(message.partition, message.offset, tuple(json.loads(message.value or b"[]")))

    def dead_letters(self, item: Item) -> Sequence[DeadLetter]:
        return [letter(item, index) for index, event in enumerate(item.events) if event == "bad"]

    async def write(self, items: Sequence[Item], holes: Mapping[int, int]) -> Written:
        self.did.append(("write", [item.offset for item in items]))
        if self.failures:
            raise self.failures.pop(0)
        watermarks = {item.partition: 0 for item in items} | self.watermarks
        fresh, replayed = sort_out(items, watermarks, holes)
        if any("poison" in item.events for item in fresh):
            raise BatchRejected(sink=self.name, reason="poison")
        self.stored += fresh
        self.watermarks |= ends(fresh)
        return Written(
            stored=len(fresh), events=0, duplicates=0, replayed=len(replayed), clamped={"future": 2}
        )

    async def next_offsets(self) -> dict[int, int]:
        return dict(self.watermarks)

    async def isolate(self, item: Item, error: Exception) -> tuple[Item, Sequence[DeadLetter]]:
        self.did.append(("isolate", item.offset))
        if self.failures_to_isolate:
            raise self.failures_to_isolate.pop(0)
        letters = [letter(item, index) for index, event in enumerate(item.events) if event == "poison"]
        return replace(item, events=tuple(event for event in item.events if event != "poison")), letters


class Kafka:
    """Takes letters, and has ``log`` by partition; ``failures`` are raised first, one a letter or batch."""

    def __init__(self, sink: MemorySink) -> None:
        self.sink = sink
        self.letters: list[DeadLetter] = []
        self.log: dict[int, list[Received]] = {}
        self.read: list[tuple[int, int, int]] = []
        self.failures: list[Exception] = []

    async def send_letter(self, letter: DeadLetter) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sink.did.append(("letter", letter.reason))
        self.letters.append(letter)

    async def between(self, partition: int, start: int, end: int) -> AsyncGenerator[list[Any], None]:
        self.read.append((partition, start, end))
        found = [one for one in self.log.get(partition, []) if start <= one.offset < end]
        for place in range(0, len(found), 3):
            if self.failures:
                raise self.failures.pop(0)
            yield found[place : place + 3]


class Naps:
    """Sleeps without sleeping, and sees what the runner says meanwhile; ``one``, if set, never ends."""

    def __init__(self) -> None:
        self.runner: SinkRunner[Item] | None = None
        self.lengths: list[float] = []
        self.problems: list[str | None] = []
        self.one: asyncio.Future[None] | None = None

    async def sleep(self, seconds: float) -> None:
        assert self.runner
        self.lengths.append(seconds)
        self.problems.append(self.runner.problem)
        if self.one:
            self.one.set_result(None)
            await asyncio.Event().wait()


def message(offset: int, *events: str, partition: int = 0) -> Received:
    return Received(json.dumps(events).encode(), offset, partition)


def messages(*offsets: int, partition: int = 0) -> list[Received]:
    return [message(offset, "good", partition=partition) for offset in offsets]

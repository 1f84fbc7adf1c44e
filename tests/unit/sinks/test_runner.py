"""The runner, with a sink that keeps in memory what it is given."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from beacons import ID, NOW, Received
from prometheus_client import REGISTRY

from chronos.errors import BatchRejected, KafkaUnavailable, SinkUnavailable
from chronos.models.dead_letter import DeadLetter
from chronos.sinks.base import Sink, Written
from chronos.sinks.runner import SLOWEST_RETRY, SinkRunner, backoff, split
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

    async def isolate(self, item: Item, error: Exception) -> tuple[Item, Sequence[DeadLetter]]:
        self.did.append(("isolate", item.offset))
        if self.failures_to_isolate:
            raise self.failures_to_isolate.pop(0)
        letters = [letter(item, index) for index, event in enumerate(item.events) if event == "poison"]
        return replace(item, events=tuple(event for event in item.events if event != "poison")), letters


class Kafka:
    """Takes letters and seeks; ``failures`` are raised first, one a letter."""

    def __init__(self, sink: MemorySink) -> None:
        self.sink = sink
        self.letters: list[DeadLetter] = []
        self.seeks: list[tuple[int, int]] = []
        self.failures: list[Exception] = []

    async def send_letter(self, letter: DeadLetter) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sink.did.append(("letter", letter.reason))
        self.letters.append(letter)

    async def seek(self, partition: int, offset: int) -> None:
        self.seeks.append((partition, offset))


class Naps:
    """Sleeps without sleeping, and sees what the runner says meanwhile; ``one``, if set, begins one for ever."""

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


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.fixture
def kafka(sink: MemorySink) -> Kafka:
    return Kafka(sink)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def runner(sink: MemorySink, kafka: Kafka, naps: Naps) -> SinkRunner[Item]:
    naps.runner = SinkRunner(
        sink,
        send_letter=kafka.send_letter,
        seek=kafka.seek,
        batch_bytes=1_000_000,
        retry=float,
        sleep=naps.sleep,
        monotonic=lambda: 0.0,
    )
    return naps.runner


def message(offset: int, *events: str, partition: int = 0) -> Received:
    return Received(json.dumps(events).encode(), offset, partition)


def messages(*offsets: int, partition: int = 0) -> list[Received]:
    return [message(offset, "good", partition=partition) for offset in offsets]


def counted(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"chronos_{metric}_total", {"sink": NAME, **labels}) or 0.0


async def test_writes_a_batch_and_tells_what_is_committed(runner: SinkRunner[Item], sink: MemorySink) -> None:
    assert await runner.run(messages(0, 1, 2)) == {(0, 0), (0, 1), (0, 2)}
    assert sink.did == [("write", [0, 1, 2])]


async def test_orders_a_batch_by_partition_and_offset(runner: SinkRunner[Item], sink: MemorySink) -> None:
    await runner.run([*messages(1, 0, partition=1), *messages(1, 0, partition=0)])
    assert [(item.partition, item.offset) for item in sink.stored] == [(0, 0), (0, 1), (1, 0), (1, 1)]


async def test_an_empty_batch_is_no_work(runner: SinkRunner[Item], sink: MemorySink) -> None:
    assert await runner.run([]) == set()
    assert sink.did == []


async def test_a_large_batch_is_written_in_parts(sink: MemorySink, kafka: Kafka) -> None:
    size = len(message(0, "good").value or b"")
    runner = SinkRunner(sink, send_letter=kafka.send_letter, seek=kafka.seek, batch_bytes=2 * size)
    assert len(await runner.run(messages(0, 1, 2, 3, 4))) == 5
    assert sink.did == [("write", [0, 1]), ("write", [2, 3]), ("write", [4])]


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [
        ([], []),
        ([3], [[3]]),
        ([50], [[50]]),
        ([3, 3, 3, 3], [[3, 3, 3, 3]]),
        ([3, 3, 4, 3], [[3, 3, 4], [3]]),
        ([50, 1, 50], [[50], [1, 50]]),
        ([0, 0], [[0, 0]]),
    ],
    ids=str,
)
def test_splits_by_bytes(sizes: list[int], parts: list[list[int]]) -> None:
    cut = split([Received(bytes(size)) for size in sizes], 10)
    assert [[len(message.value or b"") for message in part] for part in cut] == parts


def test_a_message_without_a_value_has_no_size() -> None:
    assert len(list(split([Received(None), Received(None)], 10))) == 1


async def test_a_replayed_batch_is_committed_too(runner: SinkRunner[Item], sink: MemorySink) -> None:
    await runner.run(messages(0, 1))
    assert await runner.run(messages(0, 1, 2)) == {(0, 0), (0, 1), (0, 2)}
    assert [item.offset for item in sink.stored] == [0, 1, 2]


async def test_waits_for_a_sink_that_is_away_longer_and_longer(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    sink.failures = [AWAY, AWAY, AWAY]
    assert await runner.run(messages(0)) == {(0, 0)}
    assert naps.lengths == [1.0, 2.0, 3.0]
    assert len(sink.stored) == 1


async def test_says_for_what_it_waits_until_it_is_back(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    sink.failures = [AWAY]
    await runner.run(messages(0))
    assert naps.problems == [str(AWAY)]
    assert runner.problem is None


async def test_the_first_wait_is_short_again_after_a_success(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    sink.failures = [AWAY, AWAY]
    await runner.run(messages(0))
    sink.failures = [AWAY]
    await runner.run(messages(1))
    assert naps.lengths == [1.0, 2.0, 1.0]


@pytest.mark.parametrize(("attempt", "longest"), [(1, 0.1), (2, 0.2), (5, 1.6), (7, 5.0), (5000, 5.0)])
def test_backs_off_with_jitter_up_to_a_bound(attempt: int, longest: float) -> None:
    waits = [backoff(attempt) for _ in range(200)]
    assert longest / 2 <= min(waits) <= max(waits) <= longest <= SLOWEST_RETRY
    assert max(waits) - min(waits) > longest / 10


async def test_dead_letters_are_sent_before_their_beacon_is_written(
    runner: SinkRunner[Item], sink: MemorySink
) -> None:
    await runner.run([message(0, "good", "bad"), message(1, "bad")])
    assert sink.did == [("letter", "bad"), ("letter", "bad"), ("write", [0, 1])]


async def test_nothing_is_written_until_every_dead_letter_is_kept(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka, naps: Naps
) -> None:
    kafka.failures = [KafkaUnavailable(reason="not connected")]
    assert await runner.run([message(0, "bad", "bad")]) == {(0, 0)}
    assert sink.did[-1] == ("write", [0])
    assert {letter.index for letter in kafka.letters} == {0, 1}
    assert naps.problems == ["Kafka did not take the message: not connected"]
    assert runner.problem is None


async def test_finds_the_poison_in_a_batch_that_is_refused(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    batch = [*messages(0, 1, 2, 3, 4), message(5, "good", "poison", "fine"), *messages(6, 7)]
    assert await runner.run(batch) == {(0, offset) for offset in range(8)}
    assert [(item.offset, item.events) for item in sink.stored if item.offset == 5] == [(5, ("good", "fine"))]
    assert [item.offset for item in sink.stored] == list(range(8))
    assert [(letter.index, letter.reason) for letter in kafka.letters] == [(1, "poison")]


async def test_the_letter_of_a_poison_is_sent_before_the_rest_is_written(
    runner: SinkRunner[Item], sink: MemorySink
) -> None:
    await runner.run([message(0, "good", "poison")])
    assert sink.did == [("write", [0]), ("isolate", 0), ("letter", "poison"), ("write", [0])]


async def test_a_batch_is_halved_and_never_tried_event_by_event(
    runner: SinkRunner[Item], sink: MemorySink
) -> None:
    await runner.run([*messages(*range(127)), message(127, "poison")])
    assert len(sink.did) < 2 * 8 + 4
    assert ("write", list(range(64))) in sink.did


async def test_every_poison_is_found(runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka) -> None:
    await runner.run([message(offset, "good", "poison") for offset in range(5)])
    assert len(sink.stored) == len(kafka.letters) == 5


async def test_waits_for_a_sink_that_goes_away_while_poison_is_sought(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    sink.failures_to_isolate = [AWAY, AWAY]
    assert await runner.run([message(0, "good", "poison")]) == {(0, 0)}
    assert naps.lengths == [1.0, 2.0]
    assert sink.stored == [Item(0, 0, ("good",))]


async def test_waits_when_a_message_is_refused_in_which_no_poison_is_found(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    refused = BatchRejected(sink="fake", reason="program limit")
    sink.failures = [refused] * 3
    assert await runner.run(messages(0)) == {(0, 0)}
    assert naps.lengths == [1.0, 2.0, 3.0]
    assert naps.problems == [str(refused)] * 3


async def test_a_sink_that_cannot_isolate_ends_with_the_refusal(
    runner: SinkRunner[Item], sink: MemorySink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemorySink, "isolate", Sink.isolate)
    with pytest.raises(BatchRejected, match="poison"):
        await runner.run([message(0, "poison")])
    assert sink.stored == []


async def test_goes_back_for_what_is_missing_and_commits_nothing_beyond(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    sink.watermarks[0] = 5
    assert await runner.run(messages(8, 9)) == set()
    assert kafka.seeks == [(0, 5)]
    assert await runner.run(messages(10)) == set()
    assert await runner.run(messages(5, 6, 7, 8, 9, 10)) == {(0, offset) for offset in range(5, 11)}
    assert [item.offset for item in sink.stored] == [5, 6, 7, 8, 9, 10]


async def test_what_stands_before_a_gap_and_other_partitions_are_written(
    runner: SinkRunner[Item], kafka: Kafka
) -> None:
    batch = [*messages(0, 1, 4, 5), *messages(0, partition=1)]
    assert await runner.run(batch) == {(0, 0), (0, 1), (1, 0)}
    assert kafka.seeks == [(0, 2)]


async def test_a_gap_in_each_of_two_partitions(runner: SinkRunner[Item], kafka: Kafka) -> None:
    assert await runner.run([*messages(0, 3), *messages(2, partition=1)]) == {(0, 0)}
    assert sorted(kafka.seeks) == [(0, 1), (1, 0)]


async def test_what_kafka_has_no_more_is_passed_over(runner: SinkRunner[Item], sink: MemorySink) -> None:
    await runner.run(messages(3, 4))
    assert await runner.run(messages(3, 4)) == {(0, 3), (0, 4)}
    assert sink.watermarks == {0: 5}


async def test_nothing_beyond_a_gap_is_written_in_a_later_part(sink: MemorySink, kafka: Kafka) -> None:
    runner = SinkRunner(sink, send_letter=kafka.send_letter, seek=kafka.seek, batch_bytes=1)
    assert await runner.run(messages(0, 2, 3)) == {(0, 0)}
    assert kafka.seeks == [(0, 1)]


async def test_a_batch_that_is_cancelled_while_it_waits_commits_nothing(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    sink.failures = [AWAY]
    naps.one = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(runner.run(messages(0)))
    await naps.one
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sink.stored == []
    assert runner.problem == str(AWAY)


async def test_an_error_that_is_none_of_the_sinks_is_not_tried_again(
    runner: SinkRunner[Item], sink: MemorySink
) -> None:
    sink.failures = [RuntimeError("a mistake")]
    with pytest.raises(RuntimeError, match="a mistake"):
        await runner.run(messages(0))
    assert sink.did == [("write", [0])]


async def test_counts_what_it_does(runner: SinkRunner[Item], sink: MemorySink) -> None:
    names = ["beacons_stored", "beacons_replayed", "events_bad", "sink_retries"]
    before = [counted(name) for name in names] + [counted("events_clamped", reason="future")]
    sink.failures = [AWAY]
    await runner.run([message(0, "bad"), message(1)])
    await runner.run([message(1)])
    after = [counted(name) for name in names] + [counted("events_clamped", reason="future")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 1, 1, 1, 4]

"""Running a sink: batches, waiting, dead letters, and what is told of it."""

import asyncio

import pytest
from beacons import Received
from memory_sink import AWAY, NAME, Item, Kafka, MemorySink, Naps, message, messages
from prometheus_client import REGISTRY

from chronos.errors import KafkaUnavailable
from chronos.sinks.runner import SLOWEST_RETRY, SinkRunner, backoff, split


def counted(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"chronos_{metric}_total", {"sink": NAME, **labels}) or 0.0


async def test_writes_a_batch_and_tells_what_is_committed(runner: SinkRunner[Item], sink: MemorySink) -> None:
    await runner.run(messages(0, 1, 2))
    assert sink.did == [("write", [0, 1, 2])]


async def test_orders_a_batch_by_partition_and_offset(runner: SinkRunner[Item], sink: MemorySink) -> None:
    await runner.run([*messages(1, 0, partition=1), *messages(1, 0, partition=0)])
    assert [(item.partition, item.offset) for item in sink.stored] == [(0, 0), (0, 1), (1, 0), (1, 1)]


async def test_a_message_that_is_delivered_twice_is_written_once(
    runner: SinkRunner[Item], sink: MemorySink
) -> None:
    await runner.run([*messages(0, 1), *messages(0, 1, 2)])
    assert sink.did == [("write", [0, 1, 2])]


async def test_an_empty_batch_is_no_work(runner: SinkRunner[Item], sink: MemorySink) -> None:
    await runner.run([])
    assert sink.did == []


async def test_a_large_batch_is_written_in_parts(sink: MemorySink, kafka: Kafka) -> None:
    size = len(message(0, "good").value or b"")
    runner = SinkRunner(sink, send_letter=kafka.send_letter, between=kafka.between, batch_bytes=2 * size)
    await runner.run(messages(0, 1, 2, 3, 4))
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
    await runner.run(messages(0, 1, 2))
    assert [item.offset for item in sink.stored] == [0, 1, 2]


async def test_waits_for_a_sink_that_is_away_longer_and_longer(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    sink.failures = [AWAY, AWAY, AWAY]
    await runner.run(messages(0))
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
    await runner.run([message(0, "bad", "bad")])
    assert sink.did[-1] == ("write", [0])
    assert {letter.index for letter in kafka.letters} == {0, 1}
    assert naps.problems == ["Kafka is away: not connected"]
    assert runner.problem is None


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


async def test_an_error_that_nobody_expected_is_told_and_loses_nothing(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    sink.failures = [RuntimeError("a mistake")]
    await runner.run(messages(0))
    assert naps.problems == ["a mistake"]
    assert "something that was not expected" in caplog.text
    assert [item.offset for item in sink.stored] == [0]


async def test_counts_what_it_does(runner: SinkRunner[Item], sink: MemorySink) -> None:
    names = ["beacons_stored", "beacons_replayed", "events_bad", "sink_retries"]
    before = [counted(name) for name in names] + [counted("events_clamped", reason="future")]
    sink.failures = [AWAY]
    await runner.run([message(0, "bad"), message(1)])
    await runner.run([message(1)])
    after = [counted(name) for name in names] + [counted("events_clamped", reason="future")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 1, 1, 1, 4]

"""Messages that were passed over are read again, and written before what follows them."""

import logging

import pytest
from memory_sink import NAME, Item, Kafka, MemorySink, Naps, message, messages
from prometheus_client import REGISTRY

from chronos.errors import KafkaUnavailable
from chronos.sinks.gaps import consecutive
from chronos.sinks.runner import SinkRunner

AWAY = KafkaUnavailable(reason="not connected")


def offsets(sink: MemorySink, partition: int = 0) -> list[int]:
    return [item.offset for item in sink.stored if item.partition == partition]


def missing() -> float:
    return REGISTRY.get_sample_value("chronos_offsets_missing_total", {"sink": NAME}) or 0.0


async def test_what_was_passed_over_is_written_first(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    sink.watermarks[0] = 5
    kafka.log[0] = messages(*range(20))
    before = missing()
    await runner.run(messages(14, 15))
    assert offsets(sink) == list(range(5, 16))
    assert kafka.read == [(0, 5, 14)]
    assert missing() == before


async def test_a_gap_in_the_middle_and_in_another_partition(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    kafka.log = {0: messages(*range(6)), 1: messages(*range(6), partition=1)}
    await runner.run([*messages(0, 1, 4, 5), *messages(3, partition=1)])
    assert offsets(sink) == [0, 1, 2, 3, 4, 5]
    assert offsets(sink, 1) == [0, 1, 2, 3]


async def test_dead_letters_of_what_was_passed_over_are_sent(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    kafka.log[0] = [message(0, "good"), message(1, "bad", "good")]
    await runner.run(messages(2))
    assert [letter.reason for letter in kafka.letters] == ["bad"]
    assert offsets(sink) == [0, 1, 2]


async def test_what_kafka_has_no_more_is_passed_over_and_told(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    before = missing()
    await runner.run(messages(3, 4))
    assert offsets(sink) == [3, 4]
    assert missing() == before + 3
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "partition 0 has no offsets 0 to 2 any more (3 messages)" in record.getMessage()


async def test_holes_before_between_and_after_what_kafka_has(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    kafka.log[0] = messages(2, 3, 5, 8, 9, 10, 14)
    before = missing()
    await runner.run(messages(17))
    assert offsets(sink) == [2, 3, 5, 8, 9, 10, 14, 17]
    assert missing() == before + 10
    assert sink.watermarks == {0: 18}


async def test_a_hole_holds_only_for_the_watermark_before_it(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    await runner.run(messages(8))
    sink.watermarks, sink.stored = {0: 3}, []  # a database restored from an older backup
    kafka.log[0] = messages(*range(3, 9))
    await runner.run(messages(8))
    assert offsets(sink) == list(range(3, 9))


async def test_waits_for_a_kafka_that_is_away_and_goes_on_where_it_was(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka, naps: Naps
) -> None:
    kafka.log[0] = messages(*range(8))
    kafka.failures = [AWAY, AWAY]
    await runner.run(messages(7))
    assert offsets(sink) == list(range(8))
    assert naps.lengths == [1.0, 2.0]
    assert set(naps.problems) == {str(AWAY)}
    assert runner.problem is None


async def test_poison_in_what_was_passed_over_is_found(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    kafka.log[0] = [message(0, "good"), message(1, "poison", "fine"), message(2, "good")]
    await runner.run(messages(3))
    assert [item.events for item in sink.stored] == [("good",), ("fine",), ("good",), ("good",)]


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        ([], []),
        ([4], [[4]]),
        ([4, 5, 6], [[4, 5, 6]]),
        ([4, 6, 7, 9], [[4], [6, 7], [9]]),
    ],
    ids=str,
)
def test_cuts_where_an_offset_is_missing(found: list[int], parts: list[list[int]]) -> None:
    cut = consecutive(messages(*found))
    assert [[message.offset for message in part] for part in cut] == parts

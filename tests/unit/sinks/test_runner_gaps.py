"""Messages that were passed over: the runner goes back, and commits nothing beyond."""

from memory_sink import Item, Kafka, MemorySink, messages

from chronos.sinks.rewind import CONFIRMATIONS
from chronos.sinks.runner import SinkRunner


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
    for _ in range(CONFIRMATIONS - 1):
        assert await runner.run(messages(3, 4)) == set()
    assert await runner.run(messages(3, 4)) == {(0, 3), (0, 4)}
    assert sink.watermarks == {0: 5}


async def test_nothing_beyond_a_gap_is_written_in_a_later_part(sink: MemorySink, kafka: Kafka) -> None:
    runner = SinkRunner(sink, send_letter=kafka.send_letter, seek=kafka.seek, batch_bytes=1)
    assert await runner.run(messages(0, 2, 3)) == {(0, 0)}
    assert kafka.seeks == [(0, 1)]

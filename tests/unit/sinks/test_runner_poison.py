"""A batch that the sink refuses for what is in it: the poison is found, and all else is written."""

import pytest
from memory_sink import AWAY, Item, Kafka, MemorySink, Naps, message, messages

from chronos.errors import BatchRejected
from chronos.sinks.base import Sink
from chronos.sinks.runner import SinkRunner


async def test_finds_the_poison_in_a_batch_that_is_refused(
    runner: SinkRunner[Item], sink: MemorySink, kafka: Kafka
) -> None:
    batch = [*messages(0, 1, 2, 3, 4), message(5, "good", "poison", "fine"), *messages(6, 7)]
    await runner.run(batch)
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
    await runner.run([message(0, "good", "poison")])
    assert naps.lengths == [1.0, 2.0]
    assert sink.stored == [Item(0, 0, ("good",))]


async def test_waits_when_a_message_is_refused_in_which_no_poison_is_found(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps
) -> None:
    refused = BatchRejected(sink="fake", reason="program limit")
    sink.failures = [refused] * 3
    await runner.run(messages(0))
    assert naps.lengths == [1.0, 2.0, 3.0]
    assert naps.problems == [str(refused)] * 3


async def test_a_sink_that_cannot_isolate_waits_until_the_refusal_ends(
    runner: SinkRunner[Item], sink: MemorySink, naps: Naps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemorySink, "isolate", Sink.isolate)
    sink.failures = [BatchRejected(sink="fake", reason="a constraint")] * 2
    await runner.run(messages(0))
    assert len(naps.problems) == 2
    assert [item.offset for item in sink.stored] == [0]

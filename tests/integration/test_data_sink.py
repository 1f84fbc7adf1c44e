"""A data sink of others behind the machinery, on a real PostgreSQL: what it is given, and when again."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from databases import execute
from messages import NOW_MS, Received, beacon, press, raw_events, watermarks, write

from chronos.errors import BatchRejected, OffsetGap, SinkAhead, SinkFails, SinkUnavailable
from chronos.settings.sections import Limits
from chronos.sinks import Batch, Context, DataSink, Refused, verdicts
from chronos.sinks.adapter import Adapted
from chronos.sinks.timescaledb.raw_events import RawEvents

CONTEXT = Context("archive", "events", Limits(), Path(), Path())


class Archive(DataSink):
    """Keeps what it is given and, unless told otherwise, its watermark; does what a test asks before."""

    def __init__(self) -> None:
        super().__init__(None, CONTEXT)
        self.keys: list[str] = []
        self.given: list[tuple[Mapping[int, int], Mapping[int, int]]] = []
        self.offsets: dict[int, int] | None = {}
        self.did: list[str] = []
        self.failures: list[Exception] = []
        self.threads: set[int] = set()

    def open(self) -> None:
        self.did.append("open")

    def close(self) -> None:
        self.did.append("close")

    def next_offsets(self) -> Mapping[int, int] | None:
        return self.offsets

    def write(self, batch: Batch) -> None:
        self.did.append("write")
        self.threads.add(threading.get_ident())
        if self.failures:
            raise self.failures.pop(0)
        keys = [row.fields["key"] for row in batch.rows()]
        if "poison" in keys:
            raise Refused("no poison here")
        self.keys += keys
        self.given.append((batch.since, batch.next_offsets))
        if self.offsets is not None:
            self.offsets |= batch.next_offsets


class Trial:
    """The tables of raw events, and a sink beside them."""

    def __init__(self, url: str) -> None:
        self.url, self.archive = url, Archive()
        self.raw: RawEvents = raw_events(url)
        self.adapted = Adapted(self.archive, url)

    async def give(self, *messages: Received, holes: dict[int, int] | None = None) -> Any:
        """Store them, and give them to the sink."""
        await write(self.raw, messages, holes)
        return await write(self.adapted, messages, holes)


@pytest.fixture
async def trial(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trial]:
    monkeypatch.setattr(verdicts, "PATIENCE", 0.2)
    made = Trial(database)
    yield made
    await made.adapted.close()
    await made.raw.close()


async def test_each_beacon_is_given_once_with_the_watermark(trial: Trial) -> None:
    messages = [beacon(0, press("a"), press("b")), beacon(1), beacon(0, press("c"), partition=3)]
    written = await trial.give(*messages)
    assert (written.stored, written.events, written.replayed) == (3, 3, 0)
    again = await trial.give(*messages, beacon(2, press("d")))
    assert (again.stored, again.replayed) == (1, 3)
    assert trial.archive.keys == ["a", "b", "c", "d"]
    assert trial.archive.given == [({0: 0, 3: 0}, {0: 2, 3: 1}), ({0: 2}, {0: 3})]
    assert await watermarks(trial.url, "archive") == {0: 3, 3: 1}
    assert await trial.adapted.next_offsets() == {0: 3, 3: 1}


async def test_a_beacon_that_was_sent_twice_is_given_once_and_the_watermark_moves(trial: Trial) -> None:
    id = uuid4()
    await trial.give(beacon(0, press("a"), id=id))
    written = await trial.give(beacon(1, press("a"), id=id))
    assert (written.stored, written.duplicates) == (0, 1)
    assert (trial.archive.keys, trial.archive.offsets) == (["a"], {0: 2})


async def test_it_waits_until_a_beacon_is_stored(trial: Trial) -> None:
    message = beacon(0, press("a"))
    with pytest.raises(SinkUnavailable, match="store_events has not stored"):
        await write(trial.adapted, [message])
    assert trial.archive.keys == []
    await trial.give(message)
    assert trial.archive.keys == ["a"]


async def test_what_is_missing_is_asked_for(trial: Trial) -> None:
    await trial.give(beacon(0, press("a")))
    await write(trial.raw, [beacon(1, press("b"))])
    with pytest.raises(OffsetGap) as gap:
        await trial.give(beacon(2, press("c")))
    assert (gap.value.expected, gap.value.found) == (1, 2)


async def test_a_sink_that_fails_is_closed_opened_and_given_the_same_again(trial: Trial) -> None:
    trial.archive.failures = [OSError("disk full")]
    messages = [beacon(0, press("a"))]
    with pytest.raises(SinkFails, match="write raises OSError: disk full"):
        await trial.give(*messages)
    assert await watermarks(trial.url, "archive") == {}
    await write(trial.adapted, messages)
    assert trial.archive.did == ["open", "write", "close", "open", "write"]
    assert trial.archive.keys == ["a"]


async def test_a_writer_that_dies_after_its_write_repeats_it_only_without_a_watermark(trial: Trial) -> None:
    message = beacon(0, press("a"))
    await trial.give(message)
    for offsets, keys in (({0: 1}, ["a"]), (None, ["a", "a"])):
        # As if the transaction around it had not been committed.
        await execute(trial.url, "delete from watermarks where sink = 'archive'")
        trial.archive.offsets = offsets
        await write(trial.adapted, [message])
        assert trial.archive.keys == keys
        assert await watermarks(trial.url, "archive") == {0: 1}


async def test_a_store_that_was_emptied_gets_everything_again(trial: Trial) -> None:
    messages = [beacon(0, press("a")), beacon(1, press("b"))]
    await trial.give(*messages)
    trial.archive.keys, trial.archive.offsets = [], {}
    assert await trial.adapted.next_offsets() == {0: 0}
    await write(trial.adapted, messages)
    assert trial.archive.keys == ["a", "b"]


async def test_the_watermark_of_another_chronos_is_not_believed(trial: Trial) -> None:
    trial.archive.offsets = {0: 500}
    with pytest.raises(SinkAhead, match="its watermark of partition 0, 500, is beyond what is stored, 1"):
        await trial.give(beacon(0, press("a")))


async def test_offsets_go_on_where_the_topic_is_made_anew(trial: Trial) -> None:
    await trial.give(beacon(0, press("a")), beacon(1, press("b")))
    written = await trial.give(beacon(0, press("c")))
    assert written.stored == 1
    assert trial.archive.keys == ["a", "b", "c"]
    assert trial.archive.given[-1] == ({0: 2}, {0: 3})
    assert await watermarks(trial.url, "archive") == {0: 1}


async def test_what_is_refused_becomes_a_dead_letter_and_the_rest_is_written(trial: Trial) -> None:
    message = beacon(0, press("poison"))
    await write(trial.raw, [message])
    item = trial.adapted.read(message)
    with pytest.raises(BatchRejected) as refused:
        await trial.adapted.write([item], {})
    rest, [letter] = await trial.adapted.isolate(item, refused.value)
    assert letter.reason == "sink archive refuses the beacon: no poison here"
    written = await trial.adapted.write([rest], {})
    assert (written.stored, trial.archive.offsets) == (0, {0: 1})
    assert trial.archive.did.count("open") == 1


async def test_plain_methods_run_in_one_thread_that_is_not_the_workers(trial: Trial) -> None:
    for offset in range(3):
        await trial.give(beacon(offset, press("a", NOW_MS)))
    assert len(trial.archive.threads) == 1
    assert threading.get_ident() not in trial.archive.threads


async def test_of_two_writers_one_waits_for_the_other(trial: Trial) -> None:
    messages = [beacon(offset, press(str(offset))) for offset in range(5)]
    await write(trial.raw, messages)
    other = Adapted(trial.archive, trial.url)
    first, second = await asyncio.gather(write(trial.adapted, messages), write(other, messages))
    assert sorted((first.stored, second.stored)) == [0, 5]
    assert trial.archive.keys == ["0", "1", "2", "3", "4"]
    await other.close()

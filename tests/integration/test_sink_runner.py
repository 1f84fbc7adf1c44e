"""The runner with the real sinks: poison, and messages that come twice."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from databases import execute
from messages import NOW_MS, Received, beacon, fetch, keys, press, raw_events, value, watermarks

from chronos.models.dead_letter import DeadLetter
from chronos.sinks.runner import SinkRunner
from chronos.sinks.timescaledb.dead_letters import DeadLetters

LETTERS = "dead_letters"


class Runner:
    """Runs `RawEvents`, and keeps the letters that it sends."""

    def __init__(self, url: str) -> None:
        self.letters: list[DeadLetter] = []
        self.sink = raw_events(url)
        self.runner = SinkRunner(
            self.sink, send_letter=self._send, between=self._between, batch_bytes=1_000_000
        )

    async def run(self, messages: list[Received]) -> None:
        await self.runner.run(messages)

    async def _send(self, letter: DeadLetter) -> None:
        self.letters.append(letter)

    async def _between(self, *gap: int) -> AsyncGenerator[list[Any], None]:
        raise AssertionError(f"nothing is missing, but {gap} is asked for")
        yield []


@pytest.fixture
async def runner(database: str) -> AsyncIterator[Runner]:
    made = Runner(database)
    yield made
    await made.sink.close()


def click(x: float) -> list[object]:
    return ["clicks", "A", 0, x, 0, NOW_MS]


async def test_a_poison_row_is_found_and_all_others_are_stored(runner: Runner, database: str) -> None:
    await execute(database, "alter table raw.clicks add constraint poison check (x <> 13)")
    messages = [beacon(offset, press(f"{offset:02}"), click(offset)) for offset in range(30)]
    messages[20] = beacon(20, press("20"), click(13), press("20 too"), click(20), click(13))
    await runner.run(messages)
    stored = [row["x"] for row in await fetch(database, "select x from clicks order by x")]
    assert stored == [float(offset) for offset in range(30) if offset != 13]
    assert await keys(database) == sorted([f"{offset:02}" for offset in range(30)] + ["20 too"])
    poisoned = [*click(13), None]  # what may be left out is there, as the decoder read it
    assert [(letter.index, json.loads(letter.event)) for letter in runner.letters] == [
        (1, poisoned),
        (1, poisoned),
        (4, poisoned),
    ]
    assert all("poison" in letter.reason for letter in runner.letters)
    assert await watermarks(database) == {0: 30}


async def test_metadata_that_the_database_refuses_does_not_cost_the_events(
    runner: Runner, database: str
) -> None:
    await execute(database, "alter table metadata add constraint small check (length(data::text) < 100)")
    await runner.run([beacon(0, press("a"), metadata={"uuid": "x" * 200}), beacon(1, press("b"))])
    assert await keys(database) == ["a", "b"]
    [letter] = runner.letters
    assert letter.index is None
    assert "metadata" in letter.reason


async def test_events_that_do_not_fit_are_letters_and_the_rest_is_stored(
    runner: Runner, database: str
) -> None:
    bad = [["clicks", "A", 0], ["nothing"], ["key_presses", "\x00", NOW_MS], ["key_presses", 1, NOW_MS]]
    await runner.run([beacon(0, *bad, press("good"), time_ms=NOW_MS)])
    assert await keys(database) == ["good"]
    assert [letter.index for letter in runner.letters] == [0, 1, 2, 3]


async def test_the_same_message_twice_in_one_batch_is_stored_once(runner: Runner, database: str) -> None:
    message = beacon(0, press("once"))
    await runner.run([message, message, beacon(1, press("other"))])
    assert await keys(database) == ["once", "other"]


async def test_the_same_message_twice_of_a_topic_made_anew_is_stored_once(
    runner: Runner, database: str
) -> None:
    await runner.run([beacon(offset, press("old")) for offset in range(3)])
    message = beacon(0, press("once"))
    await runner.run([message, message])
    assert await keys(database) == ["old", "old", "old", "once"]


def letter_message(offset: int, letter: DeadLetter) -> Received:
    message = letter.to_message(LETTERS)
    return Received(message.value, offset, 0, message.headers, topic=LETTERS)


async def test_a_dead_letter_that_is_sent_twice_is_kept_once(database: str) -> None:
    sink = DeadLetters(database, LETTERS)
    now = datetime.now(UTC)
    letter = DeadLetter(uuid4(), now, "shop", 3, "does not fit", b'["x", "\\u0000 \xff"]\x00')
    other = DeadLetter(letter.beacon_id, now, "shop", None, "metadata", b"{}")
    batch = [letter_message(offset, one) for offset, one in enumerate([letter, letter, other])]
    try:
        for messages in (batch[:1], batch, batch, [letter_message(3, letter)]):
            await sink.write([sink.read(message) for message in messages], {})
        await sink.write([sink.read(Received(b"no letter at all", 4, 0, None, topic=LETTERS))], {})
    finally:
        await sink.close()
    rows = await fetch(database, "select * from dead_letters order by index, reason")
    assert [(row["index"], row["reason"].split(":")[0]) for row in rows] == [
        (3, "does not fit"),
        (None, "metadata"),
        (None, "not a dead letter of Chronos"),
    ]
    assert rows[0]["event"] == '["x", "\\u0000 \\xff"]\\x00'
    assert rows[0]["beacon_id"] == letter.beacon_id
    assert await value(database, "select next_offset from watermarks where sink = 'keep_dead_letters'") == 5


async def test_of_dead_letters_the_watermark_goes_back_where_their_topic_was_made_anew(database: str) -> None:
    sink, beacon_id, now = DeadLetters(database, LETTERS), uuid4(), datetime.now(UTC)
    letters = [DeadLetter(beacon_id, now, "shop", number, "does not fit", b"[]") for number in range(4)]
    try:
        await sink.write([sink.read(letter_message(n, one)) for n, one in enumerate(letters[:3])], {})
        await sink.begin_anew({0: 3, 1: 0})
        assert await sink.next_offsets() == {0: 3, 1: 0}
        await sink.begin_anew({0: 2})
        assert await sink.next_offsets() == {0: 0, 1: 0}
        await sink.write([sink.read(letter_message(n, one)) for n, one in enumerate(letters[2:])], {})
        assert await sink.next_offsets() == {0: 2, 1: 0}
    finally:
        await sink.close()
    rows = await fetch(database, "select index from dead_letters order by index")
    assert [row["index"] for row in rows] == [0, 1, 2, 3]

"""The sink of raw events on a real database: content, times, and exactly once."""

import asyncio
import json
import math
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from databases import execute
from messages import (
    NOW_MS,
    Received,
    beacon,
    counted_keys,
    fetch,
    keys,
    press,
    raw_events,
    value,
    write,
)
from messages import watermarks as stored_watermarks
from worker import until

from chronos.errors import BatchRejected, OffsetGap, SinkUnavailable
from chronos.metrics import MISSING_OFFSETS
from chronos.sinks.timescaledb.raw_events import RawEvents

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST, SMALLEST, TINIEST = 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324
UNICODE = "Zażółć ✓ 日本語 \U0001f469\u200d\U0001f4bb e\u0301 \u202eabc\t\n\"'\\,{}"
DAY_MS = 86_400_000


CUT = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and application_name like 'chronos%'"
)


async def until_written(sink: RawEvents, messages: list[Received]) -> None:
    """Write as the runner does: again where the connection is lost."""
    try:
        await write(sink, messages)
    except SinkUnavailable:
        await write(sink, messages)


@pytest.fixture
async def make_sink(database: str) -> AsyncIterator[Callable[..., RawEvents]]:
    """Sinks on the test's database, closed at the end."""
    made: list[RawEvents] = []

    def make(**limits: Any) -> RawEvents:
        made.append(raw_events(database, **limits))
        return made[-1]

    yield make
    for sink in made:
        await sink.close()


@pytest.fixture
def sink(make_sink: Callable[..., RawEvents]) -> RawEvents:
    return make_sink()


CONTENT = {
    "link": ["link_clicks", "Buy", "http://shop.example/buy", NOW_MS],
    "link without text": ["link_clicks", None, "http://shop.example/", NOW_MS],
    "link with empty text": ["link_clicks", "", "", NOW_MS],
    "unicode link": ["link_clicks", UNICODE, f"http://shop.example/{UNICODE}", NOW_MS],
    "click": ["clicks", "BUTTON#buy", 1, 12, 30, NOW_MS],
    "negative and fractional click": ["clicks", "", -1, -0.25, 1234.56789012345, NOW_MS],
    "largest click": ["clicks", UNICODE, 2**31 - 1, LARGEST, SMALLEST, NOW_MS],
    "smallest click": ["clicks", "é", -(2**31), -LARGEST, TINIEST, NOW_MS],
    "negative zero": ["clicks", "A", 0, -0.0, 0.1 + 0.2, NOW_MS],
    "move": ["mouse_moves", 1, -2.5, NOW_MS],
    "key": ["key_presses", "Enter", NOW_MS],
    "empty key": ["key_presses", "", NOW_MS],
    "emoji key": ["key_presses", "\U0001f600", NOW_MS],
    "long key": ["key_presses", "ß" * 65_536, NOW_MS],
    "pageview": ["pageviews", "http://shop.example/?q=ü", "Shop · Ünïcode", NOW_MS],
    "empty form": ["form_submissions", {}, NOW_MS],
    "form": [
        "form_submissions",
        {
            "": "",
            "name": UNICODE,
            "n": -1.5,
            "big": 2**63 - 1,
            "yes": True,
            "no": None,
            "list": ["a", 1, None],
        },
        NOW_MS,
    ],
}


@pytest.mark.parametrize("event", CONTENT.values(), ids=list(CONTENT))
async def test_content_comes_back_as_it_was_sent(sink: RawEvents, database: str, event: list[Any]) -> None:
    written = await write(sink, [beacon(0, event)])
    assert (written.stored, written.events) == (1, 1)
    columns = {
        "link_clicks": "link_text, target_url",
        "clicks": "target_node, buttons, x, y",
        "mouse_moves": "x, y",
        "key_presses": "key",
        "pageviews": "url, title",
        "form_submissions": "fields",
    }
    [row] = await fetch(database, f"select {columns[event[0]]} from {event[0]}")
    stored = [json.loads(one) if name == "fields" else one for name, one in row.items()]
    assert stored == event[1:-1]
    assert [math.copysign(1, one) for one in stored if isinstance(one, float)] == [
        math.copysign(1, one)
        for one, back in zip(event[1:-1], stored, strict=True)
        if isinstance(back, float)
    ]


async def test_all_types_in_one_beacon_keep_their_number(sink: RawEvents, database: str) -> None:
    events = list(CONTENT.values()) * 3
    assert (await write(sink, [beacon(0, *events)])).events == len(events)
    for name, number in Counter(event[0] for event in events).items():
        assert await value(database, f"select count(*) from {name}") == number


@pytest.mark.parametrize(
    ("client_ms", "expected"),
    [
        (-62_135_596_800_000, datetime(1, 1, 1, tzinfo=UTC)),
        (253_402_300_799_999, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (0, EPOCH),
        (-1, EPOCH - timedelta(milliseconds=1)),
        (946_684_800_001, datetime(2000, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)),
        (1_772_366_400_123.25, datetime(2026, 3, 1, 12, 0, 0, 123_250, tzinfo=UTC)),
    ],
    ids=["year 1", "year 9999", "1970", "before 1970", "2000", "quarter of a ms"],
)
async def test_client_times_keep_their_milliseconds(
    sink: RawEvents, database: str, client_ms: float, expected: datetime
) -> None:
    await write(sink, [beacon(0, press(client_ms=client_ms), time_ms=NOW_MS)])
    [row] = await fetch(database, "select client_time, time from key_presses")
    assert row["client_time"] == expected
    assert row["time"] == EPOCH + timedelta(milliseconds=NOW_MS)


@pytest.mark.parametrize(
    ("client_ms", "data", "event_ms", "clamped"),
    [
        (NOW_MS - 5000, {}, NOW_MS - 5000, None),
        (NOW_MS - 5000, {"sent_at": NOW_MS - 10_000}, NOW_MS - 5000, None),
        (NOW_MS - 3_605_000, {"sent_at": NOW_MS - 3_600_000}, NOW_MS - 5000, None),
        (NOW_MS + 3_595_000, {"sent_at": NOW_MS + 3_600_000}, NOW_MS - 5000, None),
        (NOW_MS + 1, {}, NOW_MS, "future"),
        (NOW_MS - 3_595_000, {"sent_at": NOW_MS - 3_600_000}, NOW_MS, "future"),
        (NOW_MS - 30 * DAY_MS, {}, NOW_MS - 30 * DAY_MS, None),
        (NOW_MS - 30 * DAY_MS - 1, {}, NOW_MS, "too_old"),
        (NOW_MS - 31 * DAY_MS, {"sent_at": NOW_MS - 31 * DAY_MS + 5000}, NOW_MS - 5000, None),
    ],
    ids=[
        "as it says",
        "a small skew is left alone",
        "an hour behind",
        "an hour ahead",
        "in the future",
        "in the future even when corrected",
        "old",
        "too old",
        "a clock that is a month behind",
    ],
)
async def test_event_time_is_the_corrected_client_time(
    sink: RawEvents, database: str, client_ms: int, data: dict[str, Any], event_ms: int, clamped: str | None
) -> None:
    written = await write(sink, [beacon(0, press(client_ms=client_ms), **data)])
    assert {reason: n for reason, n in written.clamped.items() if n} == ({clamped: 1} if clamped else {})
    [row] = await fetch(database, "select event_time, client_time from key_presses")
    assert row["event_time"] == EPOCH + timedelta(milliseconds=event_ms)
    assert row["client_time"] == EPOCH + timedelta(milliseconds=client_ms)


async def test_metadata_is_stored_once(make_sink: Callable[..., RawEvents], database: str) -> None:
    first, second = make_sink(), make_sink()
    same = [{"uuid": "v", "more": {"b": 1, "a": "ü"}}, {"more": {"a": "ü", "b": 1}, "uuid": "v"}]
    for offset, sink in enumerate([first, first, second, second]):
        await write(sink, [beacon(offset, press(str(offset)), metadata=same[offset % 2])])
    assert await value(database, "select count(*) from metadata") == 1
    rows = await fetch(database, "select distinct metadata::text from key_presses")
    assert [json.loads(row[0]) for row in rows] == [same[0]]


async def test_metadata_comes_back_after_it_was_lost(sink: RawEvents, database: str) -> None:
    await write(sink, [beacon(0, press("before"))])
    await execute(database, "truncate metadata", CUT)
    await until_written(sink, [beacon(1, press("after"))])
    assert await keys(database) == ["after", "before"]


async def test_a_beacon_twice_in_one_batch_is_stored_once(sink: RawEvents, database: str) -> None:
    id = uuid4()
    batch = [beacon(0, press("once"), id=id), beacon(1, press("other")), beacon(2, press("once"), id=id)]
    written = await write(sink, [*batch, beacon(0, press("once"), id=id, partition=1)])
    assert (written.stored, written.duplicates) == (2, 2)
    assert await keys(database) == ["once", "other"]
    assert await stored_watermarks(database) == {0: 3, 1: 1}


async def test_a_beacon_in_two_batches_is_stored_once(
    make_sink: Callable[..., RawEvents], database: str
) -> None:
    id = uuid4()
    for offset, sink in enumerate([make_sink(), make_sink()]):
        await write(sink, [beacon(offset, press("once"), id=id)])
    assert await keys(database) == ["once"]
    [row] = await fetch(database, 'select partition, "offset" from beacons')
    assert tuple(row) == (0, 0)


async def test_what_lies_below_the_watermark_is_skipped(sink: RawEvents, database: str) -> None:
    messages = [beacon(offset, press(str(offset))) for offset in range(6)]
    await write(sink, messages[:4])
    written = await write(sink, messages[2:])
    assert (written.stored, written.replayed) == (2, 2)
    written = await write(sink, messages)
    assert (written.stored, written.replayed, written.events) == (0, 6, 0)
    assert await keys(database) == list("012345")


async def test_a_topic_made_anew_is_stored_from_its_beginning(sink: RawEvents, database: str) -> None:
    await write(sink, [beacon(offset, press(f"old {offset}")) for offset in range(50)])
    await write(sink, [beacon(0, press("new 0")), beacon(1, press("new 1"))])
    assert await stored_watermarks(database) == {0: 2}
    await write(sink, [beacon(2, press("new 2"))])
    assert len(await keys(database)) == 53


async def test_of_a_topic_made_anew_it_is_said_what_others_had_not_come_to(
    sink: RawEvents, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    await write(sink, [beacon(offset, press(f"old {offset}")) for offset in range(50)])
    watermark = "insert into watermarks (sink, topic, partition, next_offset) values ('{}', 'events', 0, {})"
    for name, reached in (("count_windows", 20), ("mine", 50), ("feed_views", 10)):
        await execute(database, watermark.format(name, reached))
    lacks = MISSING_OFFSETS.labels("count_windows")._value.get()
    await write(sink, [beacon(0, press("new"))])
    said = [one.getMessage() for one in caplog.records if "lacks" in one.getMessage()]
    assert said == [
        "count_windows lacks 30 beacons that are stored: their topic was gone before it had come to them"
    ]
    assert MISSING_OFFSETS.labels("count_windows")._value.get() == lacks + 30


async def test_a_gap_is_refused_and_nothing_of_the_batch_written(sink: RawEvents, database: str) -> None:
    await write(sink, [beacon(0, press("0"))])
    with pytest.raises(OffsetGap) as gap:
        await write(sink, [beacon(1, press("1")), beacon(4, press("4")), beacon(0, press("x"), partition=1)])
    assert (gap.value.partition, gap.value.expected, gap.value.found) == (0, 2, 4)
    assert await keys(database) == ["0"]
    await write(sink, [beacon(1, press("1")), beacon(4, press("4"))], {0: 4})
    assert await keys(database) == ["0", "1", "4"]


async def test_a_refused_batch_leaves_nothing(sink: RawEvents, database: str) -> None:
    await execute(database, "alter table raw.clicks add check (x <> 13)")
    with pytest.raises(BatchRejected):
        await write(sink, [beacon(0, press("0"), ["clicks", "A", 0, 13, 0, NOW_MS])])
    assert await keys(database) == []
    assert await stored_watermarks(database) in ({}, {0: 0})
    assert await value(database, "select count(*) from beacons") == 0


async def test_a_connection_that_is_cut_in_the_middle_is_made_anew(
    make_sink: Callable[..., RawEvents], database: str
) -> None:
    sink = make_sink()
    await write(sink, [beacon(0, press("0"))])
    locking = await asyncpg.connect(database, timeout=10)
    await locking.execute("begin; select from watermarks for update")
    writing = asyncio.create_task(write(sink, [beacon(1, press("1"))]))
    try:

        async def waits_and_is_cut() -> bool:
            return bool(await fetch(database, f"{CUT} and wait_event_type = 'Lock'"))

        await until(waits_and_is_cut, what="the sink waits for the lock")
        with pytest.raises(SinkUnavailable):
            await asyncio.wait_for(writing, 10)
    finally:
        await locking.close()
    await write(sink, [beacon(1, press("1"))])
    assert await keys(database) == ["0", "1"]


async def test_beacons_in_many_overlapping_batches_of_several_sinks_are_stored_once(
    make_sink: Callable[..., RawEvents], database: str, rng: random.Random
) -> None:
    """Each of three sinks has two partitions of its own, and the same beacons are in all of them."""
    ids = [UUID(int=rng.getrandbits(128)) for _ in range(150)]

    async def run(number: int) -> None:
        sink = make_sink()
        offsets = {2 * number: 0, 2 * number + 1: 0}
        left = ids * 2
        rng.shuffle(left)
        while left:
            batch: list[Received] = []
            for _ in range(rng.randint(1, 25)):
                if left:
                    partition = rng.choice(list(offsets))
                    id = left.pop()
                    metadata = {"uuid": str(id.int % 7)}
                    batch.append(
                        beacon(
                            offsets[partition], press(str(id)), partition=partition, id=id, metadata=metadata
                        )
                    )
                    offsets[partition] += 1
            await write(sink, batch)
            if rng.random() < 0.3:
                await write(sink, batch)  # a replay

    async with asyncio.timeout(60):
        await asyncio.gather(*(run(number) for number in range(3)))
    assert await counted_keys(database) == Counter(str(id) for id in ids)
    assert await value(database, "select count(*) from beacons") == len(ids)


async def test_two_sinks_on_the_same_partition_write_it_once(
    make_sink: Callable[..., RawEvents], database: str, rng: random.Random
) -> None:
    """A worker that has lost its partition and does not know it yet, beside the new owner."""
    messages = [beacon(offset, press(f"{offset:03}")) for offset in range(200)]

    async def run() -> None:
        sink = make_sink()
        place = 0
        while place < len(messages):
            size = rng.randint(1, 20)
            await write(sink, messages[max(0, place - rng.randint(0, 10)) : place + size])
            place += size

    async with asyncio.timeout(60):
        await asyncio.gather(run(), run(), run())
    assert await keys(database) == [f"{offset:03}" for offset in range(200)]

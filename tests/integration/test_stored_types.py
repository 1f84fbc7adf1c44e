"""Every event type on a real database: each array lands in its table, and its view tells what was sent."""

import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from databases import execute
from event_arrays import EXAMPLES, Example
from messages import METADATA, NOW_MS, beacon, fetch, raw_events, value, write

from chronos.models.structs import DEEPEST
from chronos.sinks.timescaledb.raw_events import RawEvents

NOW = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=NOW_MS)


@pytest.fixture
async def sink(database: str) -> AsyncIterator[RawEvents]:
    made = raw_events(database)
    yield made
    await made.close()


async def row_of(database: str, example: Example) -> dict[str, Any]:
    """All that the view shows of the one event that is stored, its JSON read."""
    [row] = await fetch(database, f"select * from {example.type}")
    is_json = {name for name, wanted in example.row.items() if isinstance(wanted, dict | list)} | {"metadata"}
    return {name: json.loads(one) if name in is_json else one for name, one in row.items()}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_the_view_tells_what_was_sent(sink: RawEvents, database: str, example: Example) -> None:
    await write(sink, [beacon(0, example.array(NOW_MS))])
    row = await row_of(database, example)
    assert row.pop("id") > 0
    assert row == example.row | {
        "client_time": NOW,
        "time": NOW,
        "event_time": NOW,
        "metadata": METADATA,
    }
    assert [type(row[name]) for name in example.row] == [type(one) for one in example.row.values()]


async def test_a_path_becomes_a_row_for_each_position(sink: RawEvents, database: str) -> None:
    path = [1, -1, 16] * 1000
    written = await write(sink, [beacon(0, ["mouse_moves", 10.5, 20, NOW_MS - 20_000, path])])
    assert (written.stored, written.events) == (1, 1001)
    rows = await fetch(database, "select x, y, event_time from mouse_moves order by event_time")
    assert [tuple(row) for row in rows] == [
        (10.5 + n, 20.0 - n, NOW + timedelta(milliseconds=16 * n - 20_000)) for n in range(1001)
    ]


async def test_positions_that_the_database_refuses_share_one_letter(sink: RawEvents, database: str) -> None:
    await execute(database, "alter table raw.mouse_moves add check (x not in (13, 15))")
    message = beacon(0, ["key_presses", "a", NOW_MS], ["mouse_moves", 12, 0, 5, [1, 0, 1] * 4], id=uuid4())
    left, letters = await sink.isolate(sink.read(message), ValueError("refused"))
    assert [event.x for event in left.decoded.events[1:]] == [12.0, 14.0, 16.0]
    [letter] = letters
    assert letter.index == 1
    assert "violates check constraint" in letter.reason
    assert [event[1] for event in json.loads(letter.event)] == [13.0, 15.0]


def any_json(rng: random.Random, depth: int) -> Any:
    """A value as a page may have it; whole numbers, because jsonb writes others in its own way."""
    scalars = [None, True, False, 0, -1, 2**53, -(2**64), 10**200, "", "ü\U0001f600\\u0000", "\t\"'\\,{}"]
    match rng.randrange(4 if depth else 2):
        case 2:
            return [any_json(rng, depth - 1) for _ in range(rng.randrange(4))]
        case 3:
            return {
                f"{rng.choice(['a', 'é', ''])}{n}": any_json(rng, depth - 1) for n in range(rng.randrange(4))
            }
    return rng.choice(scalars)


async def test_any_properties_come_back_as_they_were_sent(
    sink: RawEvents, database: str, rng: random.Random
) -> None:
    sent = {str(n): {"it": any_json(rng, DEEPEST - 1)} for n in range(300)}
    events = [["custom_events", name, properties, NOW_MS] for name, properties in sent.items()]
    assert (await write(sink, [beacon(0, *events)])).events == len(sent)
    rows = await fetch(database, "select name, properties from custom_events")
    assert {row["name"]: json.loads(row["properties"]) for row in rows} == sent


@pytest.mark.parametrize("number", [0.1, -1e308, 5e-324, 1e22, 123456789.125, -0.0], ids=str)
async def test_numbers_in_properties_keep_their_value(sink: RawEvents, database: str, number: float) -> None:
    await write(sink, [beacon(0, ["custom_events", "n", {"n": number}, NOW_MS])])
    assert await value(database, "select (properties->>'n')::double precision from custom_events") == number


async def test_what_postgresql_refuses_in_properties_costs_only_that_event(
    sink: RawEvents, database: str
) -> None:
    bad = ["a\x00", "\ud800", float("nan"), [[[[[[[[1]]]]]]]]]
    events = [["custom_events", "bad", {"it": value}, NOW_MS] for value in bad]
    message = beacon(0, ["custom_events", "good", {}, NOW_MS], *events)
    reasons = [letter.reason for letter in sink.dead_letters(sink.read(message))]
    words = ["NUL", "surrogate", "not finite", "nested deeper than 8"]
    assert [word in reason for word, reason in zip(words, reasons, strict=True)] == [True] * 4, reasons
    assert (await write(sink, [message])).events == 1

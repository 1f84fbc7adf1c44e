"""Window views made at random: their keys are what PostgreSQL says of the rows that are stored."""

import json
import random
from collections import Counter
from typing import Any

import asyncpg
import pytest
from expressions import TYPES, Expressions, beacons
from messages import raw_events, write
from plain import EVENTS

from chronos.errors import UnsupportedExpression
from chronos.models.beacon import read_beacon
from chronos.models.decoder import Decoder
from chronos.settings.sections import Limits
from chronos.windows.declared import WindowView
from chronos.windows.expression import columns_of, compile_keys
from chronos.windows.typed import BOOLEAN, TEXT

BEACONS = 60
EXPRESSIONS = 250
Counted = tuple[list[Any], list[Any]]


def made(rng: random.Random, event: str | None) -> WindowView:
    expressions = Expressions(rng, columns_of(event))
    where = expressions.of(BOOLEAN, rng.randrange(4)) if rng.random() < 0.6 else None
    return WindowView("random", "", event, expressions.of(TEXT, rng.randrange(5)), where)


async def stored(database: str, rng: random.Random) -> dict[str | None, Counted]:
    """Events and their metadata by type, in the order in which they are stored."""
    messages = beacons(rng, BEACONS)
    sink = raw_events(database)
    await write(sink, messages)
    await sink.close()
    decoder = Decoder(Limits().text_length)
    found: dict[str | None, Counted] = {kind: ([], []) for kind in (None, *TYPES)}
    for message in messages:
        decoded = read_beacon(message, decoder).decoded
        assert not decoded.bad
        for event in decoded.events:
            for kind in (None, event.wire_name):
                found[kind][0].append(event)
                found[kind][1].append(json.loads(decoded.metadata.data))
    return found


async def said(connection: asyncpg.Connection, view: WindowView) -> list[str | None]:
    """The keys of the rows, None for those that are not counted; in order where they are of one type."""
    relation = view.event or f"({EVENTS})"
    own = "" if view.event is None else f"'{view.event}'::text as event_type, "
    rows = await connection.fetch(
        f"select left(({view.key}), 1000), ({view.filter or 'true'})"
        f" from (select {own}* from {relation} v) e {'order by id' if view.event else ''}"
    )
    return [key if is_so else None for key, is_so in rows]


async def test_a_key_is_what_postgresql_says(database: str, rng: random.Random) -> None:
    events = await stored(database, rng)
    connection = await asyncpg.connect(database, timeout=10)
    tried = 0
    while tried < EXPRESSIONS:
        view = made(rng, rng.choice([None, *TYPES]))
        try:
            keys = compile_keys(view)
        except UnsupportedExpression:
            continue
        tried += 1
        found, expected = keys(*events[view.event]), await said(connection, view)
        assert (found == expected) if view.event else (Counter(found) == Counter(expected)), view
    await connection.close()


@pytest.mark.parametrize("event", [None, *TYPES])
def test_the_expressions_that_are_tried_use_what_there_is(event: str | None, rng: random.Random) -> None:
    texts = [f"{view.key} {view.filter}" for view in (made(rng, event) for _ in range(200))]
    for word in ("->>", "||", "split_part", "case", "between", "ilike", *columns_of(event)):
        assert any(word in text for text in texts), word

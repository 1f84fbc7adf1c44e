"""A real PipelineDB, where CHRONOS_PIPELINEDB_URL names one: the shipped views, exactly once."""

import random
import re
from collections.abc import Sequence
from typing import Any

import asyncpg
import kept
import pytest
from generated import add_plain_streams, differences, made, parts
from kept import store
from messages import NOW_MS, TOPIC, Received, beacon, fetch, value, write
from pipelinedb import FILES, assert_same
from visits import visits

from chronos.errors import OffsetGap, SinkUnavailable
from chronos.settings.sections import Limits
from chronos.sinks.pipelinedb import install, streams
from chronos.sinks.pipelinedb.streams import PipelineStreams
from chronos.views import catalog
from chronos.views.filling import Filler


async def feed(pipelinedb: str, database: str, messages: Sequence[Received]) -> Any:
    sink = PipelineStreams(pipelinedb, database, TOPIC, Limits(), quiet=3.0)
    try:
        return await write(sink, messages)
    finally:
        await sink.close()


async def feed_both(pipelinedb: str, database: str, batch: Sequence[Received]) -> None:
    """Store a batch, and feed it to the views of Chronos and to the PipelineDB."""
    await store(database, batch)
    await kept.feed(database, batch)
    await feed(pipelinedb, database, batch)


async def test_installing_again_does_nothing(pipelinedb: str) -> None:
    again = await install.install(pipelinedb, install.declared(FILES))
    assert (again.made, again.remarks) == ([], [])
    settings = await value(pipelinedb, "show timezone")
    assert settings == "UTC"


async def test_every_shipped_view_is_the_same_as_kept_by_chronos(
    pipelinedb: str, database: str, rng: random.Random
) -> None:
    await Filler(database, TOPIC).install(catalog.declared(FILES))
    batches = visits(rng, batches=4)
    for batch in batches:
        await feed_both(pipelinedb, database, batch)
    await assert_same(pipelinedb, database)
    again = await feed(pipelinedb, database, [message for batch in batches for message in batch])
    assert (again.stored, again.events) == (0, 0)
    await assert_same(pipelinedb, database)


async def test_a_connection_that_is_cut_in_mid_batch_loses_and_repeats_nothing(
    pipelinedb: str, database: str, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Filler(database, TOPIC).install(catalog.declared(FILES))
    for batch in visits(rng, batches=3, beacons=60):
        await store(database, batch)
        await kept.feed(database, batch)
        with monkeypatch.context() as patch, pytest.raises(SinkUnavailable):
            patch.setattr(asyncpg.Connection, "copy_records_to_table", cut_at(rng.randrange(1, 12)))
            await feed(pipelinedb, database, batch)
        await feed(pipelinedb, database, batch)
    await assert_same(pipelinedb, database)


def cut_at(copies: int) -> Any:
    """A COPY before which, for the ``copies``-th, the connection is cut."""
    copy, left = asyncpg.Connection.copy_records_to_table, iter(range(copies - 1, -1, -1))

    async def cut(self: asyncpg.Connection, *given: Any, **named: Any) -> Any:
        if next(left) == 0:
            self.terminate()
        return await copy(self, *given, **named)

    return cut


async def test_a_large_batch_that_is_counted_slowly_is_waited_for(
    pipelinedb: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [["pageviews", f"http://x/{number}", "t", NOW_MS] for number in range(500)]
    batch = [beacon(offset, *views) for offset in range(50)]
    await store(database, batch)
    with monkeypatch.context() as patch, pytest.raises(SinkUnavailable):
        patch.setattr(streams, "_counted", cut)  # all was sent, and nothing is known of it
        await feed(pipelinedb, database, batch)
    await feed(pipelinedb, database, batch)
    assert await value(pipelinedb, "select sum(count) from title_views_count") == 25_000
    assert await value(pipelinedb, "select rows from events_watermark") == 25_000


async def cut(*_: Any) -> Any:
    raise ConnectionResetError


async def test_what_was_passed_over_is_asked_for(pipelinedb: str, database: str, rng: random.Random) -> None:
    first, second = visits(rng, batches=2, partitions=1)
    await store(database, [*first, *second])
    with pytest.raises(OffsetGap) as caught:
        await feed(pipelinedb, database, second)
    assert (caught.value.expected, caught.value.found) == (0, second[0].offset)


async def test_a_topic_made_anew_is_counted_from_its_beginning(
    pipelinedb: str, database: str, rng: random.Random
) -> None:
    await Filler(database, TOPIC).install(catalog.declared(FILES))
    [old], anew = visits(rng, batches=1), visits(rng, batches=2)
    for batch in [old, *anew]:
        await feed_both(pipelinedb, database, batch)
    await assert_same(pipelinedb, database)
    again = await feed(pipelinedb, database, [message for batch in anew for message in batch])
    assert (again.stored, again.events) == (0, 0)


# PipelineDB estimates some, keeps the last of several largest, moves its windows in another way, counts
# nothing as null, has no variance of equal values, and deletes rows past their time when it comes to it.
OTHERWISE = re.compile(
    r"percentile_cont|topk_agg|count\(distinct|keyed_|first_values|stddev|var|sw =|ttl =|nothing"
    "|exact_count_distinct.*filter"
)


async def test_random_views_are_what_plain_sql_says(
    pipelinedb: str, database: str, rng: random.Random
) -> None:
    drawn = (made(rng, number) for number in range(1000))
    grouped = (one for one in drawn if one.view.groups)  # without, there is a row before there is an event
    views = [one for one in grouped if not OTHERWISE.search(one.view.declaration.text)][:12]
    await install.install(pipelinedb, [one.view.declaration for one in views])
    for batch in visits(rng, batches=3):
        await store(database, batch)
        for part in parts(rng, batch):
            await feed(pipelinedb, database, part)
    await add_plain_streams(database)
    for one in views:
        kept = await fetch(pipelinedb, f"select * from {one.view.name}")
        plain = await fetch(database, one.plain.replace("{present}", "now()"))
        wrong = differences(one, kept, plain)
        assert not wrong, (one.view.declaration.text, one.plain, wrong[:2])

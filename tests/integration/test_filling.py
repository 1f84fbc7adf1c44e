"""Continuous views are filled from the raw events, replaced and mended, while events keep coming."""

import asyncio
import random
from typing import Any

import asyncpg
import pytest
from databases import execute
from kept import SHIPPED, declared, differences, feed, store
from messages import NOW_MS, TOPIC, beacon, fetch, press, raw_events, value, write
from visits import visits

from chronos.errors import OffsetGap, UnsupportedView, ViewInUse
from chronos.settings.sections import Limits
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.views import catalog, summing
from chronos.views.filling import Filler, Installed
from chronos.views.upkeep import Upkeep


async def test_a_new_view_is_filled_while_events_keep_coming(database: str, rng: random.Random) -> None:
    own = declared(
        "create view own as select key, count(*), count(distinct metadata->>'uuid') as v"
        " from key_presses group by 1"
    )
    batches = visits(rng, batches=8)
    for batch in batches[:5]:
        await store(database, batch)
    await Filler(database, TOPIC).install([])
    for batch in batches[:3]:  # the feeding is behind what is stored
        await feed(database, batch)

    async def go_on() -> None:
        for batch in batches[3:]:
            await store(database, batch)
            await feed(database, batch)

    await asyncio.gather(Filler(database, TOPIC).install([own]), go_on())
    assert await differences(database, [own]) == {}
    assert await value(database, "select count(*) from views.ahead") == 0
    changed = declared(
        "create view own as select key, count(*) as n, min(event_time) from key_presses group by key"
    )
    assert (await Filler(database, TOPIC).install([changed])).filled == ["own"]
    assert await Filler(database, TOPIC).install([changed]) == Installed()
    assert await differences(database, [changed]) == {}


async def test_a_filling_that_was_killed_begins_anew(shipped: str, rng: random.Random) -> None:
    [first, second] = visits(rng, batches=2)
    await store(shipped, first)
    await feed(shipped, first)

    def die(name: str, part: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Filler(shipped, TOPIC, die).rebuild(SHIPPED[0])
    await store(shipped, second)
    await feed(shipped, second)
    assert await differences(shipped, SHIPPED) == {}, "the old one is fed on"
    assert (await Filler(shipped, TOPIC).mend()).filled == [SHIPPED[0].name]
    assert await differences(shipped, SHIPPED) == {}


async def test_a_dropped_view_stays_away_until_it_is_rebuilt(shipped: str, rng: random.Random) -> None:
    [batch] = visits(rng, batches=1)
    connection = await asyncpg.connect(shipped)
    await catalog.drop(connection, catalog.find(await catalog.entries(connection), "referrers"))
    await connection.close()
    await store(shipped, batch)
    await feed(shipped, batch)
    assert await Filler(shipped, TOPIC).install(SHIPPED) == Installed(dropped=["referrers"])
    assert await value(shipped, "select to_regclass('referrers')") is None
    [view] = [one for one in SHIPPED if one.name == "referrers"]
    await Filler(shipped, TOPIC).rebuild(view)
    assert await differences(shipped, SHIPPED) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("as select avg(target_node) as a from clicks", "function avg(text) does not exist"),
        (
            "as select count(*) filter (where target_node ~ '(') as n from clicks",
            "invalid regular expression",
        ),
        ("with (sw = '20 years') as select count(*) from clicks", "cannot be binned"),
        ("with (sw = '0 minutes') as select count(*) from clicks", "stride must be greater than zero"),
        ("with (sw = 'an hour') as select count(*) from clicks", "invalid input syntax for type interval"),
        (
            "with (ttl = 'long', ttl_column = 'time') as select time, count(*) from clicks group by 1",
            "invalid input syntax for type interval",
        ),
        (
            "as select time_bucket('0 s', time) as t, count(*) from clicks group by 1",
            "stride must be greater than zero",
        ),
    ],
)
async def test_what_would_fail_on_every_event_is_refused_and_leaves_nothing_behind(
    database: str, text: str, reason: str
) -> None:
    views = [
        declared(f"create view own {text}"),
        declared("create view other as select count(*) from clicks"),
    ]
    done = await Filler(database, TOPIC).install(views)
    error = done.refused["own"]
    assert str(error).startswith("own.sql:1: PostgreSQL refuses it: ")
    assert reason in str(error)
    assert done.filled == ["other"]
    assert await value(database, "select array_agg(name) from views.catalog") == ["other"]


async def test_a_view_that_changes_keeps_its_rights_and_the_views_on_it(shipped: str) -> None:
    await execute(
        shipped,
        "drop role if exists chronos_reader",
        "create role chronos_reader",
        "grant select on title_views_count, node_types_count to chronos_reader",
        "create view mine as select sum(count) as n from title_views_count",
    )
    try:
        [titles] = [view for view in SHIPPED if view.name == "title_views_count"]
        await Filler(shipped, TOPIC).rebuild(titles)
        wider = declared(
            "create view node_types_count as select target_node as n, count(*), max(x) from clicks group by 1"
        )
        assert (await Filler(shipped, TOPIC).install([wider])).filled == ["node_types_count"]
        for name in ("title_views_count", "node_types_count"):
            assert await value(
                shipped, f"select has_table_privilege('chronos_reader', '{name}', 'select')"
            ), name
        other = declared(
            "create view title_views_count as select title, count(*) as n from pageviews group by 1"
        )
        done = await Filler(shipped, TOPIC).install([other])
        assert "view mine depends on" in str(done.refused["title_views_count"])
        assert "CASCADE" not in str(done.refused["title_views_count"])
        connection = await asyncpg.connect(shipped)
        with pytest.raises(ViewInUse, match="mine"):
            await catalog.drop(
                connection, catalog.find(await catalog.entries(connection), "title_views_count")
            )
        await connection.close()
        assert await value(shipped, "select n from mine") is None
    finally:
        await execute(shipped, "drop owned by chronos_reader", "drop role chronos_reader")


async def test_where_raw_events_are_deleted_what_is_live_is_not_replaced(
    shipped: str, rng: random.Random
) -> None:
    [batch] = visits(rng, batches=1)
    await store(shipped, batch)
    await feed(shipped, batch)
    before = await fetch(shipped, "select * from title_views_count order by 1")
    await execute(shipped, "delete from raw.pageviews")
    changed = declared(
        "create view title_views_count as select title, count(*), max(url) from pageviews group by 1"
    )
    own = declared("create view own as select count(*) from pageviews")
    done = await Filler(shipped, TOPIC).install([changed, own], retention_days=30)
    assert done == Installed(filled=["own"], left=["title_views_count"])
    assert await fetch(shipped, "select * from title_views_count order by 1") == before


async def test_views_that_missed_what_kafka_deleted_are_mended(shipped: str, rng: random.Random) -> None:
    first, second = visits(rng, batches=2, partitions=1)
    await store(shipped, first)
    await store(shipped, second)
    sink = KeptViews(shipped, TOPIC, Limits())
    batch = [sink.read(message) for message in second]
    with pytest.raises(OffsetGap) as gap:
        await sink.write(batch, {})
    await sink.write(batch, {0: gap.value.found})
    await sink.close()
    assert set(await differences(shipped, SHIPPED)) >= {"mouse_moves_count"}
    assert set((await Filler(shipped, TOPIC).mend()).filled) == {view.name for view in SHIPPED}
    assert await differences(shipped, SHIPPED) == {}
    assert await Filler(shipped, TOPIC).mend() == Installed()


async def test_views_that_hold_what_kafka_deleted_are_left_alone(database: str, rng: random.Random) -> None:
    first, second = visits(rng, batches=2, partitions=1)
    await store(database, first)
    await Filler(database, TOPIC).install(SHIPPED)  # from the raw events
    await store(database, second)
    sink = KeptViews(database, TOPIC, Limits())
    await sink.write([sink.read(message) for message in second], {0: second[0].offset})
    await sink.close()
    assert await differences(database, SHIPPED) == {}
    assert await Filler(database, TOPIC).mend() == Installed()


async def test_a_topic_made_anew_before_all_was_fed_is_mended(shipped: str, rng: random.Random) -> None:
    old, anew = visits(rng, batches=2), visits(rng, batches=2)
    for batch in old:
        await store(shipped, batch)
    await feed(shipped, old[0])  # the second is stored, and its topic deleted
    for batch in anew:
        await store(shipped, batch)
        await feed(shipped, batch)
    assert await differences(shipped, SHIPPED) != {}
    await Filler(shipped, TOPIC).mend()
    assert await differences(shipped, SHIPPED) == {}


async def test_a_worker_keeps_all_but_the_views_that_are_wrong(shipped: str, tmp_path: Any) -> None:
    (tmp_path / "bad.sql").write_text("create view bad as\nselect now() from clicks")
    (tmp_path / "own.sql").write_text("create view own as select key, count(*) from key_presses group by 1")
    prepared = []

    async def prepare() -> None:
        prepared.append(True)

    away = Upkeep(Filler("postgresql://127.0.0.1:1/x", TOPIC), tmp_path, 0, prepare)
    await away.once()
    assert away.remarks == []
    upkeep = Upkeep(Filler(shipped, TOPIC), tmp_path, 0, prepare)
    await upkeep.once()
    [remark] = upkeep.remarks
    assert "bad.sql:2: " in remark
    await store(shipped, [beacon(0, press("k"))])
    await execute(shipped, "update views.catalog set missed = true where name = 'own'")
    await upkeep.once()
    assert await value(shipped, "select count from own where key = 'k'") == 1
    assert (upkeep.remarks, len(prepared)) == ([remark], 2)
    await execute(shipped, "drop view own")
    await upkeep.once()
    assert await value(shipped, "select count from own where key = 'k'") == 1, "what is kept was still there"


async def test_remarks_are_about_what_is_wrong_now(shipped: str, tmp_path: Any) -> None:
    async def prepare() -> None:
        pass

    upkeep = Upkeep(Filler(shipped, TOPIC), tmp_path, 0, prepare)
    await upkeep.once()
    assert upkeep.remarks == []
    (tmp_path / "own.sql").write_text("create view own as select nope from key_presses")
    await upkeep.once()
    assert ["no column nope" in one for one in upkeep.remarks] == [True]
    (tmp_path / "own.sql").write_text("create view own as select key, count(*) from key_presses group by 1")
    await upkeep.once()
    assert ["`chronos migrate` does that" in one for one in upkeep.remarks] == [True]
    views = catalog.declared(catalog.files(tmp_path))
    await Filler(shipped, TOPIC).install(views)
    await upkeep.once()
    assert upkeep.remarks == []
    (tmp_path / "own.sql").unlink()
    await upkeep.once()
    assert ["`chronos views drop own` ends it" in one for one in upkeep.remarks] == [True]


async def test_a_comment_that_changed_is_taken_over(shipped: str) -> None:
    text = "create view own as select key, count(*) from key_presses group by 1"
    await Filler(shipped, TOPIC).install([declared(text)])
    assert await Filler(shipped, TOPIC).install([declared(f"-- Keys.\n{text}")]) == Installed()
    [own] = [entry for entry in await Filler(shipped, TOPIC).known() if entry.name == "own"]
    assert own.about == "Keys."


async def test_another_view_of_a_dropped_name_is_made(shipped: str) -> None:
    first = declared("create view own as select key, count(*) from key_presses group by 1")
    other = declared("create view own as select count(*) from clicks")
    await Filler(shipped, TOPIC).install([first])
    connection = await asyncpg.connect(shipped)
    await catalog.drop(connection, catalog.find(await catalog.entries(connection), "own"))
    await connection.close()
    assert (await Filler(shipped, TOPIC).install([first])).dropped == ["own"]
    assert (await Filler(shipped, TOPIC).install([other])).filled == ["own"]


async def test_a_view_that_refuses_everything_is_refused(
    shipped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summing, "MOST_LEFT_OUT", 3)
    await store(shipped, [beacon(n, press("ab", NOW_MS - n * 1000)) for n in range(10)])
    own = declared("create view own as select max(substring(key, 1, 1 - length(key))) as m from key_presses")
    with pytest.raises(UnsupportedView, match="negative substring length"):
        await Filler(shipped, TOPIC).rebuild(own)


async def test_two_workers_of_which_one_is_late_do_not_turn_a_view_back(shipped: str) -> None:
    first = declared("create view own as select key, count(*) from key_presses group by 1")
    second = declared("create view own as select key, count(*), max(event_time) from key_presses group by 1")
    await Filler(shipped, TOPIC).install([first])
    mending: list[asyncio.Task[Installed]] = []

    def meanwhile(name: str, part: float) -> None:
        # As another worker's upkeep, which sees a view that is half filled, and waits for its turn.
        if not mending:
            mending.append(asyncio.create_task(Filler(shipped, TOPIC).mend()))

    await store(shipped, [beacon(n, press("k", NOW_MS - n * 1000)) for n in range(50)])
    await Filler(shipped, TOPIC, meanwhile).install([second])
    assert await mending[0] == Installed()
    [own] = [entry for entry in await Filler(shipped, TOPIC).known() if entry.name == "own"]
    assert own.definition == second.declaration.text


async def test_a_half_filled_view_is_completed_as_it_was_to_be(shipped: str) -> None:
    first = declared("create view own as select key, count(*) from key_presses group by 1")
    second = declared("create view own as select key, count(*), max(event_time) from key_presses group by 1")
    await Filler(shipped, TOPIC).install([first])
    await store(shipped, [beacon(0, press("k"))])

    def die(name: str, part: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Filler(shipped, TOPIC, die).install([second])
    assert (await Filler(shipped, TOPIC).mend()).filled == ["own"]
    assert await value(shipped, "select count(max) from own") == 1


async def test_a_topic_made_anew_while_a_view_is_filled_is_noticed(database: str, rng: random.Random) -> None:
    own = declared("create view own as select key, count(*) from key_presses group by 1")
    old, anew = visits(rng, batches=2, partitions=1), visits(rng, batches=2, partitions=1)
    await store(database, old[0])
    await feed(database, old[0])
    done: list[bool] = []

    async def meanwhile() -> None:
        await store(database, old[1])  # and is never fed: its topic is gone
        for batch in anew:
            await store(database, batch)
            await feed(database, batch)
        done.append(True)

    class Slow(Filler):
        async def _replace(self, *given: Any) -> None:
            await meanwhile()
            await super()._replace(*given)

    await Slow(database, TOPIC).install([own])
    assert done == [True]
    await Filler(database, TOPIC).mend()
    assert await differences(database, [own]) == {}
    assert await Filler(database, TOPIC).mend() == Installed()


async def test_a_hole_in_kafka_that_raw_events_have_too_is_no_reason_to_fill_anew(shipped: str) -> None:
    messages = [beacon(0, press("a")), beacon(9, press("b"))]
    raw = raw_events(shipped)
    await write(raw, messages, {0: 9})
    await raw.close()
    sink = KeptViews(shipped, TOPIC, Limits())
    await sink.write([sink.read(message) for message in messages], {0: 9})
    await sink.close()
    assert await differences(shipped, SHIPPED) == {}
    assert await Filler(shipped, TOPIC).mend() == Installed()


async def test_a_dropped_view_stays_dropped_whatever_it_missed(shipped: str) -> None:
    own = declared("create view own as select key, count(*) from key_presses group by 1")
    await Filler(shipped, TOPIC).install([own])
    await execute(shipped, "update views.catalog set missed = true where name = 'own'")
    connection = await asyncpg.connect(shipped)
    await catalog.drop(connection, catalog.find(await catalog.entries(connection), "own"))
    await connection.close()
    commented = declared(f"-- Keys.\n{own.declaration.text}")
    assert await Filler(shipped, TOPIC).install([commented]) == Installed(dropped=["own"])
    assert await Filler(shipped, TOPIC).mend() == Installed()


async def test_who_reads_a_view_for_long_stops_nobody(
    shipped: str, monkeypatch: pytest.MonkeyPatch, rng: random.Random
) -> None:
    monkeypatch.setattr(catalog, "LOCK_TIMEOUT", "100ms")
    [titles] = [view for view in SHIPPED if view.name == "title_views_count"]
    [batch] = visits(rng, batches=1)
    reader = await asyncpg.connect(shipped)
    transaction = reader.transaction()
    await transaction.start()
    await reader.fetch("select * from title_views_count")
    rebuilding = asyncio.create_task(Filler(shipped, TOPIC).rebuild(titles))
    await store(shipped, batch)
    await feed(shipped, batch)
    connection = await asyncpg.connect(shipped)
    entry = catalog.find(await catalog.entries(connection), "title_views_count")
    with pytest.raises(ViewInUse, match="has not ended"):
        await catalog.drop(connection, entry)
    await connection.close()
    assert not rebuilding.done()
    await transaction.rollback()
    await reader.close()
    await rebuilding
    assert await differences(shipped, SHIPPED) == {}


async def test_a_view_that_this_version_does_not_know_is_filled_by_one_that_does(
    shipped: str, rng: random.Random
) -> None:
    own = declared("create view own as select key, count(*) from key_presses group by 1")
    first, second = visits(rng, batches=2)
    await Filler(shipped, TOPIC).install([own])
    await execute(
        shipped,
        "update views.catalog set definition = 'create view own as select new_kind()' where name = 'own'",
    )
    for batch in (first, second):
        await store(shipped, batch)
        await feed(shipped, batch)
    assert await value(shipped, "select missed from views.catalog where name = 'own'")
    assert set((await Filler(shipped, TOPIC).mend()).refused) == {"own"}
    assert (await Filler(shipped, TOPIC).install([own])).filled == ["own"]
    assert await differences(shipped, [*SHIPPED, own]) == {}

"""Continuous views kept by Chronos, on a real database: equal to the raw rows, whatever happens."""

import asyncio
import random
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from databases import execute
from kept import SHIPPED, declared, differences, feed, store
from messages import NOW_MS, TOPIC, beacon, fetch, press, value
from plain import QUERIES, assert_as_the_raw_rows_say
from visits import visits

from chronos.errors import SinkUnavailable
from chronos.models.dead_letter import DeadLetter
from chronos.settings.sections import Limits
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.sinks.runner import SinkRunner
from chronos.views import catalog
from chronos.views.checking import NotComparable, compare
from chronos.views.filling import Filler


async def test_every_shipped_view_equals_the_raw_rows(shipped: str, rng: random.Random) -> None:
    for batch in visits(rng, batches=6):
        await store(shipped, batch)
        await feed(shipped, batch)
    assert await differences(shipped, SHIPPED) == {}
    assert QUERIES.keys() == {view.name for view in SHIPPED}
    await assert_as_the_raw_rows_say(shipped)
    for view in SHIPPED:
        assert await value(shipped, f"select count(*) from {view.name}") > 0, view.name


async def test_a_difference_is_seen(shipped: str, rng: random.Random) -> None:
    [batch] = visits(rng, batches=1)
    await store(shipped, batch)
    await feed(shipped, batch)
    await execute(shipped, "delete from raw.key_presses where key = (select min(key) from raw.key_presses)")
    assert set(await differences(shipped, SHIPPED)) >= {"key_press_count", "events_per_minute_of_arrival"}


async def test_what_is_fed_again_or_by_two_changes_nothing(shipped: str, rng: random.Random) -> None:
    batches = visits(rng, batches=4)
    for batch in batches:
        await store(shipped, batch)
    for number, batch in enumerate(batches):
        await feed(shipped, batch)
        again = [message for earlier in batches[: number + 1] for message in earlier]
        written = await feed(shipped, again)
        assert (written.stored, written.replayed) == (0, len(again))
    assert await differences(shipped, SHIPPED) == {}


async def test_workers_that_feed_at_once_lose_and_repeat_nothing(shipped: str, rng: random.Random) -> None:
    batches = visits(rng, batches=5, partitions=4)
    for batch in batches:
        await store(shipped, batch)

    async def worker(partitions: set[int]) -> None:
        sink = KeptViews(shipped, TOPIC, Limits())
        for batch in batches:
            mine = sorted(
                (one for one in batch if one.partition in partitions),
                key=lambda one: (one.partition, one.offset),
            )
            for _ in range(20):
                try:
                    await sink.write([sink.read(message) for message in mine], {})
                    break
                except SinkUnavailable:
                    continue  # a deadlock is tried again, as the runner does
        await sink.close()

    # Two of them have partitions 1 and 2, as a zombie would.
    await asyncio.gather(worker({0, 1, 2}), worker({1, 2, 3}), worker({2}))
    assert await differences(shipped, SHIPPED) == {}


async def test_beacons_that_are_not_stored_yet_are_waited_for(shipped: str, rng: random.Random) -> None:
    [batch] = visits(rng, batches=1)
    feeding = asyncio.create_task(feed(shipped, batch))
    await asyncio.sleep(0.2)
    assert await value(shipped, "select count(*) from views.mouse_moves_count") == 0
    await store(shipped, batch)
    await feeding
    assert await differences(shipped, SHIPPED) == {}


async def test_a_topic_made_anew_is_fed_from_its_beginning(shipped: str, rng: random.Random) -> None:
    [old], anew = visits(rng, batches=1), visits(rng, batches=3)
    await store(shipped, old)
    await feed(shipped, old)
    feeding = asyncio.create_task(feed(shipped, anew[0]))  # below the watermark, but not stored yet
    await asyncio.sleep(0.1)
    assert not feeding.done()
    for batch in anew:
        await store(shipped, batch)
    assert (await feeding).replayed == 0
    for batch in anew[1:]:
        await feed(shipped, batch)
    assert await differences(shipped, SHIPPED) == {}
    assert (await feed(shipped, [message for batch in anew for message in batch])).stored == 0


async def nothing(*_: int) -> Any:
    """What Kafka has between, which nobody asks for."""
    return
    yield


@pytest.mark.parametrize("place", [0, 1])
async def test_a_view_that_refuses_a_beacon_stops_no_other(shipped: str, place: int) -> None:
    own = declared("create view own as select sum(x * x) as s, count(*) from clicks where x > 0")
    await Filler(shipped, TOPIC).install([own])
    good, bad = ["clicks", "a", 1, 5, 5, NOW_MS], ["clicks", "b", 1, 1e300, 5, NOW_MS]
    # The first one on a new connection, too: what it is refused with rolls back all that came before.
    messages = [beacon(number, bad if number == place else good) for number in range(3)]
    await store(shipped, messages)
    letters: list[DeadLetter] = []

    async def keep(letter: DeadLetter) -> None:
        letters.append(letter)

    sink = KeptViews(shipped, TOPIC, Limits())
    await SinkRunner(sink, send_letter=keep, between=nothing, batch_bytes=10**6).run(messages)
    await sink.close()
    assert (await fetch(shipped, "select s, count from own"))[0] == (50.0, 2)
    assert await value(shipped, "select sum(count) from node_types_count") == 3
    [letter] = letters
    assert letter.reason.startswith("view own, which lacks all of this beacon: value out of range")
    assert (letter.index, b"1e300" in letter.event or b"1e+300" in letter.event) == (0, True)
    # What it refused is left out again when it is filled anew.
    await Filler(shipped, TOPIC).rebuild(own)
    assert (await fetch(shipped, "select s, count from own"))[0] == (50.0, 2)


async def test_a_view_whose_table_is_gone_stops_no_other(shipped: str) -> None:
    """Which is no refusal of any content, and would be met again for ever."""
    await Filler(shipped, TOPIC).install([declared("create view own as select count(*) from clicks")])
    messages = [beacon(number, ["clicks", "a", 1, 5, 5, NOW_MS]) for number in range(3)]
    await store(shipped, messages)
    letters: list[DeadLetter] = []

    async def keep(letter: DeadLetter) -> None:
        letters.append(letter)

    sink = KeptViews(shipped, TOPIC, Limits())
    await execute(shipped, "drop view own", "drop table views.own")
    await SinkRunner(sink, send_letter=keep, between=nothing, batch_bytes=10**6).run(messages)
    await sink.close()
    assert await value(shipped, "select sum(count) from node_types_count") == 3
    assert letters == []
    assert (await Filler(shipped, TOPIC).mend()).filled == ["own"]
    assert await value(shipped, "select count from own") == 3


async def test_no_value_makes_a_view_unreadable(shipped: str) -> None:
    own = declared(
        "create view own as select name, var_samp(value) as v, avg(value) from web_vitals group by 1"
    )
    await Filler(shipped, TOPIC).install([own])
    values = {
        "small": [5e-324, 1e-323],
        "large": [1.7e308, -1.7e308, 1.0],
        "one": [1e200],
        "zero": [0.0, -0.0],
    }
    events = [["web_vitals", name, one, "good", NOW_MS] for name, some in values.items() for one in some]
    messages = [beacon(number, event) for number, event in enumerate(events)]
    await store(shipped, messages)
    await feed(shipped, messages)
    found = await fetch(shipped, "select name, p50, p75 from web_vitals_percentiles order by name")
    assert [row["name"] for row in found] == ["large", "one", "small", "zero"]
    assert [row["p50"] for row in found][1:] == [pytest.approx(1e200, rel=0.01), 0, 0]
    assert await value(shipped, "select v from own where name = 'large'") == float("inf")


async def test_storing_is_not_held_while_the_feeding_is_behind(shipped: str, rng: random.Random) -> None:
    first, second = visits(rng, batches=2)
    await store(shipped, first)
    comparing = asyncio.create_task(compare(shipped, TOPIC, SHIPPED[0], patience=1.0))
    await store(shipped, second)
    with pytest.raises(NotComparable, match="beacons are stored but not fed"):
        await comparing


async def test_equal_values_are_one_whatever_they_look_like(database: str) -> None:
    given = "properties ->> 'price'"
    price = f"case when {given} ~ '^[0-9]([.][0-9]{{1,9}})?$' then ({given})::numeric end"
    views = [
        declared(
            f"create view prices as select {price} as price, count(*) from custom_events group by 1",
        ),
        declared(
            "create view given as select properties -> 'price' as p, count(*) from custom_events group by 1"
        ),
        declared("create view places as select x, count(*) from clicks group by 1"),
        declared(
            f"create view distinct_prices as select count(distinct {price}) as near,"
            f" exact_count_distinct(coalesce({price}, 0)) as exact, topk_agg({price}, 5) as top"
            " from custom_events"
        ),
    ]
    await Filler(database, TOPIC).install(views)
    for offset, given in enumerate([1.5, "1.50", 1, 1.0, "1", {"a": 1}, {"a": 1.0}]):
        message = beacon(
            offset,
            ["custom_events", "sale", {"price": given}, NOW_MS],
            ["clicks", "a", 1, (0.0, -0.0)[offset % 2], 0, NOW_MS],
        )
        await store(database, [message])
        await feed(database, [message])
    assert await differences(database, views) == {}
    assert await fetch(database, "select near, exact, jsonb_array_length(top) from distinct_prices") == [
        (2, 3, 2)
    ]
    assert await value(database, "select count(*) from places") == 1
    assert await value(database, "select count(*) from given") == 5


async def test_what_came_twice_long_ago_counts_once(shipped: str) -> None:
    """Fed when their ids are older than ids are kept, but stored while they were new."""
    old = NOW_MS - 40 * 86_400_000
    id = uuid4()
    messages = [beacon(n, press("k", old), id=id, time_ms=old) for n in range(2)]
    feeding = asyncio.create_task(feed(shipped, messages))
    await asyncio.sleep(0.1)
    assert not feeding.done(), "they are not stored yet, however old they are"
    await store(shipped, messages)
    assert (await feeding).duplicates == 1
    assert await differences(shipped, SHIPPED) == {}


async def test_windows_slide_and_rows_expire_by_the_clock(database: str) -> None:
    sliding = declared(
        "create view s with (sw = '10 minutes', sw_column = 'event_time', step_factor = 10) as"
        " select key, count(*), count(distinct metadata->>'uuid') as v from key_presses group by key"
    )
    kept = declared(
        "create view t with (ttl = '1 hour', ttl_column = 'minute') as"
        " select date_trunc('minute', event_time) as minute, count(*) from key_presses group by 1"
    )
    await Filler(database, TOPIC).install([sliding, kept])
    start_ms = NOW_MS // 3_600_000 * 3_600_000 - 3_600_000
    messages = [beacon(n, press("a", start_ms + n * 60_000)) for n in range(20)]
    await store(database, messages)
    await feed(database, messages)

    async def at(minute: float) -> tuple[int, int]:
        present = f"to_timestamp({start_ms / 1000 + minute * 60})"
        statement = f"select set_config('chronos.present', {present}::text, false)"
        connection = await asyncpg.connect(database)
        await connection.execute(statement)
        counts = [await connection.fetchval(f"select coalesce(sum(count), 0) from {name}") for name in "st"]
        await catalog.expire(connection)
        assert counts == [
            await connection.fetchval(f"select coalesce(sum(count), 0) from {name}") for name in "st"
        ]
        await connection.close()
        return counts[0], counts[1]

    # A step of one minute is in the window while its beginning is.
    assert await at(19.5) == (10, 20)
    assert await at(25.5) == (4, 20)
    assert await at(40) == (0, 20)
    assert await at(75) == (0, 4)
    assert await value(database, "select count(*) from views.s") == 0
    assert await value(database, "select count(*) from views.t") == 4

"""What is missing in the database is stored again from the beacons, once, and nothing else changes."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from databases import execute
from kept import feed, store
from messages import NOW_MS, TOPIC, Received, beacon, fetch, keys, press, raw_events, value, watermarks, write
from visits import visits

from chronos.settings.sections import Limits
from chronos.sinks.timescaledb.replay import Replay, Replayed

DAY_MS = 86_400_000


async def mend(url: str, messages: Sequence[Received], keep: bool = True, **limits: Any) -> Replayed:
    sink = Replay(url, TOPIC, Limits(**limits))
    try:
        return await sink.mend([sink.read(one) for one in messages], keep=keep)
    finally:
        await sink.close()


def seconds(number: int) -> str:
    """So many after the first beacon, in SQL."""
    return f"to_timestamp({(NOW_MS + number * 1000) / 1000})"


async def everything(url: str) -> dict[str, list[Any]]:
    """All that is stored but the numbers of the rows, which are given anew."""
    tables = await fetch(url, "select raw.tables()::text")
    found = {}
    for name in [row[0] for row in tables]:
        rows = await fetch(url, f"select to_jsonb(e) - 'id' as row from {name} e")
        found[name] = sorted(row["row"] for row in rows)
    for name in ("beacons", "metadata", "watermarks", "dead_letters"):
        rows = await fetch(url, f"select to_jsonb(e) as row from {name} e")
        found[name] = sorted(row["row"] for row in rows)
    return found


def numbered(number: int, **more: Any) -> list[Received]:
    return [beacon(n, press(f"{n:03}"), id=UUID(int=n + 1), **more) for n in range(number)]


async def test_a_replay_of_everything_changes_nothing(database: str, rng: random.Random) -> None:
    [batch] = visits(rng, batches=1, beacons=60)
    await store(database, batch)
    before = await everything(database)
    done = await mend(database, batch)
    assert (done.read, done.there, done.missing, done.events) == (60, 60, 0, 0)
    assert await everything(database) == before


async def test_what_was_deleted_is_there_again_once_and_the_rest_is_untouched(
    database: str, rng: random.Random
) -> None:
    batch = [beacon(n, press(f"{n:03}"), press("x"), time_ms=NOW_MS + n * 1000) for n in range(40)]
    await store(database, batch)
    before = await everything(database)
    gone = f"time >= {seconds(10)} and time < {seconds(25)}"
    for table in ("raw.key_presses", "beacons"):
        await execute(database, f"delete from {table} where {gone}")
    assert len(await keys(database)) == 50
    counted = await mend(database, batch, keep=False)
    assert (counted.missing, counted.there, counted.events) == (15, 25, 0)
    assert len(await keys(database)) == 50
    done = await mend(database, batch)
    assert (done.missing, done.there, done.events) == (15, 25, 30)
    assert await everything(database) == before
    assert (await mend(database, batch)).missing == 0
    assert await everything(database) == before


async def test_what_was_never_stored_is_stored(database: str) -> None:
    batch = numbered(10)
    await store(database, batch[:3])
    await execute(database, "update watermarks set next_offset = 8")
    done = await mend(database, batch)
    assert (done.there, done.missing, done.ahead) == (3, 5, 2)
    assert await keys(database) == [f"{n:03}" for n in range(8)]
    assert await watermarks(database) == {0: 8}
    await store(database, batch[8:])
    assert await keys(database) == [f"{n:03}" for n in range(10)]


async def test_what_no_worker_has_come_to_is_left_to_it(database: str) -> None:
    done = await mend(database, numbered(4))
    assert (done.ahead, done.missing) == (4, 0)
    assert await keys(database) == []


async def test_a_beacon_that_came_twice_is_stored_once(database: str) -> None:
    twice = [beacon(n, press("a"), id=UUID(int=7)) for n in range(3)]
    await store(database, twice)
    await execute(database, "delete from raw.key_presses", "delete from beacons")
    done = await mend(database, twice)
    assert (done.missing, done.there, done.events) == (1, 2, 1)
    assert await keys(database) == ["a"]
    [first] = await fetch(database, 'select "offset" from beacons')
    assert first["offset"] == 0


async def test_what_is_older_than_ids_are_kept_is_left_alone(database: str) -> None:
    old = numbered(3, time_ms=NOW_MS - 2 * DAY_MS)
    await store(database, old)
    await execute(database, "delete from beacons")
    done = await mend(database, old, beacon_id_days=2)
    assert (done.forgotten, done.missing) == (3, 0)
    assert len(await keys(database)) == 3


async def test_events_that_do_not_fit_become_dead_letters_again(database: str) -> None:
    bad = beacon(0, press("a"), ["key_presses", 5, NOW_MS], press("\x00"))
    await store(database, [bad])
    await execute(database, "delete from raw.key_presses", "delete from beacons")
    done = await mend(database, [bad])
    assert (done.missing, done.events, done.letters) == (1, 1, 2)
    assert await value(database, "select count(*) from dead_letters") == 2


async def test_what_the_database_refuses_stops_nothing_else(database: str) -> None:
    await execute(database, "alter table raw.key_presses add constraint no_x check (key <> 'x')")
    batch = [beacon(n, press("x" if n == 2 else f"{n}"), press("y")) for n in range(5)]
    await execute(
        database,
        f"insert into watermarks (sink, topic, partition, next_offset)"
        f" values ('store_events', '{TOPIC}', 0, 5)",
    )
    done = await mend(database, batch)
    assert (done.missing, done.events, done.letters) == (5, 9, 1)
    assert await keys(database) == ["0", "1", "3", "4", *["y"] * 5]


async def test_many_at_once_beside_the_sink_store_each_once(database: str) -> None:
    batch = numbered(120)
    sink = raw_events(database)
    await write(sink, batch[:60])
    await execute(
        database, "delete from raw.key_presses where key >= '020'", 'delete from beacons where "offset" >= 20'
    )

    async def go_on() -> None:
        for n in range(60, 120, 5):
            await write(sink, batch[n : n + 5])

    done = await asyncio.gather(go_on(), *(mend(database, batch) for _ in range(4)))
    await sink.close()
    assert sum(one.missing for one in done if one) == 40
    assert await keys(database) == [f"{n:03}" for n in range(120)]
    assert await watermarks(database) == {0: 120}


async def test_views_that_counted_what_was_deleted_do_not_count_it_again(shipped: str) -> None:
    batch = numbered(20)
    await store(shipped, batch)
    await feed(shipped, batch)
    total = "select coalesce(sum(count), 0) from key_press_count"
    assert await value(shipped, total) == 20
    await execute(shipped, "delete from raw.key_presses", "delete from beacons")
    assert (await mend(shipped, batch)).missing == 20
    await feed(shipped, batch)
    assert await value(shipped, total) == 20


def test_replays_add_up() -> None:
    assert Replayed(1, 2, 3, 4, 5, 6, 7) + Replayed(read=1, letters=1) == Replayed(2, 2, 3, 4, 5, 6, 8)

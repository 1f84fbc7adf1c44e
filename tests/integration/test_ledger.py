"""Incidents are noted once, whoever watches, also when the database was away meanwhile."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
from worker import until

from chronos.errors import SinkUnavailable
from chronos.watch.incidents import Condition, Incident
from chronos.watch.ledger import Ledger, listed

NOWHERE = "postgresql://me@127.0.0.1:1/none"
BEGUN = Incident("broker_away", "2", "broker 2 is away", 1_700_000_000.25)
ENDED = Incident("broker_away", "2", "broker 2 is away", 1_700_000_000.25, 1_700_000_060.5)

Open = Callable[..., Ledger]


@pytest.fixture
async def ledger(database: str, tmp_path: Path) -> AsyncIterator[Open]:
    """``ledger("worker-1", url)``; it is closed at the end."""
    async with AsyncExitStack() as stack:

        def make(worker: str, url: str = database, group: int = 7) -> Ledger:
            made = Ledger(url, worker, group, tmp_path / f"{worker}.json")
            stack.push_async_callback(made.close)
            made.restore()
            return made

        yield make


async def rows(database: str) -> list[tuple[object, ...]]:
    """Name, whether it has ended, and whether all were told of both, of each incident."""
    connection = await asyncpg.connect(database)
    try:
        statement = "select name, ended is not null, told_begun, told_ended from incidents order by id"
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def test_one_worker_watches_for_all_until_it_is_gone(ledger: Open) -> None:
    first, second, other_group = ledger("1"), ledger("2"), ledger("3", group=8)
    for one in (first, second, other_group):
        await one.read()
    assert [one.leads for one in (first, second, other_group)] == [True, False, True]
    for _ in range(2):
        await first.read()
        await second.read()
    assert (first.leads, second.leads) == (True, False)
    await first.close()

    async def second_leads() -> bool | None:
        await second.read()
        return second.leads

    await until(second_leads, 30, "the database sees that the first one is gone")
    await first.read()
    assert not first.leads


async def test_it_begins_and_ends_once_whoever_sees_it_first(ledger: Open, database: str) -> None:
    first, second = ledger("1"), ledger("2")
    assert [await one.begin(BEGUN) for one in (first, second, first)] == [True, False, False]
    await second.read()
    assert second.ongoing == {BEGUN.key: BEGUN}
    await second.see([Condition("broker_away", "2", "broker 2 is still away")])
    await first.read()
    assert first.ongoing[BEGUN.key].summary == "broker 2 is still away"
    assert [await one.end(ENDED) for one in (second, first)] == [True, False]
    assert await rows(database) == [("broker_away", True, False, False)]
    assert await first.begin(BEGUN), "it may begin again"


async def test_what_came_and_went_while_the_database_was_away_is_noted_later(
    ledger: Open, database: str, tmp_path: Path
) -> None:
    away = ledger("1", NOWHERE)
    other = Incident("no_controller", "", "no controller leads", 1_700_000_100.0)
    for incident in (BEGUN, other):
        assert await away.begin(incident)
    assert await away.end(ENDED)
    with pytest.raises(SinkUnavailable):
        await away.read()
    assert away.ongoing == {other.key: other}
    assert away.leads is None
    again = ledger("1", NOWHERE)
    assert again.ongoing == {other.key: other}, "also after the worker was started again"
    back = ledger("1")
    await back.read()
    assert back.ongoing == {other.key: other}
    assert sorted(await rows(database)) == [
        ("broker_away", True, True, True),
        ("no_controller", False, True, False),
    ]
    assert ledger("1")._unsaved == []


async def test_what_began_before_the_database_went_away_can_end_meanwhile(
    ledger: Open, database: str
) -> None:
    await ledger("1").begin(BEGUN)
    away = ledger("1", NOWHERE)
    assert away.ongoing == {BEGUN.key: BEGUN}
    assert await away.end(ENDED)
    back = ledger("1")
    await back.read()
    assert back.ongoing == {}
    assert [row[:2] for row in await rows(database)] == [("broker_away", True)]


async def test_what_was_not_told_is_known_to_whoever_watches_next(ledger: Open, database: str) -> None:
    first, second = ledger("1"), ledger("2")
    now = Incident("broker_away", "3", "broker 3 is away", await _now(database))
    await first.begin(now)
    assert await second.untold() == [(now, False)]
    await first.told(*now.key, now.begun, has_ended=False)
    assert await second.untold() == []
    await first.end(Incident(*now.key, now.summary, now.begun, now.begun + 5))
    [(incident, begin_is_told)] = await second.untold()
    assert (incident.ended, begin_is_told) == (now.begun + 5, True)
    await second.told(*now.key, now.begun, has_ended=True)
    assert await second.untold() == []


async def test_what_nobody_sees_any_more_ends_when_it_was_last_seen(ledger: Open, database: str) -> None:
    first = ledger("1")
    await first.begin(BEGUN)
    now = await _now(database)
    assert await first.leave(now - 60) == []
    [left] = await first.leave(now + 60)
    assert left.key == BEGUN.key
    assert left.ended == pytest.approx(now, abs=60)
    assert first.ongoing == {}


async def test_the_last_ones_are_listed_newest_first(ledger: Open, database: str) -> None:
    first = ledger("1")
    for number in range(3):
        one = Incident("broker_away", str(number), "away", 1_700_000_000.0 + number)
        await first.begin(one)
        await first.end(Incident(*one.key, "away", one.begun, one.begun + 1))
    await first.begin(BEGUN)
    connection = await asyncpg.connect(database)
    try:
        lasting, ended = await listed(connection, 2)
    finally:
        await connection.close()
    assert [one.key for one in lasting] == [BEGUN.key]
    assert [one.subject for one in ended] == ["2", "1"]


async def test_a_file_that_holds_rubbish_is_written_anew(ledger: Open, tmp_path: Path) -> None:
    for text in ("{", "[]", '{"ongoing": [{"name": "broker_away"}]}', '{"ongoing": [{"name": 5, "x": 1}]}'):
        (tmp_path / "1.json").write_text(text)
        assert ledger("1").ongoing == {}


async def _now(database: str) -> float:
    connection = await asyncpg.connect(database)
    try:
        return float(await connection.fetchval("select extract(epoch from clock_timestamp())"))
    finally:
        await connection.close()

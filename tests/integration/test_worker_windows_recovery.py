"""Windows that were counted before: brought back, counted again, declared anew, written by two at once."""

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from databases import execute
from visitors import Visitors, check
from windows import answered, visit
from worker import Deploy, Deployment, Worker, beacon, encoded, until

pytestmark = pytest.mark.timeout(280)

HELD_UP = """
create function hold_up() returns trigger language plpgsql as
    'begin perform pg_sleep(600); return new; end';
create trigger hold_up before update on watermarks
    for each row when (new.sink = 'count_windows') execute function hold_up();
"""
LET_GO = """
select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep';
drop function hold_up() cascade;
"""
RESTORED = "update watermarks set next_offset = 0 where sink = 'count_windows'"


async def all_of(worker: Worker, view: str) -> dict[str, Any]:
    """What was counted in the last two days, as one window."""
    start = int(time.time()) - 48 * 3600
    answer = await answered(worker, view, **{"from": start, "to": start + 49 * 3600, "step": "49h"})
    return answer["windows"][0]  # type: ignore[no-any-return]


async def total(worker: Worker, view: str = "event_types") -> int:
    return int((await all_of(worker, view))["total"])


@asynccontextmanager
async def no_commit(deployment: Deployment) -> AsyncIterator[None]:
    """Meanwhile count_windows sends what it counts, and its watermark stays where it was."""
    await execute(deployment.database, HELD_UP)
    try:
        yield
    finally:
        await execute(deployment.database, LET_GO)


def remove_data(worker: Worker) -> None:
    """As if its disk were lost."""
    shutil.rmtree(worker.data)


async def post(worker: Worker, *bodies: bytes) -> None:
    for body in bodies:
        async with worker.http.post(f"{worker.url}/api/events", data=body) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("store", [pytest.param("memory", marks=pytest.mark.soak), "rocksdb"])
async def test_what_comes_back_from_the_changelog_is_not_counted_again(
    deploy: Deploy, rng: random.Random, store: str
) -> None:
    """A worker dies when Kafka has what it counted and the database does not know of it; its disk is lost."""
    async with deploy(windows={"store": store}) as deployment:
        worker = await deployment.start_worker()
        async with Visitors(deployment, rng):
            await asyncio.sleep(2)
        await check(deployment)
        before = await total(worker)
        async with no_commit(deployment):
            await post(worker, *(visit(rng, number) for number in range(30)))
            await until(lambda: _is_more(worker, before), what="some of it is counted")
            worker.kill()
        remove_data(worker)
        await worker.start()
        await post(worker, visit(rng, 0))
        await check(deployment)


async def _is_more(worker: Worker, before: int) -> bool:
    return await total(worker) > before


@pytest.mark.soak
async def test_what_was_counted_is_known_when_all_of_it_is_counted_again(
    deployment: Deployment, rng: random.Random
) -> None:
    """As after a database was restored from a backup: everything is sent again, in other batches."""
    worker = await deployment.start_worker()
    async with Visitors(deployment, rng):
        await asyncio.sleep(2)
    await check(deployment)
    worker.kill()
    await execute(deployment.database, RESTORED)
    await worker.start()
    async with Visitors(deployment, rng):
        await asyncio.sleep(1)
    await check(deployment)
    assert await worker.metric("beacons_stored_total", sink="count_windows")


def page(url: str, title: str) -> bytes:
    return encoded(beacon(["pageviews", url, title, 0]))


@pytest.mark.soak
async def test_a_view_that_is_declared_anew_counts_from_nothing(deploy: Deploy) -> None:
    async with deploy(windows={"own": {"event": "pageviews", "key": "url"}}) as deployment:
        worker = await deployment.start_worker()
        await post(worker, page("/a", "A"), page("/a", "B"))
        assert await counts(worker, {"/a": 2})
        await declare(deployment, worker, key="title")
        assert await total(worker, "own") == 0
        assert await total(worker, "pageview_urls") == 2
        await post(worker, page("/a", "A"), page("/b", "A"))
        assert await counts(worker, {"A": 2})
        await declare(deployment, worker, key="url", filter="url <> '/a'")
        assert await total(worker, "own") == 0
        await post(worker, page("/a", "A"), page("/b", "A"))
        assert await counts(worker, {"/b": 1})


async def declare(deployment: Deployment, worker: Worker, **view: str) -> None:
    """Declare the view anew, and start the worker with that."""
    await worker.stop()
    deployment.tables["windows"] = {"own": {"event": "pageviews", **view}}
    deployment.write()
    await worker.start()
    await until(lambda: is_complete(worker), what="its windows are back")


async def is_complete(worker: Worker) -> bool:
    async with worker.http.get(f"{worker.url}/api/windows") as answer:
        return answer.status == 200 and (await answer.json())["complete"]


async def counts(worker: Worker, expected: dict[str, int]) -> bool:
    """Whether view `own` has these counts, and no others, once there are as many events."""

    async def enough() -> bool:
        return await total(worker, "own") >= sum(expected.values())

    await until(enough, what=f"{expected}")
    found: dict[str, int] = (await all_of(worker, "own"))["counts"]
    return found == expected


@pytest.mark.soak
async def test_who_was_taken_for_dead_and_goes_on_changes_nothing(deploy: Deploy, rng: random.Random) -> None:
    """A worker is held up in its work; another gets its partitions; both write. Then all come back anew."""
    async with deploy() as deployment:
        workers = [await deployment.start_worker(), await deployment.start_worker()]
        session = deployment.tables["kafka"].get("session_timeout_seconds", 10.0)
        async with Visitors(deployment, rng):
            await asyncio.sleep(2)
            with workers[0].held_up():
                await asyncio.sleep(session + 3)
            await asyncio.sleep(2)
        await check(deployment)
        for worker in workers:
            worker.kill()
            remove_data(worker)
        await asyncio.gather(*(worker.start() for worker in workers))
        await check(deployment)


@pytest.mark.soak
@pytest.mark.timeout(500)
async def test_a_worker_that_is_killed_again_and_again_counts_everything_once(
    deploy: Deploy, rng: random.Random
) -> None:
    """Each time at another moment: between counting and sending, sending and the commit, and so on."""
    async with deploy() as deployment:
        workers = [await deployment.start_worker(), await deployment.start_worker()]
        async with Visitors(deployment, rng):
            for _ in range(12):
                worker = rng.choice(workers)
                await asyncio.sleep(3 * rng.random())
                worker.kill()
                if rng.random() < 0.3:
                    remove_data(worker)
                await worker.start()
        await check(deployment)


@pytest.mark.soak
async def test_topics_that_are_made_anew_count_on(deployment: Deployment, rng: random.Random) -> None:
    """Offsets begin at 0 again, in slots that have counts of the same offsets from before."""
    worker = await deployment.start_worker()
    async with Visitors(deployment, rng):
        await asyncio.sleep(2)
    await check(deployment)
    await deployment.delete_topics()
    await until(lambda: _noticed(worker), what="the worker sees that its topics are gone")
    await deployment.create_topics()
    async with Visitors(deployment, rng):
        await asyncio.sleep(2)
    await check(deployment)


async def _noticed(worker: Worker) -> bool:
    return "not found in cluster metadata" in worker.said


async def test_topics_keep_their_partitions_whatever_is_set_later(deploy: Deploy) -> None:
    async with deploy() as deployment:
        worker = await deployment.start_worker()
        await post(worker, page("/a", "A"), page("/b", "A"), page("/c", "A"))
        await until(lambda: _is_more(worker, 2), what="they are counted")
        await worker.stop()
        deployment.tables["kafka"] = {**deployment.tables["kafka"], "partitions": 11}
        deployment.write()
        await worker.start()

        async def is_back() -> bool:
            return await total(worker) == 3

        await until(is_back, what="its windows are back")
        start = int(time.time()) - 3600
        asked = {"from": start, "to": start + 7200, "step": "2h"}
        for key in ("/a", "/b", "/c"):
            answer = await answered(worker, "pageview_urls", key=key, **asked)
            assert answer["windows"][0]["total"] == 1, answer
        assert await is_complete(worker)

"""Topics are deleted under load: nothing of what was accepted is lost."""

import asyncio
import random
import time

import asyncpg
import pytest
from load import Load, compare_raw, compare_views, told
from project import delete_topics
from worker import Deploy, Deployment, Worker, until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

RECOVERY = 120.0
TIMES = 4
UNREAD = 4_000  # beacons, more than a worker takes from Kafka before it has written any


async def test_the_topic_of_beacons_is_deleted_under_load(deployment: Deployment, rng: random.Random) -> None:
    worker = await deployment.start_worker()
    await deployment.until_views()
    load = Load(deployment.http, lambda: [worker.url], rng)
    async with load:
        await asyncio.sleep(3)
        await delete_topics(deployment.kafka, deployment.events_topic)
        await until_made(worker)
    ended = time.monotonic()
    await until_known(deployment)
    caught_up = f"after {time.monotonic() - ended:.1f} s"
    told("topic deleted", events=load.events, caught_up=caught_up, **load.statuses)
    await compare_raw(deployment, load)
    await compare_views(deployment)
    assert worker.alive, worker.said[-3000:]
    assert set(load.statuses) == {"200"}, "the spool takes what Kafka does not"


async def test_all_topics_are_deleted_under_load_again_and_again(
    deployment: Deployment, rng: random.Random
) -> None:
    """Then the worker has no partition for a while, in the middle of a commit, too."""
    worker = await deployment.start_worker()
    await deployment.until_views()
    load = Load(deployment.http, lambda: [worker.url], rng)
    async with load:
        for times in range(1, TIMES + 1):
            await asyncio.sleep(rng.uniform(2, 5))
            await delete_topics(deployment.kafka, deployment.unique)
            await until_made(worker, times)
    await until_known(deployment)
    told("all topics deleted", events=load.events, times=TIMES, **load.statuses)
    await compare_raw(deployment, load)
    assert worker.alive, worker.said[-3000:]
    assert "Crashed reason" not in worker.said
    assert set(load.statuses) == {"200"}, "the spool takes what Kafka does not"


async def test_what_was_not_stored_when_the_topic_went_is_sent_again(
    deploy_on_doomed: Deploy, rng: random.Random
) -> None:
    """Nothing can be stored meanwhile, so most of it is in Kafka alone when that deletes it."""
    async with deploy_on_doomed(alerts={"look_seconds": 1.0}, windows={"enabled": False}) as deployment:
        worker = await deployment.start_worker()
        await deployment.until_views()
        connection = await asyncpg.connect(deployment.database)
        load = Load(deployment.http, lambda: [worker.url], rng, senders=12, pause=0)
        try:
            async with connection.transaction():
                await connection.execute("lock table watermarks in access exclusive mode")
                async with load:

                    async def enough() -> bool:
                        return len(load.accepted) >= UNREAD

                    await until(enough, 180, "more is accepted than a worker holds")
                await delete_topics(deployment.kafka, deployment.events_topic)
        finally:
            await connection.close()

        await until_made(worker)
        await until_known(deployment)
        again = await worker.metric("beacons_recalled_total")
        told("unread when the topic went", events=load.events, beacons=len(load.accepted), sent_again=again)
        assert again, "some were in Kafka alone"
        await compare_raw(deployment, load)


async def until_made(worker: Worker, times: int = 1) -> None:
    """Wait until the worker has made topic `events` again, so many times in all."""

    async def is_made() -> bool:
        return worker.said.count("events was not there any more, and was made again") >= times

    await until(is_made, 90, "the topic is made again")


async def until_known(deployment: Deployment) -> None:
    """Wait until all is stored, what was lost and sent again included."""
    [worker] = deployment.workers

    async def known() -> bool:
        return await worker.metric("beacons_remembered") == 0

    await deployment.until_stored(RECOVERY)
    await until(known, RECOVERY, "nothing is remembered any more", 0.5)
    await deployment.until_stored(RECOVERY)

"""The worker is killed, or asked to stop, under load."""

import asyncio
import random

import pytest
from load import Load, compare, told
from worker import Deployment, Worker, until


async def until_it_answers(worker: Worker) -> None:
    """Wait until the web view is there, which is long before the partitions are."""
    await until(worker.health, what="an answer")


@pytest.mark.soak
async def test_a_killed_worker_loses_and_repeats_nothing(deployment: Deployment, rng: random.Random) -> None:
    worker = await deployment.start_worker()
    with_ids = Load(deployment.http, lambda: [worker.url], rng)
    without = Load(deployment.http, lambda: [worker.url] * worker.alive, rng, ids=False)
    async with with_ids, without:
        for ready in (True, False, True):
            await asyncio.sleep(rng.uniform(0.1, 2.0))
            worker.kill()
            worker.launch()
            await until_it_answers(worker)
            if ready:
                await worker.until_ready()
    await deployment.until_stored()
    slowest = f"{with_ids.slowest:.1f} s"
    told("worker killed 3 times", events=with_ids.events, slowest=slowest, **with_ids.statuses)
    await compare(deployment, with_ids, without)
    assert min(with_ids.events, without.events) > 100


@pytest.mark.soak
async def test_a_stop_under_load_is_quick_and_clean(deployment: Deployment, rng: random.Random) -> None:
    worker = await deployment.start_worker()
    took = []
    async with Load(deployment.http, lambda: [worker.url], rng, senders=20, pause=0) as load:
        for _ in range(2):
            await asyncio.sleep(rng.uniform(0.5, 2.0))
            code, seconds = await worker.stop()
            took.append(seconds)
            assert (code, seconds < 10) == (0, True), (code, seconds, worker.said[-3000:])
            await worker.start()
    await deployment.until_stored()
    told("SIGTERM under load", took=", ".join(f"{one:.1f} s" for one in took), events=load.events)
    await compare(deployment, load)

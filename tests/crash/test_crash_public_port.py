"""Workers that share a port come and go under load: who sends to it does not notice."""

import asyncio
import random

import aiohttp
import pytest
from load import Load, compare_raw, told
from project import free_port
from worker import Deployment, Worker, until

SENDERS = 12


@pytest.mark.soak
async def test_workers_behind_one_address_come_and_go_and_no_beacon_is_lost_or_repeated(
    deployment: Deployment, rng: random.Random
) -> None:
    public = free_port()

    def worker() -> Worker:
        return deployment.worker(CHRONOS_WEB_PORT=str(public))

    first, second, third, fourth = (worker() for _ in range(4))
    for one in (first, second, third):
        one.launch()
    await asyncio.gather(*(one.until_ready(90) for one in (first, second, third)))
    # As pages do: each beacon on a connection of its own, or on one that was left open, by chance.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as fresh:
        urls = [f"http://127.0.0.1:{public}"]
        kept = Load(deployment.http, lambda: urls, rng, senders=SENDERS)
        anew = Load(fresh, lambda: urls, rng, senders=SENDERS)
        async with kept, anew:
            for one in (first, second, third):
                await until(lambda one=one: taken(one), what="the kernel gives each its share")
            first.kill()
            await asyncio.sleep(rng.uniform(0.5, 1.5))
            assert (await second.stop())[0] == 0
            fourth.launch()
            await fourth.until_ready(90)
            await until(lambda: taken(fourth), what="the new one has its share, too")
    await deployment.until_stored(60)
    told("one address", kept=dict(kept.statuses), anew=dict(anew.statuses))
    for load in (kept, anew):
        # Who was on a connection of the killed one tries once more, and then another worker answers.
        assert load.statuses.total() - load.statuses["200"] <= 2 * SENDERS, load.statuses
    await compare_raw(deployment, kept, anew)


async def taken(worker: Worker) -> float:
    return await worker.metric("beacons_total", status="200")

"""Windows while workers are killed, added and removed: in the end each is what the raw rows say."""

import asyncio
import random

import pytest
from visitors import Visitors, check
from worker import Deploy, Worker

pytestmark = pytest.mark.timeout(280)


@pytest.mark.parametrize("kills", [1, pytest.param(3, marks=pytest.mark.soak)])
async def test_a_killed_worker_counts_nothing_twice_and_loses_nothing(
    deploy: Deploy, rng: random.Random, kills: int
) -> None:
    async with deploy() as deployment:
        worker = await deployment.start_worker()
        async with Visitors(deployment, rng) as visitors:
            for _ in range(kills):
                await asyncio.sleep(1 + 2 * rng.random())
                worker.kill()
                worker.launch()
                await worker.until_ready()
            await asyncio.sleep(1)
        await check(deployment)
        assert visitors.sent


@pytest.mark.soak
async def test_workers_come_and_go_and_any_answers_for_all(deploy: Deploy, rng: random.Random) -> None:
    async with deploy() as deployment:
        first = await deployment.start_worker()
        async with Visitors(deployment, rng):
            second, third = await asyncio.gather(deployment.start_worker(), deployment.start_worker())
            await asyncio.sleep(2)
            await change(rng, first, second, third)
            await asyncio.sleep(2)
        await check(deployment)


async def change(rng: random.Random, first: Worker, second: Worker, third: Worker) -> None:
    """Kill one, stop another in order, start the first again."""
    second.kill()
    await asyncio.sleep(1 + rng.random())
    second.launch()
    await third.stop()
    await second.until_ready()
    await first.until_ready()

"""PostgreSQL and Kafka are killed under windows: in the end each is what the raw rows say."""

import asyncio
import random

import pytest
from doomed import Doomed
from visitors import Visitors, check
from worker import Deployment

pytestmark = [pytest.mark.soak, pytest.mark.timeout(280)]


@pytest.mark.parametrize("name", ["postgres", "kafka"])
async def test_a_killed_service_leaves_windows_as_the_raw_rows_say(
    deployment: Deployment, doomed: Doomed, rng: random.Random, name: str
) -> None:
    worker = await deployment.start_worker()
    async with Visitors(deployment, rng):
        for _ in range(2):
            await asyncio.sleep(rng.uniform(0.5, 2.0))
            await doomed.until_back(name, doomed.kill(name))
    await check(deployment)
    assert worker.alive, worker.said[-3000:]

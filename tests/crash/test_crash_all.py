"""Everything is killed, in random order, under load, while workers come and go."""

import asyncio
import random

import pytest
from doomed import Doomed
from load import Load, compare, told
from worker import Deployment, until


@pytest.mark.soak
async def test_nothing_is_lost_or_repeated_whatever_is_killed(
    deployment: Deployment, doomed: Doomed, rng: random.Random
) -> None:
    first, second = deployment.worker(), deployment.worker()
    await first.start()
    second.launch()

    def urls() -> list[str]:
        return [worker.url for worker in (first, second) if worker.alive]

    with_ids = Load(deployment.http, urls, rng)
    without = Load(deployment.http, urls, rng, ids=False)
    did = []
    mending: list[asyncio.Task[None]] = []
    victims = ["worker", "postgres", "kafka", "stop", *rng.choices(["worker", "postgres", "stop"], k=2)]
    rng.shuffle(victims)
    async with with_ids, without:
        for victim in victims:
            await asyncio.sleep(rng.uniform(0.3, 2.5))
            did.append(victim)
            if victim == "worker":
                worker = rng.choice([first, second])
                worker.kill()
                worker.launch()
            elif victim == "stop":
                await until(second.health, what="an answer, before which nothing listens to signals")
                code, seconds = await second.stop()
                assert (code, seconds < 10) == (0, True), (code, seconds, second.said[-3000:])
                await asyncio.sleep(rng.uniform(0, 1))
                second.launch()
            else:
                # Back by itself, while others are killed.
                mending.append(asyncio.create_task(doomed.until_back(victim, doomed.kill(victim))))
        await asyncio.gather(*mending)
        await asyncio.gather(first.until_ready(90), second.until_ready(90))
    await deployment.until_stored(90)
    events, slowest = with_ids.events + without.events, f"{with_ids.slowest:.1f} s"
    told("all killed", did=" ".join(did), events=events, slowest=slowest, **with_ids.statuses)
    await compare(deployment, with_ids, without)

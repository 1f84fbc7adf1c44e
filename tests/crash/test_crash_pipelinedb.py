"""Workers that feed a real PipelineDB are killed, or asked to stop, under load; where there is one."""

import asyncio
import random

from load import Load, compare_raw, told
from pipelinedb import assert_same, rows
from worker import Deploy, until


async def test_killed_workers_send_every_row_once(
    deploy_on_doomed: Deploy, pipelinedb: str, rng: random.Random
) -> None:
    async with deploy_on_doomed(pipelinedb={"mode": "pipelinedb", "url": pipelinedb}) as deployment:
        first, second = await deployment.start_worker(), await deployment.start_worker()

        def urls() -> list[str]:
            return [worker.url for worker in (first, second) if worker.alive]

        async with Load(deployment.http, urls, rng) as load:
            for killed in rng.sample([True, True, True, False], 4):
                await asyncio.sleep(rng.uniform(0.3, 2.0))
                worker = rng.choice([first, second])
                if killed:
                    worker.kill()
                else:
                    await until(worker.health, what="an answer, before which nothing listens to signals")
                    await worker.stop()
                worker.launch()
            await asyncio.gather(first.until_ready(90), second.until_ready(90))
        await deployment.until_stored(60)

        async def fed() -> bool:
            found = await rows(pipelinedb, "select partition, next_offset from chronos_positions")
            positions = {row["partition"]: row["next_offset"] for row in found.values()}
            ends = await deployment.end_offsets()
            return all(positions.get(number, 0) == end for number, end in ends.items())

        await until(fed, 60, "everything counted")
        told("workers that feed a PipelineDB killed", events=load.events)
        await compare_raw(deployment, load)
        await assert_same(pipelinedb, deployment.database, raw=True)

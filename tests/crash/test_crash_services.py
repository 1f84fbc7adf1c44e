"""PostgreSQL and Kafka are killed, or stay away for a while, under load."""

import asyncio
import random
import time

import pytest
from doomed import Doomed
from load import Load, compare, told
from worker import Deploy, Deployment, Worker, beacon, encoded, until

RECOVERY = 60.0


@pytest.mark.soak
@pytest.mark.parametrize(("name", "times"), [("postgres", 2), ("kafka", 2)], ids=["postgres", "kafka"])
async def test_a_killed_service_loses_and_repeats_nothing(
    deployment: Deployment, doomed: Doomed, rng: random.Random, name: str, times: int
) -> None:
    worker = await deployment.start_worker()
    with_ids = Load(deployment.http, lambda: [worker.url], rng)
    without = Load(deployment.http, lambda: [worker.url], rng, ids=False)
    async with with_ids, without:
        for _ in range(times):
            await asyncio.sleep(rng.uniform(0.2, 2.0))
            await doomed.until_back(name, doomed.kill(name))
    ended = time.monotonic()
    await deployment.until_stored(RECOVERY)
    told(
        f"{name} killed {times} times",
        events=with_ids.events,
        slowest=f"{with_ids.slowest:.1f} s",
        caught_up=f"after {time.monotonic() - ended:.1f} s",
        **with_ids.statuses,
    )
    await compare(deployment, with_ids, without)
    assert worker.alive, worker.said[-3000:]
    await deployment.until_committed(RECOVERY)
    assert set(with_ids.statuses) == {"200"}, "the web view goes on answering"


async def test_postgres_away_stops_only_the_storing(
    deployment: Deployment, doomed: Doomed, rng: random.Random
) -> None:
    worker = await deployment.start_worker()
    async with Load(deployment.http, lambda: [worker.url], rng) as load:
        await doomed.stop("postgres")

        async def says_why() -> bool:
            health = await worker.health()
            return bool(health and any("store_events waits" in problem for problem in health["problems"]))

        await until(says_why, what="/health says for what it waits")
        enough = load.statuses["200"] + 50

        async def still_accepts() -> bool:
            return load.statuses["200"] > enough

        await until(still_accepts, what="beacons are accepted all the same")
        assert set(load.statuses) == {"200"}
        await stops_in_time(worker)
        worker.launch()
        await doomed.start("postgres")
    await deployment.until_stored(RECOVERY)
    await worker.until_ready()
    await compare(deployment, load)


@pytest.mark.soak
async def test_kafka_away_fills_the_spool_which_outlives_the_worker(
    deploy_on_doomed: Deploy, doomed: Doomed, rng: random.Random
) -> None:
    """A beacon is answered with 200 until the spool is full, also by a worker that starts meanwhile."""
    async with deploy_on_doomed(limits={"kafka_timeout_seconds": 1.0, "spool_bytes": 120_000}) as deployment:
        worker = await deployment.start_worker()
        loads = [
            Load(deployment.http, lambda: [worker.url], rng, pause=0.3, ids=ids) for ids in (True, False)
        ]
        async with loads[0], loads[1]:
            await asyncio.sleep(0.5)
            await doomed.stop("kafka")
            await until(lambda: spooled(worker, 20), what="beacons in the spool")
            assert loads[0].statuses.keys() == {"200"}
            await stops_in_time(worker)
            worker.launch()
            await until(
                lambda: spooled(worker, 30), what="a worker that starts without Kafka takes beacons, too"
            )
            await until(lambda: refused_for(worker, "the spool takes no more"), what="503 when it is full")
            health = await worker.health()
            assert health
            assert health["status"] == "waiting"
            assert any("Kafka" in problem for problem in health["problems"]), health
            worker.kill()
            worker.launch()
            began = time.monotonic()
            await doomed.start("kafka")
        await deployment.until_stored(RECOVERY)
        await worker.until_ready()
        seconds = f"{time.monotonic() - began:.1f} s after `chronos start kafka`"
        told("kafka away", caught_up=seconds, events=loads[0].events, **loads[0].statuses)
        await compare(deployment, *loads)


async def stops_in_time(worker: Worker) -> None:
    code, seconds = await worker.stop()
    told("SIGTERM while a service is away", took=f"{seconds:.1f} s")
    assert (code, seconds < 10) == (0, True), (code, seconds, worker.said[-3000:])


async def spooled(worker: Worker, least: int) -> bool:
    health = await worker.health()
    return health is not None and health["spooled"] >= least


async def refused_for(worker: Worker, reason: str) -> bool:
    """Whether a beacon is told to come again later, for this reason."""
    async with worker.http.post(f"{worker.url}/api/events", data=encoded(beacon(["no event"]))) as answer:
        if answer.status != 503:
            return False
        assert int(answer.headers["Retry-After"]) >= 1
        return reason in (await answer.json())["error"]

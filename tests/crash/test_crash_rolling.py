"""Brokers are restarted one after the other under load, and no two lack anything at the same time."""

import asyncio
import contextlib
import random

import pytest
from cluster import BROKERS, Cluster
from load import Load, compare, told
from worker import Deployment, until

from chronos.embedded.brokers import node
from chronos.errors import ServiceError
from chronos.kafka_look import under_replicated

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]

NODES = {node(name) for name in BROKERS}


class Lookout:
    """Asks all the while which brokers lack something: each other set of them is kept."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self.lacking: set[frozenset[int]] = set()
        self.looks = 0

    async def __aenter__(self) -> "Lookout":
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(ServiceError):  # whom it asked has just been stopped
                found = await under_replicated(self._bootstrap)
                self.looks += 1
                self.lacking |= {frozenset({*one.replicas} - {*one.in_sync}) for one in found}
                assert all(one.replicas for one in found)
            await asyncio.sleep(0.1)


async def test_a_rolling_restart_never_has_two_brokers_out_of_sync(
    deployment_on_cluster: Deployment, cluster: Cluster, rng: random.Random
) -> None:
    deployment = deployment_on_cluster
    await cluster.until_in_sync()
    worker = await deployment.start_worker()
    load = Load(deployment.http, lambda: [worker.url], rng)
    before = {name: cluster.pid(name) for name in BROKERS}
    async with load, Lookout(cluster.kafka) as lookout:
        said = await asyncio.to_thread(cluster.project.run, "restart", "kafka")
        assert await cluster.in_sync(), "the command waits for the last one, too"
    after = {name: cluster.pid(name) for name in BROKERS}
    assert not set(before.values()) & set(after.values()), "each was restarted"
    await deployment.until_stored(120)
    told("rolling restart", events=load.events, slowest=f"{load.slowest:.1f} s", looks=lookout.looks)
    assert lookout.lacking == {frozenset({one}) for one in NODES}, said
    await compare(deployment, load)


async def test_no_other_broker_is_restarted_while_one_is_away(
    deployment_on_cluster: Deployment, cluster: Cluster, rng: random.Random
) -> None:
    away, other = rng.sample(BROKERS, 2)
    await deployment_on_cluster.start_worker()
    await cluster.until_in_sync()
    await cluster.stop(away)
    pid = cluster.pid(other)
    said = await asyncio.to_thread(cluster.project.run, "restart", other, "postgres", code=1)
    assert f"Not restarted, so that beacons are still taken: {other}, postgres: {away} lacks" in said
    assert cluster.pid(other) == pid
    said = await asyncio.to_thread(cluster.project.run, "stop", other)
    assert f"Without {other}" in said
    assert f"partitions take nothing, since {away} is away" in said
    await cluster.start("kafka")
    await cluster.until_in_sync()
    assert "Without" not in await asyncio.to_thread(cluster.project.run, "stop", away)
    said = await asyncio.to_thread(cluster.project.run, "restart", away)
    assert f"{away} " in said
    await cluster.until_in_sync()


async def test_a_restart_waits_for_a_broker_that_comes_back(
    deployment_on_cluster: Deployment, cluster: Cluster, rng: random.Random
) -> None:
    silent, other = rng.sample(BROKERS, 2)
    await deployment_on_cluster.start_worker()
    await cluster.until_in_sync()
    pid = cluster.pid(other)

    async def is_out_of_sync() -> bool:
        with contextlib.suppress(ServiceError):
            return bool(await under_replicated(cluster.kafka))
        return False

    async with cluster.halted(silent):
        await until(is_out_of_sync, 60, f"{silent} is missed")
        restart = asyncio.create_task(asyncio.to_thread(cluster.project.run, "restart", other))
        await asyncio.wait([restart], timeout=5)
        assert not restart.done(), restart.result()
        assert cluster.pid(other) == pid
    said = await restart
    assert "waits: " in said
    assert cluster.pid(other) != pid
    await cluster.until_in_sync()

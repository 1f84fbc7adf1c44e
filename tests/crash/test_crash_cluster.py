"""One or two of three brokers are killed, halted, restarted, robbed of their data, under load."""

import asyncio
import random
import time
from collections.abc import Coroutine
from functools import partial
from typing import Any

import pytest
from cluster import BROKERS, Cluster
from load import Load, compare, told
from worker import Deployment

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

Fault = partial[Coroutine[Any, Any, None]]

HALT_SECONDS = 12.0
RECOVERY = 120.0


async def test_one_broker_may_do_what_it_likes(
    deployment_on_cluster: Deployment, cluster: Cluster, rng: random.Random
) -> None:
    """Each is killed in turn, and restarted in turn, one of them without its data; one hangs."""
    deployment = deployment_on_cluster
    worker = await deployment.start_worker()
    with_ids = Load(deployment.http, lambda: [worker.url], rng)
    without = Load(deployment.http, lambda: [worker.url], rng, ids=False)
    emptied, hung = rng.sample(BROKERS, 2)
    faults: list[Fault] = [partial(cluster.kill_one, name) for name in BROKERS]
    faults += [partial(cluster.restart, name) for name in BROKERS if name != emptied]
    faults += [partial(cluster.lose_data, emptied), partial(cluster.halt, hung, HALT_SECONDS)]
    rng.shuffle(faults)
    async with with_ids, without:
        for fault in faults:
            began = time.monotonic()
            with_ids.slowest = 0
            await fault()
            took, slowest = f"{time.monotonic() - began:.1f} s", f"{with_ids.slowest:.1f} s"
            told(fault.func.__name__, broker=fault.args[0], took=took, slowest=slowest)
    ended = time.monotonic()
    await deployment.until_stored(RECOVERY)
    caught_up = f"after {time.monotonic() - ended:.1f} s"
    told("one of three brokers", events=with_ids.events, caught_up=caught_up, **with_ids.statuses)
    await compare(deployment, with_ids, without)
    assert worker.alive, worker.said[-3000:]
    assert set(with_ids.statuses) == {"200"}, "no beacon was refused"


async def test_two_brokers_at_once_cost_only_time(
    deployment_on_cluster: Deployment, cluster: Cluster, rng: random.Random
) -> None:
    """No majority is left: beacons wait in the spool, and all are stored when it is back."""
    deployment = deployment_on_cluster
    worker = await deployment.start_worker()
    load = Load(deployment.http, lambda: [worker.url], rng)
    async with load:
        await asyncio.sleep(rng.uniform(0.5, 2.0))
        await cluster.kill_two(*rng.sample(BROKERS, 2))
    ended = time.monotonic()
    await deployment.until_stored(RECOVERY)
    caught_up, slowest = f"after {time.monotonic() - ended:.1f} s", f"{load.slowest:.1f} s"
    told("two of three brokers", events=load.events, slowest=slowest, caught_up=caught_up, **load.statuses)
    await compare(deployment, load)
    assert worker.alive, worker.said[-3000:]
    assert set(load.statuses) == {"200"}, "the spool has room"

"""From POST to visible: a pageview is sent, and its page is asked for until it is counted."""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bench.windows import beacons
from bench.windows.deployment import KEY, Deployment, deployed
from bench.windows.noise import Noise
from bench.windows.services import Services

PAUSE = 0.01  # between two questions
EVENTS = 100  # of a beacon of the load
KEYS = 1_000
LONGEST = 120.0


@dataclass(frozen=True)
class Latency:
    """Milliseconds from the POST to its answer, and to the answer in which the event is counted."""

    accepted: list[float]
    visible: list[float]


async def measure(deployment: Deployment, rng: random.Random, probes: int) -> Latency:
    """One probe after the other, at times that have nothing to do with those of the worker."""
    found = Latency([], [])
    async with aiohttp.ClientSession(f"http://127.0.0.1:{deployment.port}") as http:
        for _ in range(probes):
            await asyncio.sleep(rng.uniform(0, 0.3))
            url = f"https://shop.example/probes/{rng.getrandbits(60)}"
            body = beacons.pageview(KEY, url, int(time.time() * 1000))
            began = time.perf_counter()
            async with http.post("/api/events", data=body) as answer:
                assert answer.status == 200, await answer.text()
            found.accepted.append((time.perf_counter() - began) * 1000)
            while not await _is_visible(http, url):
                assert time.perf_counter() - began < LONGEST
                await asyncio.sleep(PAUSE)
            found.visible.append((time.perf_counter() - began) * 1000)
    return found


async def _is_visible(http: aiohttp.ClientSession, url: str) -> bool:
    # A window that ends with the slot that it is now.
    asked = {"key": url, "step": "1h", "from": str(time.time() // 10 * 10 + 10 - 3600)}
    async with http.get("/api/windows/pageview_urls", params=asked) as answer:
        return answer.status == 200 and any(one["total"] for one in (await answer.json())["windows"])


@asynccontextmanager
async def load(deployment: Deployment, rng: random.Random, per_second: int) -> AsyncIterator[None]:
    """So many events a second meanwhile, in beacons that come evenly."""
    sending = asyncio.create_task(_send(deployment, rng, EVENTS / per_second))
    try:
        await asyncio.sleep(3)
        yield
        assert not sending.done()
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send(deployment: Deployment, rng: random.Random, pause: float) -> None:
    bodies: list[bytes] = []
    due = time.perf_counter()
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as tasks:
        while True:
            if not bodies:
                now = int(time.time() * 1000)
                bodies = beacons.bodies(rng, KEY, EVENTS, KEYS, now, 20)
            tasks.create_task(_post(http, deployment.port, bodies.pop()))
            due += pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def _post(http: aiohttp.ClientSession, port: int, body: bytes) -> None:
    async with http.post(f"http://127.0.0.1:{port}/api/events", data=body) as answer:
        assert answer.status == 200, await answer.text()


HEAD = (
    "| load, events/s | probes | accepted, median / p99 ms | visible, median ms | p99 ms |",
    "|---:|---:|---:|---:|---:|",
)


async def report(services: Services, rng: random.Random, noise: Noise, probes: int, per_second: int) -> str:
    """The table: without load, and with some."""
    async with deployed(services) as deployment:
        await deployment.start()
        await measure(deployment, rng, 3)
        idle = await measure(deployment, rng, probes)
        noise.sample()
        async with load(deployment, rng, per_second):
            busy = await measure(deployment, rng, probes)
        noise.sample()
    return "\n".join([*HEAD, _row(0, idle), _row(per_second, busy)])


def _row(per_second: int, found: Latency) -> str:
    return (
        f"| {per_second:,} | {len(found.visible)}"
        f" | {statistics.median(found.accepted):.0f} / {_p99(found.accepted):.0f}"
        f" | {statistics.median(found.visible):.0f} | {_p99(found.visible):.0f} |"
    )


def _p99(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(0.99 * len(times)))]

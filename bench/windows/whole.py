"""Events a second through a whole worker, with windows beside without."""

import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench import client
from bench.tracker.spread import spread
from bench.windows import beacons
from bench.windows.deployment import KEY, Deployment, deployed
from bench.windows.noise import Noise
from bench.windows.services import Services

SINKS = ("store_events", "count_windows", "feed_views")
KEYS = 50
DIFFERENT = 200
CONNECTIONS = {10: 200, 100: 200, 1000: 20}
DAY = 86_400


@dataclass(frozen=True)
class Round:
    """Events a second from the first POST to the last row, and to the last event that windows show."""

    stored: float
    shown: float
    cpu: float


@dataclass
class Side:
    """A worker with windows, or one without."""

    deployment: Deployment
    has_windows: bool
    beacons: int = 0
    events: int = 0

    async def round(self, bodies: list[bytes], size: int, count: int) -> Round:
        """Send beacons, and wait until everything is done with them."""
        self.beacons += count
        self.events += size * count
        cpu = self._cpu()
        began = time.perf_counter()
        await client.send(self.deployment.port, bodies, count, CONNECTIONS[size])
        await self.deployment.until_taken("store_events", self.beacons)
        stored = shown = time.perf_counter() - began
        if self.has_windows:
            await self.deployment.until_taken("count_windows", self.beacons)
            now = int(time.time()) // 10 * 10
            await self.deployment.until_counted("event_types", now - DAY, now + 10, self.events)
            shown = time.perf_counter() - began
        # Views are not waited for in the figures, but what they have left to do is not to disturb the next.
        await self.deployment.until_taken("feed_views", self.beacons)
        return Round(size * count / stored, size * count / shown, (self._cpu() - cpu) / (size * count) * 1e6)

    def _cpu(self) -> float:
        times = self.deployment.process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def sides(services: Services) -> AsyncIterator[list[Side]]:
    """Both, ready; that which has nothing to do waits."""
    async with (
        deployed(services) as with_windows,
        deployed(services, windows={"enabled": False}) as without,
    ):
        await with_windows.start()
        await without.start()
        yield [Side(with_windows, True), Side(without, False)]


async def report(services: Services, rng: random.Random, noise: Noise, rounds: int, events: int) -> str:
    """The table: a row for each size of beacon."""
    found: dict[int, list[tuple[Round, Round]]] = {10: [], 100: [], 1000: []}
    async with sides(services) as both:
        for number in range(rounds + 1):
            for size in found:
                # The first round warms up: Kafka compiles itself while it runs.
                count = max(1, (events if size > 10 else events // 4) // size // (1 if number else 4))
                measured = []
                # Each side is first as often as second.
                for side in both if number % 2 else both[::-1]:
                    now = int(time.time() * 1000)
                    bodies = beacons.bodies(rng, KEY, size, KEYS, now, DIFFERENT)
                    measured.append(await side.round(bodies, size, count))
                    noise.sample()
                if number:
                    on, off = measured if number % 2 else measured[::-1]
                    found[size].append((on, off))
    return "\n".join([*HEAD, *(_row(size, pairs) for size, pairs in found.items())])


HEAD = (
    "| events per beacon | without windows, events/s | with, to the last row | ratio"
    " | with, to the last window | ratio (each round) | goal"
    " | CPU of the worker, s per million events: without | with |",
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
)


def _row(size: int, pairs: list[tuple[Round, Round]]) -> str:
    def median(side: int, name: str) -> float:
        return statistics.median(getattr(pair[side], name) for pair in pairs)

    off, stored, shown = median(1, "stored"), median(0, "stored"), median(0, "shown")
    each = spread([on.shown / off.stored for on, off in pairs], 2)
    return (
        f"| {size:,} | {off:,.0f} | {stored:,.0f} | {stored / off:.2f} | {shown:,.0f} | {each} | 0.60"
        f" | {median(1, 'cpu'):.1f} | {median(0, 'cpu'):.1f} |"
    )

"""A worker that holds a day of counts: its memory, how it comes back, and how fast it answers."""

import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.windows.deployment import Deployment, deployed
from bench.windows.filling import KEYS, Day, yesterday
from bench.windows.noise import Noise
from bench.windows.services import Services

MEMORY = {"CHRONOS_WINDOWS_STORE": "memory"}
VISITORS_AT_ONCE = 200
MINUTE = 60


@dataclass
class Found:
    """Rows of three tables; each is also told at once, since all of them take minutes."""

    memory: list[str] = field(default_factory=list)
    recovery: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def add(self, table: list[str], row: str) -> None:
        """Add a row to one of them."""
        table.append(row)
        print(row, file=sys.stderr, flush=True)


class Measuring:
    """Fills one worker step by step."""

    def __init__(self, deployment: Deployment, day: Day, noise: Noise, asked: int) -> None:
        self._deployment, self._day, self._noise, self._asked = deployment, day, noise, asked
        self._empty_seconds = self._empty = 0.0
        self.found = Found()

    async def begin(self) -> None:
        """Start the worker for the first time, and once more to know how long that takes with nothing."""
        await self._deployment.start()
        self._deployment.stop()
        self._empty_seconds = await self._started(0)
        self._empty = self._deployment.megabytes
        self.found.add(self.found.recovery, f"| nothing | | {self._empty_seconds:.1f} | |")

    async def fill(self, counts: int) -> None:
        """Have ``counts`` counts in all, and see what that takes."""
        before = self._day.counts
        began = time.perf_counter()
        await self._day.fill(self._deployment, counts - before)
        await self._deployment.until_counted("pageview_urls", *self._day.seconds, self._day.events)
        seconds = time.perf_counter() - began
        self._remember("RocksDB, as they were counted", self._empty)
        self.found.add(
            self.found.recovery,
            f"| {self._day.counts:,} | counted, through topic `window_deltas` | {seconds:.1f} | |",
        )
        self._noise.sample()

    async def restart(self) -> None:
        """Stop the worker and start it again: with its RocksDB, without, and with the store in memory."""
        for how, wipe, environment in (
            ("RocksDB, after a start with it", False, {}),
            ("RocksDB, after a start from the changelog", True, {}),
            ("memory, after a start from the changelog", True, MEMORY),
        ):
            self._deployment.stop()
            if wipe:
                self._deployment.wipe()
            seconds = await self._started(self._day.events, **environment)
            more = seconds - self._empty_seconds
            row = f"| {self._day.counts:,} | {how} | {seconds:.1f} | {more:.1f} |"
            self.found.add(self.found.recovery, row)
            self._remember(how, self._empty)
            self._noise.sample()
        self._deployment.stop()
        await self._started(self._day.events)

    async def ask(self) -> None:
        """Ask for the day, in windows of a minute."""
        start, end = self._day.seconds
        asked = {"from": start, "to": end, "step": MINUTE}
        for what, view, more in (
            (f"top 20 of {KEYS:,} pages", "pageview_urls", {"top": 20}),
            ("one page", "pageview_urls", {"key": self._day.names[100]}),
        ):
            times, size = await self._ask(view, {**asked, **more})
            self._answered(f"{what}, {self._day.counts:,} counts", times, size, "50")

    async def ask_visitors(self) -> None:
        """The same of distinct visitors."""
        start, end = self._day.seconds
        await self._day.fill_visitors(self._deployment, VISITORS_AT_ONCE)
        while await self._deployment.total("visitors", end - 10, end) <= 0:
            pass
        for step in (MINUTE, 3600):
            times, size = await self._ask("visitors", {"from": start, "to": end, "step": step})
            what = f"distinct visitors, {VISITORS_AT_ONCE} in each slot, windows of {step // 60} min"
            self._answered(what, times, size, "")

    async def _ask(self, view: str, asked: dict[str, object]) -> tuple[list[float], int]:
        times = []
        for number in range(self._asked + 3):
            began = time.perf_counter()
            answer = await self._deployment.get(f"/api/windows/{view}", **asked)
            if number >= 3:
                times.append((time.perf_counter() - began) * 1000)
            assert answer["complete"]
        self._noise.sample()
        return times, len(answer["windows"])

    def _answered(self, what: str, times: Sequence[float], windows: int, goal: str) -> None:
        median, worst = statistics.median(times), max(times)
        row = f"| {what} | {windows:,} | {median:.1f} | {worst:.1f} | {goal} |"
        self.found.add(self.found.answers, row)

    async def _started(self, events: int, **environment: str) -> float:
        """Seconds from the start of the process until it answers with all that is counted."""
        began = time.perf_counter()
        self._deployment.launch(**environment)
        await self._deployment.until_counted("pageview_urls", *self._day.seconds, events)
        return time.perf_counter() - began

    def _remember(self, how: str, empty: float) -> None:
        now, counts = self._deployment.megabytes, self._day.counts
        each = (now - empty) / counts * 1e6
        row = f"| {how} | {counts:,} | {empty:.0f} | {now:.0f} | {each:.0f} |"
        self.found.add(self.found.memory, row)


async def measure(services: Services, seed: int, noise: Noise, sizes: Sequence[int], asked: int) -> Found:
    """Fill a worker up to each of ``sizes`` counts; ask each question ``asked`` times."""
    async with deployed(services) as deployment:
        measuring = Measuring(deployment, yesterday(seed), noise, asked)
        await measuring.begin()
        for counts in sizes:
            await measuring.fill(counts)
            await measuring.restart()
            await measuring.ask()
        await measuring.ask_visitors()
        return measuring.found

"""What moves of the mouse cost the page's thread, with the tracker and without."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import product

from playwright.async_api import Browser, CDPSession, Page

from bench.tracker import hand, traffic
from bench.tracker.chromium import opened, speed, throttled
from bench.tracker.site import Site
from bench.tracker.spread import spread
from docs.markdown import table

THROTTLES = (1, 4)
PAGES = {"tracker": "the tracker", "listener": "an empty listener", "nothing": "no listener"}
COLUMNS = ("page with", "CPU", "scripts, ms", "more than the empty listener", "all tasks, ms")
WARM = 60
# Until what a page does once is over: loading, measuring that, and the first beacon.
REST_SECONDS = 7.0


@dataclass(frozen=True)
class Cost:
    """Milliseconds of the page's main thread for 1,000 moves: all tasks, and scripts alone."""

    tasks: float
    scripts: float


async def seconds(session: CDPSession) -> Cost:
    """What the thread has done so far, in seconds."""
    found = {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}
    return Cost(found["TaskDuration"], found["ScriptDuration"])


@dataclass
class Resting:
    """A page that waits for its next turn, and what it has cost so far."""

    page: Page
    session: CDPSession
    costs: list[Cost] = field(default_factory=list)

    async def move(self, moves: int) -> None:
        """Move the mouse in the middle of a visit, and note what it costs."""
        places = hand.way(moves + WARM)
        await self.page.bring_to_front()
        await traffic.move(self.page, places[:WARM])
        before = await seconds(self.session)
        await traffic.move(self.page, places[WARM:])
        after = await seconds(self.session)
        each = 1e6 / moves
        self.costs.append(Cost((after.tasks - before.tasks) * each, (after.scripts - before.scripts) * each))


Found = dict[tuple[int, str], Resting]


async def enter(stack: AsyncExitStack, chromium: Browser, address: str, throttle: int) -> Resting:
    """Open a page in a process of its own."""
    page = await stack.enter_async_context(opened(chromium, address))
    session = await throttled(page, throttle)
    # CPU time of the thread, so that what others do on this machine counts for less.
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return Resting(page, session)


async def report(chromium: Browser, site: Site, rounds: int, moves: int) -> str:
    """The table; pages take turns, so that a noisy minute does not hit one of them alone."""
    found: Found = {}
    async with AsyncExitStack() as stack:
        for throttle, head in product(THROTTLES, PAGES):
            page = await enter(stack, chromium, site.address(head), throttle)
            await asyncio.sleep(REST_SECONDS)
            found[throttle, head] = page
        for _ in range(rounds):
            for page in found.values():
                await page.move(moves)
    return table(COLUMNS, [row(found, throttle, head) for throttle, head in found])


def row(found: Found, throttle: int, head: str) -> tuple[str, ...]:
    """A row of the table; the difference is taken round by round."""
    costs, bare = found[throttle, head].costs, found[throttle, "listener"].costs
    more = [one.scripts - other.scripts for one, other in zip(costs, bare, strict=True)]
    return (
        PAGES[head],
        speed(throttle),
        spread([one.scripts for one in costs]),
        spread(more) if head == "tracker" else "",
        spread([one.tasks for one in costs]),
    )

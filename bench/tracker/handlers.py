"""How long the page waits for the tracker: its longest call, and its start."""

import asyncio
import statistics

from playwright.async_api import Browser, Page

from bench.tracker import hand
from bench.tracker.chromium import opened, speed, throttled
from bench.tracker.site import PAGES, Site
from bench.tracker.spread import spread
from docs.markdown import table

THROTTLES = (1, 4)
ACTIONS = 60
# Of these the goal speaks; the rest is shown since a page waits for it just the same.
WITH_GOAL = ("click", "keydown", "submit", "scroll")
OTHERS = ("mousemove", "input", "timer", "pagehide", "vitals.js", "(an empty one)")
GOAL = "under 1 at 1/4"
COLUMNS = (
    "handler",
    "calls",
    *(f"CPU {speed(n)}: {what}" for n in THROTTLES for what in ("median, ms", "99 of 100", "longest")),
    "goal",
)
START_COLUMNS = ("CPU", "start-up, ms")
LEAVE = "dispatchEvent(new Event('pagehide'))"
# Until the tracker has sent what there was: a timer does it.
FLUSH_SECONDS = 6.0

Durations = dict[str, list[float]]


async def act(page: Page) -> None:
    """All that a visitor does, again and again; at last the page is left with something to send."""
    buttons = page.locator("button.buy")
    places = hand.way(ACTIONS)
    for number in range(ACTIONS):
        await page.mouse.move(*places[number])
        await buttons.nth(number % 8).dispatch_event("click", {"clientX": number, "clientY": 7})
        await page.mouse.click(*places[-number - 1])
        await page.locator("[name=street]").press_sequentially("ab")
        await page.mouse.wheel(0, 90 if number % 20 < 10 else -90)
        await page.evaluate("document.getElementById('checkout').requestSubmit()")
    await asyncio.sleep(FLUSH_SECONDS)
    await page.mouse.click(*places[0])
    await page.evaluate(LEAVE)


async def measure(chromium: Browser, site: Site, throttle: int) -> Durations:
    """The duration of each call of each handler, in ms, on a new page."""
    stopwatch = (PAGES / "stopwatch.js").read_text()
    async with opened(chromium, site.address("tracker"), stopwatch) as page:
        await throttled(page, throttle)
        await act(page)
        durations: Durations = await page.evaluate("durations")
    return durations


async def start_up(chromium: Browser, site: Site, throttle: int) -> float:
    """Milliseconds to compile and run the script, for somebody who was never here."""
    async with opened(chromium, "about:blank") as page:
        await throttled(page, throttle)
        await page.goto(site.address("inline"))
        took: float = await page.evaluate("startUp")
    return took


def figures(calls: list[list[float]]) -> tuple[str, str, str]:
    """Median and 99th percentile of all calls, and the longest of a round with its spread."""
    every = sorted(took for one in calls for took in one)
    if not every:
        return ("", "", "")
    late = every[int(0.99 * len(every))]
    return f"{statistics.median(every):.2f}", f"{late:.2f}", spread([max(one) for one in calls if one], 2)


def row(name: str, found: dict[int, list[Durations]]) -> tuple[str, ...]:
    """A row of the table."""
    calls = {throttle: [one.get(name, []) for one in rounds] for throttle, rounds in found.items()}
    number = statistics.median(len(one) for rounds in calls.values() for one in rounds)
    cells = (cell for rounds in calls.values() for cell in figures(rounds))
    return (name, f"{number:,.0f}", *cells, GOAL if name in WITH_GOAL else "")


async def report(chromium: Browser, site: Site, rounds: int) -> str:
    """Two tables."""
    found: dict[int, list[Durations]] = {throttle: [] for throttle in THROTTLES}
    starts: dict[int, list[float]] = {throttle: [] for throttle in THROTTLES}
    for _ in range(rounds):
        for throttle in THROTTLES:
            found[throttle].append(await measure(chromium, site, throttle))
            starts[throttle] += [await start_up(chromium, site, throttle) for _ in range(2)]
    handlers = table(COLUMNS, [row(name, found) for name in WITH_GOAL + OTHERS])
    start_ups = [(speed(throttle), spread(took, 2)) for throttle, took in starts.items()]
    return f"{handlers}\n\n{table(START_COLUMNS, start_ups)}"

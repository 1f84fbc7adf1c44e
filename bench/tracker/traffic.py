"""How many bytes a click and a position of the mouse take, of what is really sent."""

import asyncio
import random

from playwright.async_api import Browser, Page

from bench.tracker import beacons, hand
from bench.tracker.chromium import opened
from bench.tracker.site import Site
from docs.markdown import table

CLICKS = 400
MOVES = 1_000
QUIET_SECONDS = 2.0
COLUMNS = ("what", "number", "bytes each", "goal")
# Middles of all that one can see, and of which somebody may click.
SPOTS = """() => [...document.querySelectorAll("a, button, h2, p, input, select, header")]
  .map((element) => element.getBoundingClientRect())
  .map(({ x, y, width, height }) => [x + width / 2, y + height / 2])
  .filter(([x, y]) => document.elementFromPoint(x, y))"""


async def click(page: Page) -> None:
    """Click on everything there is, in an order that is always the same."""
    spots = await page.evaluate(SPOTS)
    rng = random.Random(hand.SEED)
    done = 0
    while done < CLICKS:
        rng.shuffle(spots)
        for x, y in spots[: CLICKS - done]:
            await page.mouse.click(x, y)
            done += 1


async def move(page: Page, places: list[hand.Place]) -> None:
    """Move the mouse at the pace of the screen, whether or not the page keeps up."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    moves = []
    for number, place in enumerate(places):
        await asyncio.sleep(began + number / hand.HERTZ - loop.time())
        moves.append(asyncio.create_task(page.mouse.move(*place)))
    await asyncio.gather(*moves)


async def measure(chromium: Browser, site: Site) -> dict[str, beacons.Traffic]:
    """A visit of clicks alone, and one of moves alone; each until the tab is closed."""
    found = {}
    for kind in ("clicks", "mouse_moves"):
        address = site.address("tracker")
        async with opened(chromium, address) as page:
            await (click(page) if kind == "clicks" else move(page, hand.way(MOVES)))
        await site.until_quiet(address, QUIET_SECONDS)
        found[kind] = beacons.traffic(beacons.once(site.bodies_of(address)))
    return found


def report(found: dict[str, beacons.Traffic]) -> str:
    """The table."""
    clicks, moves = found["clicks"], found["mouse_moves"]
    whole = sum(clicks.sizes.values()) + clicks.envelope
    rows = [
        ("click", clicks.counts["clicks"], clicks.size_of_one("clicks"), "60"),
        ("its target_node, of these", clicks.counts["clicks"], clicks.targets / clicks.counts["clicks"], ""),
        ("sample of the mouse", moves.counts["mouse_moves"], moves.size_of_one("mouse_moves"), "12"),
    ]
    for visit, sent in (("clicks", clicks), ("moves", moves)):
        rows.append(
            (f"envelope of a beacon, visit of {visit}", sent.beacons, sent.envelope / sent.beacons, "")
        )
    rows.append(("all that was sent, by click", clicks.counts["clicks"], whole / clicks.counts["clicks"], ""))
    return table(COLUMNS, [(name, f"{number:,}", f"{size:,.1f}", goal) for name, number, size, goal in rows])

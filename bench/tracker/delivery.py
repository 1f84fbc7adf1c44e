"""What arrives of many events that happen in one task before the tab closes."""

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Browser

from bench.tracker import beacons
from bench.tracker.site import Site
from docs.markdown import table

EVENTS = (400, 5_000)
SENDERS = {
    "tracker": "the tracker",
    "now": "one sendBeacon for each event",
    "pagehide": "one sendBeacon at pagehide",
}
COLUMNS = ("sender", "events", "came at once", "after a revisit", "twice", "beacons sent again", "bytes")
AT_ONCE_SECONDS = 2.0
# Longer than the tracker leaves the beacons of another page alone.
REVISIT_SECONDS = 8.0
# A task of its own: while it runs, the browser is told already to close the tab.
TRACK = """(events) => void setTimeout(() => {
  for (let number = 0; number < events; number += 1)
    chronos.track("added to cart", { number, product: "Espresso cups, set of four", price: 24.5 });
})"""


@dataclass(frozen=True)
class Delivered:
    """What had come before the visitor returned, what after that, and all bytes."""

    at_once: beacons.Delivery
    in_the_end: beacons.Delivery
    bytes: int


async def measure(chromium: Browser, site: Site, sender: str, events: int) -> Delivered:
    """One visit, and another some time later."""
    address = site.address(sender)
    context = await chromium.new_context()
    try:
        page = await context.new_page()
        await page.goto(address)
        await page.evaluate(TRACK, events)
        await page.close()
        await site.until_quiet(address, AT_ONCE_SECONDS)
        at_once = beacons.delivery(site.bodies_of(address))
        page = await context.new_page()
        await page.goto(address)
        await site.until_quiet(address, REVISIT_SECONDS)
    finally:
        await context.close()
    bodies = site.bodies_of(address)
    return Delivered(at_once, beacons.delivery(bodies), sum(map(len, bodies)))


def between(numbers: Sequence[int]) -> str:
    """The least and the most of them."""
    least, most = min(numbers), max(numbers)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def row(sender: str, events: int, rounds: Sequence[Delivered]) -> tuple[str, ...]:
    """A row of the table."""
    figures = (
        [one.at_once.events for one in rounds],
        [one.in_the_end.events for one in rounds],
        [one.in_the_end.twice for one in rounds],
        [one.in_the_end.repeated for one in rounds],
        [one.bytes for one in rounds],
    )
    return (SENDERS[sender], f"{events:,}", *map(between, figures))


async def report(chromium: Browser, site: Site, rounds: int) -> str:
    """The table; senders take turns."""
    found: dict[tuple[int, str], list[Delivered]] = {(n, sender): [] for n in EVENTS for sender in SENDERS}
    for _ in range(rounds):
        for (events, sender), measured in found.items():
            measured.append(await measure(chromium, site, sender, events))
    rows = [row(sender, events, measured) for (events, sender), measured in found.items()]
    return table(COLUMNS, rows)

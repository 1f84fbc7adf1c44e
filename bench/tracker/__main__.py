"""``make bench-tracker``: what the tracker weighs, sends, loses and costs, in one run in a real Chromium."""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator

from playwright.async_api import Browser

from bench.tracker import delivery, handlers, mouse, traffic, weight
from bench.tracker.chromium import running_chromium
from bench.tracker.site import Site, running_site

PARTS = ("weight", "traffic", "delivery", "mouse", "handlers")


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.tracker", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each time (default 3)")
    parser.add_argument("--visits", type=int, default=2, help="measurements of each delivery (default 2)")
    parser.add_argument("--moves", type=int, default=400, help="moves of the mouse in a round (default 400)")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    return given


async def reports(given: argparse.Namespace, site: Site, chromium: Browser) -> AsyncIterator[tuple[str, str]]:
    """A title and a table for each part that needs a browser."""
    parts = given.parts or PARTS
    if "traffic" in parts:
        yield "Bytes that are sent", traffic.report(await traffic.measure(chromium, site))
    if "delivery" in parts:
        title = "Custom events in one task, after which the tab closes"
        yield title, await delivery.report(chromium, site, given.visits)
    if "mouse" in parts:
        title = f"Main thread for 1,000 moves of the mouse: median and spread of {given.rounds} rounds"
        yield title, await mouse.report(chromium, site, given.rounds, given.moves)
    if "handlers" in parts:
        title = f"Calls of the tracker, and its start: {given.rounds} rounds"
        yield title, await handlers.report(chromium, site, given.rounds)


async def run(given: argparse.Namespace) -> str | None:
    """Measure and print; returns what there is to complain about."""
    tracker, vitals, served = weight.built("tracker.js"), weight.built("vitals.js"), weight.served()
    async with running_chromium() as chromium, running_site(served, vitals) as site:
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        print(f"Chromium {chromium.version}, {os.cpu_count()} CPUs, load average {load} at the start.")
        print(f"\n### Bytes of the scripts\n\n{weight.report(tracker, served, vitals)}", flush=True)
        async for title, report in reports(given, site, chromium):
            print(f"\n### {title}\n\n{report}", flush=True)
    return weight.excess(tracker)


if __name__ == "__main__":
    sys.exit(asyncio.run(run(options())))

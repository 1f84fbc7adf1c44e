"""``make bench-windows``: what windows of event time cost, hold, and how fast they come and answer."""

import argparse
import asyncio
import random
import statistics
from collections.abc import AsyncIterator

from bench.tracker.spread import spread
from bench.windows import alone, day, latency, whole
from bench.windows.noise import Noise
from bench.windows.services import Services, running_services

PARTS = ("whole", "alone", "latency", "day")
KEYS = (200, 20_000)


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.windows", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, to see that it works")
    parser.add_argument("--rounds", type=int, help="measurements of each rate (default 5)")
    parser.add_argument("--events", type=int, help="events of such a round (default 500,000)")
    parser.add_argument("--counts", type=int, nargs="+", help="that are held (default 1,000,000 4,000,000)")
    parser.add_argument("--probes", type=int, help="events that are waited for (default 200)")
    parser.add_argument("--load", type=int, default=2_000, help="events/s meanwhile (default 2,000)")
    parser.add_argument("--seed", type=int, help="of all that is random (default: another each time)")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    usual = (1, 50_000, [100_000], 20) if given.quick else (5, 500_000, [1_000_000, 4_000_000], 200)
    for name, value in zip(("rounds", "events", "counts", "probes"), usual, strict=True):
        if getattr(given, name) is None:
            setattr(given, name, value)
    if given.seed is None:
        given.seed = random.randrange(2**32)
    return given


async def reports(
    given: argparse.Namespace, services: Services, noise: Noise
) -> AsyncIterator[tuple[str, str]]:
    """A title and a table for each part."""
    parts, rng = given.parts or PARTS, random.Random(given.seed)
    if "whole" in parts:
        title = f"A whole worker, windows on beside off: medians of {given.rounds} rounds"
        yield title, await whole.report(services, rng, noise, given.rounds, given.events)
    if "alone" in parts:
        yield f"Count and apply alone: {given.rounds} rounds", await alone_table(given, services, noise, rng)
    if "latency" in parts:
        title = "From POST to visible in `GET /api/windows/VIEW`"
        yield title, await latency.report(services, rng, noise, given.probes, given.load)
    if "day" in parts:
        found = await day.measure(services, given.seed, noise, given.counts, 10 if given.quick else 50)
        for (title, head), rows in zip(
            DAY.items(), (found.recovery, found.memory, found.answers), strict=True
        ):
            yield title, "\n".join([*head, *rows])


DAY = {
    "Recovery": (
        "| counts | how | seconds until all is answered | more than with nothing |",
        "|---:|---|---:|---:|",
    ),
    "Memory of the worker's process": (
        "| store | counts | empty, MB | now, MB | MB per million counts |",
        "|---|---:|---:|---:|---:|",
    ),
    "Answers for a day of windows": (
        "| question | windows | median ms | longest ms | goal |",
        "|---|---:|---:|---:|---:|",
    ),
}


async def alone_table(given: argparse.Namespace, services: Services, noise: Noise, rng: random.Random) -> str:
    """A row for each number of different keys."""
    lines = [
        "| distinct keys | events/s | CPU, s per million events | MB to `window_deltas` | to the changelog |",
        "|---:|---:|---:|---:|---:|",
    ]
    batches = max(2, given.events // (alone.AT_ONCE * alone.EVENTS))
    for keys in KEYS:
        rounds = await alone.measure(services.kafka, rng, keys, batches, given.rounds)
        noise.sample()
        cpu, deltas, changelog = (
            statistics.median(getattr(one, name) for one in rounds) for name in ("cpu", "deltas", "changelog")
        )
        rate = spread([one.per_second for one in rounds], 0)
        lines.append(f"| {keys:,} | {rate} | {cpu:.1f} | {deltas:.1f} | {changelog:.1f} |")
    return "\n".join(lines)


async def run(given: argparse.Namespace, services: Services) -> None:
    """Measure and print."""
    noise = Noise()
    noise.sample()
    print(f"Seed {given.seed}.", flush=True)
    async for title, report in reports(given, services, noise):
        noise.sample()
        print(f"\n### {title}\n\n{report}", flush=True)
    print(f"\n{noise.report()}")


if __name__ == "__main__":
    parsed = options()
    with running_services() as running:
        asyncio.run(run(parsed, running))

"""``make bench``: beacons and events per second, beside the bare view and the bare COPY, in one run."""

import argparse
import asyncio
import statistics
import time
from dataclasses import dataclass

from bench import bare_copy, beacons, client
from bench.system import System, bare_view, running_system

CONNECTIONS = 200
COLUMNS = (
    "events per beacon",
    "accepted beacons/s",
    "accepted events/s",
    "bare view beacons/s",
    "ratio",
    "p50 / p99 ms",
    "stored events/s",
    "bare COPY rows/s",
    "ratio",
    "CPU s per million events: worker",
    "PostgreSQL",
    "Kafka",
)


@dataclass
class Round:
    """One measurement of one size of beacon; rates are per second, CPU in seconds per million events."""

    bare_view: float
    accepted: float
    p50: float
    p99: float
    bare_copy: float
    stored: float
    cpu: dict[str, float]


async def measure(system: System, view: int, size: int, count: int) -> Round:
    """Bare view, bare COPY and Chronos, one after the other, with the same beacons."""
    bodies = beacons.bodies(system.key, size)
    connections = CONNECTIONS if size < 1000 else CONNECTIONS // 10
    bare = await client.send(view, bodies, count, connections)
    copied = await bare_copy.rows_per_second(system.timescaledb, bodies, count)
    before, stored_before = system.cpu_seconds(), await system.stored_beacons()
    began = time.perf_counter()
    load = await client.send(system.port, bodies, count, connections)
    await system.wait_until_stored(stored_before + count)
    seconds = time.perf_counter() - began
    millions = count * size / 1e6
    cpu = {name: (after - before[name]) / millions for name, after in system.cpu_seconds().items()}
    return Round(
        bare.per_second,
        load.per_second,
        load.percentile(0.5),
        load.percentile(0.99),
        copied,
        count * size / seconds,
        cpu,
    )


def median(rounds: list[Round], name: str) -> float:
    """The median of one figure."""
    return statistics.median(getattr(each, name) for each in rounds)


def report(size: int, rounds: list[Round]) -> str:
    """A row of the table."""
    accepted, bare = median(rounds, "accepted"), median(rounds, "bare_view")
    stored, copied = median(rounds, "stored"), median(rounds, "bare_copy")
    cpu = " | ".join(
        f"{statistics.median(each.cpu[part] for each in rounds):.1f}"
        for part in ("worker", "PostgreSQL", "Kafka")
    )
    return (
        f"| {size:,} | {accepted:,.0f} | {accepted * size:,.0f} | {bare:,.0f} | {accepted / bare:.2f} "
        f"| {median(rounds, 'p50'):.0f} / {median(rounds, 'p99'):.0f} "
        f"| {stored:,.0f} | {copied:,.0f} | {stored / copied:.2f} | {cpu} |"
    )


async def run(system: System, view: int, rounds: int, events: int) -> None:
    """All sizes, in rounds, so that a noisy minute does not hit one of them alone."""
    sizes = {10: events // 40, 100: events // 200, 1000: events // 1000}
    found: dict[int, list[Round]] = {size: [] for size in sizes}
    for size in sizes:
        await measure(system, view, size, sizes[size] // 2)  # warm: Kafka compiles itself while it runs
    for _ in range(rounds):
        for size, count in sizes.items():
            found[size].append(await measure(system, view, size, count))
    print(f"One worker, median of {rounds} rounds; end to end: from the first POST to the last row.\n")
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---:|" * len(COLUMNS))
    for size, measured in found.items():
        print(report(size, measured))


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each size (default 3)")
    parser.add_argument("--events", type=int, default=1_000_000, help="events of a round's largest beacons")
    options = parser.parse_args()
    with running_system() as system, bare_view() as view:
        asyncio.run(run(system, view, options.rounds, options.events))


if __name__ == "__main__":
    main()

"""``make bench-faults``: what each fault costs, on three brokers and on one, with one worker each."""

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from bench.faults.faults import ALONE, FAULTS, Fault, Site
from bench.faults.load import Load
from bench.system import CannotMount, embedded
from bench.windows.noise import Noise

DISK_BYTES = 700_000_000
BEFORE = 2.0  # seconds of load before each fault
HEAD = (
    "| fault | healed after, s | longest pause of answers, s | refused, then taken | all stored after, s"
    " | events | lost | twice |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--only", metavar="WORD", help="only faults whose name has this word")
    return parser.parse_args()


async def measure(site: Site, name: str, fault: Fault, key: str) -> tuple[str, bool]:
    """A row of the table, and whether everything is there once; the fault is done under load."""
    async with Load(site.status["web"], key, site.status["timescaledb"]) as load:
        await asyncio.sleep(BEFORE)
        began = time.monotonic()
        await fault(site)
        healed = time.monotonic() - began
        pause = load.longest_pause
    lost, twice = await load.until_stored()
    stored = time.monotonic() - began
    events = load.accepted.total()
    row = f"{healed:.1f} | {pause:.1f} | {load.refused} | {stored:.1f} | {events:,} | {lost} | {twice}"
    return f"| {name} | {row} |", not lost and not twice


async def run(folder: Path, status: dict[str, Any], faults: Mapping[str, Fault]) -> bool:
    """Measure and print; whether nothing was lost or stored twice."""
    site, noise, well = Site(folder, status), Noise(), True
    keys = tomlkit.parse((folder / "chronos.toml").read_text())["write_keys"]
    await site.in_sync()
    for name, fault in faults.items():
        print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr)
        noise.sample()
        row, whole = await measure(site, name, fault, str(keys[0]["key"]))  # type: ignore[index]
        well = well and whole
        print(row, flush=True)
        await forget(status["timescaledb"])
    noise.sample()
    print(f"{noise.report()}", file=sys.stderr)
    return well


async def forget(database: str) -> None:
    """Delete the rows, so that the next fault is compared with its own."""
    import asyncpg

    connection = await asyncpg.connect(database)
    try:
        await connection.execute("delete from raw.pageviews")
    finally:
        await connection.close()


def chosen(faults: Mapping[str, Fault], only: str | None) -> dict[str, Fault]:
    """Those that the command line asks for."""
    return {name: fault for name, fault in faults.items() if only is None or only in name}


def main(only: str | None) -> bool:
    """All of them, first with three brokers; whether nothing was lost or stored twice."""
    print("\n".join(HEAD), flush=True)
    well = True
    for faults, layout in ((FAULTS, {"brokers": 3}), (ALONE, {"disk_bytes": DISK_BYTES})):
        if asked := chosen(faults, only):
            try:
                with embedded(**layout) as (where, found):
                    well = asyncio.run(run(where, found, asked)) and well
            except CannotMount as error:
                print(f"left out, since no disk could be mounted here: {', '.join(asked)} ({error})")
    return well


if __name__ == "__main__":
    sys.exit(not main(options().only))

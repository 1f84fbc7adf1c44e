"""What continuous views cost and save, beside a bare COPY and beside their queries over raw rows."""

import argparse
import asyncio
import statistics

from bench.views.database import running_postgres
from bench.views.feeding import Feeding, Round
from bench.views.reading import Reading, measure_reading


def feeding_table(rounds: list[Round]) -> str:
    """Rows a second of each way, and what part of the bare COPY the views reach."""
    fed, records, binary = (
        statistics.median(getattr(one, name) for one in rounds) for name in ("fed", "records", "binary")
    )
    return "\n".join(
        [
            "| way | rows/s | feed_views / it |",
            "|---|---:|---:|",
            f"| feed_views, all shipped views | {fed:,.0f} | |",
            f"| bare COPY into one table, asyncpg's records | {records:,.0f} | {fed / records:.2f} |",
            f"| bare COPY into a table for each type, encoded before | {binary:,.0f} | {fed / binary:.2f} |",
            "",
            f"Memory of the process after the first round {rounds[0].megabytes:.0f} MB,"
            f" after the last {rounds[-1].megabytes:.0f} MB.",
        ]
    )


def reading_table(readings: list[Reading]) -> str:
    """How long each view takes to read, beside the query that it stands for."""
    lines = ["| view | rows | the view, ms | the query, ms | times faster |", "|---|---:|---:|---:|---:|"]
    for one in readings:
        faster = one.query_ms / one.view_ms
        lines.append(
            f"| `{one.name}` | {one.rows:,} | {one.view_ms:.2f} | {one.query_ms:,.0f} | {faster:,.0f} |"
        )
    return "\n".join(lines)


async def run(url: str, rounds: int, beacons: int, rows: int) -> None:
    """Both tables."""
    feeding = await Feeding.prepare(url, beacons)
    await feeding.round()  # warm
    print(feeding_table([await feeding.round() for _ in range(rounds)]), flush=True)
    readings = await measure_reading(url, rows)
    print(f"\nOver {rows:,} raw rows:\n\n{reading_table(readings)}", flush=True)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.views", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements of the feeding (default 5)")
    parser.add_argument("--beacons", type=int, default=250, help="of 1,000 events, a round (default 250)")
    parser.add_argument("--rows", type=int, default=5_000_000, help="raw rows under the reading")
    options = parser.parse_args()
    with running_postgres() as url:
        asyncio.run(run(url, options.rounds, options.beacons, options.rows))


if __name__ == "__main__":
    main()

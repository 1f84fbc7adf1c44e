"""What a real PipelineDB says of the shipped views, beside what the raw rows say."""

import asyncio
from math import ceil, floor
from pathlib import Path
from typing import Any

import asyncpg

from chronos.views import catalog

FILES = catalog.files(Path("none"))
NEAR = 0.1  # what either may be off by: HyperLogLog's and the sketches' errors
PERCENTILES = {"p50": 0.5, "p75": 0.75, "p95": 0.95}
VALUES = """
select name, date_trunc('day', event_time, 'UTC') as day, array_agg(value order by value) as of_day
from web_vitals group by name, day"""
# Of equal event times a keyed_max of PipelineDB takes what it counted last, one of Chronos the largest.
KEYED = "last_source"
SOURCES = "select message, event_time, array_agg(source) as sources from errors group by message, event_time"


async def rows(url: str, query: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of a query by all columns that are the same whoever computes them."""
    free = {*PERCENTILES, "visitors", KEYED}
    connection = await asyncpg.connect(url, timeout=10)
    try:
        found = [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()
    return {tuple(repr(value) for name, value in row.items() if name not in free): row for row in found}


async def assert_same(pipelinedb: str, database: str, raw: bool = False) -> None:
    """Row by row the PipelineDB says what the views of Chronos say, or the raw rows."""
    tied, measured = await asyncio.gather(rows(database, SOURCES), rows(database, VALUES))
    sources = {(row["message"], row["event_time"]): row["sources"] for row in tied.values()}
    values = {(row["name"], row["day"]): row["of_day"] for row in measured.values()}
    for view in catalog.declared(FILES):
        read = f"select * from {view.name}"
        theirs, ours = await asyncio.gather(
            rows(pipelinedb, read), rows(database, view.exact() if raw else read)
        )
        assert theirs.keys() == ours.keys(), view.name
        for key, row in theirs.items():
            both = (row, ours[key])
            if KEYED in row:
                of_last = sources[row["message"], row["last_seen"]]
                assert {one[KEYED] for one in both} <= set(of_last), (view.name, *both, of_last)
            if row.get("visitors") is not None:
                bound = max(1.0, NEAR * ours[key]["visitors"])
                assert abs(row["visitors"] - ours[key]["visitors"]) <= bound, (view.name, *both)
            for name in PERCENTILES.keys() & row.keys():
                low, high = around(values[row["name"], row["day"]], PERCENTILES[name])
                assert all(low <= one[name] <= high for one in both), (view.name, name, *both, low, high)


def around(ordered: list[float], fraction: float) -> tuple[float, float]:
    """Between what a percentile may be: a t-digest interpolates up to a value further than SQL does."""
    place = fraction * (len(ordered) - 1)
    low, high = max(0, floor(place) - 1), min(len(ordered) - 1, ceil(place) + 1)
    return ordered[low] * (1 - NEAR), ordered[high] * (1 + NEAR)

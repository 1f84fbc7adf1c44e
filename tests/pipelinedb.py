"""What a real PipelineDB says of the shipped views, beside what the raw rows say."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg

from chronos.views import catalog

FILES = catalog.files(Path("none"))
# What either is allowed to be off by: HyperLogLog's and the sketches' errors.
NEAR = {"visitors": 0.1, "p50": 0.1, "p75": 0.1, "p95": 0.1}
# Of equal event times a keyed_max of PipelineDB takes what it counted last, one of Chronos the largest.
KEYED = "last_source"
SOURCES = "select message, event_time, array_agg(source) as sources from errors group by message, event_time"


async def rows(url: str, query: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of a query by all columns that are the same whoever computes them."""
    free = {*NEAR, KEYED}
    connection = await asyncpg.connect(url, timeout=10)
    try:
        found = [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()
    return {tuple(repr(value) for name, value in row.items() if name not in free): row for row in found}


async def assert_same(pipelinedb: str, database: str, raw: bool = False) -> None:
    """Row by row the PipelineDB says what the views of Chronos say, or the raw rows."""
    found = (await rows(database, SOURCES)).values()
    sources = {(row["message"], row["event_time"]): row["sources"] for row in found}
    for view in catalog.declared(FILES):
        read = f"select * from {view.name}"
        theirs, ours = await asyncio.gather(
            rows(pipelinedb, read), rows(database, view.exact() if raw else read)
        )
        assert theirs.keys() == ours.keys(), view.name
        for key, row in theirs.items():
            if KEYED in row:
                tied = sources[row["message"], row["last_seen"]]
                assert {row[KEYED], ours[key][KEYED]} <= set(tied), (view.name, row, ours[key], tied)
            for name, part in NEAR.items():
                if name in row and row[name] is not None:
                    bound = max(1.0, part * abs(ours[key][name]))
                    if name != "visitors":
                        bound = max(bound, 400.0)  # a t-digest of few values interpolates otherwise
                    assert abs(row[name] - ours[key][name]) <= bound, (view.name, row, ours[key])

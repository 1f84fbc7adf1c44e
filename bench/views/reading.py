"""How long a view takes to read, beside the query that it stands for, over many raw rows."""

import statistics
import time
from dataclasses import dataclass

import asyncpg

from bench.views.feeding import TOPIC
from chronos.views import catalog
from chronos.views.filling import Filler

# All that ship, but those of events that are not in the mix.
READ = (
    "active_visitors",
    "events_per_minute_of_arrival",
    "events_per_minute_of_event_time",
    "key_press_count",
    "link_text_counts",
    "mouse_moves_count",
    "node_types_count",
    "outbound_links",
    "pageviews_per_day",
    "pageviews_per_hour",
    "referrers",
    "title_views_count",
    "web_vitals_percentiles",
)


@dataclass(frozen=True)
class Reading:
    """Medians of reading a view and of its query, in milliseconds."""

    name: str
    rows: int
    view_ms: float
    query_ms: float


async def measure_reading(url: str, rows: int) -> list[Reading]:
    """Multiply the raw rows up to ``rows``, fill the views from them, read both."""
    connection = await asyncpg.connect(url, server_settings=catalog.SESSION)
    try:
        await _multiply(connection, rows)
        entries = [catalog.find(await catalog.entries(connection), name) for name in READ]
        for entry in entries:
            await Filler(url, TOPIC).rebuild(entry.compiled)
        await connection.execute("vacuum analyze")
        return [await _read(connection, entry) for entry in entries]
    finally:
        await connection.close()


async def _multiply(connection: asyncpg.Connection, rows: int) -> None:
    tables = [row[0] for row in await connection.fetch("select t::text from raw.tables() t")]
    counts = {table: await connection.fetchval(f"select count(*) from {table}") for table in tables}
    factor = rows / sum(counts.values())
    for table, count in counts.items():
        names = await connection.fetchval(
            "select string_agg(quote_ident(attname), ', ') from pg_attribute"
            " where attrelid = $1::regclass and attnum > 1 and not attisdropped",
            table,
        )
        missing = int(count * factor) - count
        if missing > 0:
            copies = -(-missing // count)
            await connection.execute(
                f"insert into {table} ({names}) select {names} from {table}, generate_series(1, {copies})"
                f" limit {missing}"
            )


async def _read(connection: asyncpg.Connection, entry: catalog.Entry) -> Reading:
    view, query = f"select * from {entry.name}", entry.compiled.exact()
    rows = len(await connection.fetch(view))
    quick = statistics.median([await _milliseconds(connection, view) for _ in range(9)])
    slow = statistics.median([await _milliseconds(connection, query) for _ in range(3)])
    return Reading(entry.name, rows, quick, slow)


async def _milliseconds(connection: asyncpg.Connection, text: str) -> float:
    began = time.perf_counter()
    await connection.fetch(text)
    return (time.perf_counter() - began) * 1000

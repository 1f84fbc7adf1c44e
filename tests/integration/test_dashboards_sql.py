"""Every panel's SQL, run as the reader on the real schema: by hand-reckoned figures, and on random visits."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
import shop
from databases import fresh_database
from kept import feed, store
from macros import Looked
from messages import NOW_MS
from readers import reader
from shop_figures import FIGURES
from visits import URLS, visits

from dashboards.catalog import DASHBOARDS
from dashboards.model import TIME, SqlPanel, statement

PANELS = {
    f"{board.name}/{panel.name}": panel
    for board in DASHBOARDS
    for panel in board.panels
    if isinstance(panel, SqlPanel)
}
BY_PAGE = [f"{board.name}/{panel.name}" for board in DASHBOARDS if board.by_page for panel in board.panels]
AFTERNOON = Looked(shop.START, shop.END, "1h", {"page": "*"})
NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric")
each_panel = pytest.mark.parametrize("name", PANELS)


@pytest.fixture(scope="module")
async def afternoon(services: Any, templates: None) -> AsyncIterator[asyncpg.Connection]:
    """A reader's connection to the database of the shop."""
    async with fresh_database(services.timescaledb, views=True) as url:
        messages = shop.visits()
        await store(url, messages)
        await feed(url, messages)
        await shop.put_aside(url)
        async with reader(url) as connection:
            yield connection


@pytest.fixture(scope="module")
async def crowd(services: Any, templates: None) -> AsyncIterator[asyncpg.Connection]:
    """A reader's connection to a database of random visits, with texts and addresses of all kinds."""
    rng = random.Random(7)
    async with fresh_database(services.timescaledb, views=True) as url:
        for batch in visits(rng, batches=6):
            await store(url, batch)
            await feed(url, batch)
        async with reader(url) as connection:
            yield connection


def plain(value: Any) -> Any:
    """A value as the figures have it: times as seconds from the shop's beginning."""
    if isinstance(value, datetime):
        return value.timestamp() - shop.BASE
    return float(value) if isinstance(value, Decimal) else value


def shown(panel: SqlPanel, row: asyncpg.Record) -> tuple[Any, ...]:
    """What the panel uses of a row, in its order."""
    names = list(panel.columns)
    if panel.kind in ("lines", "stacked"):
        names = ["time", *(["metric"] if "metric" in row else []), *names]
    values = {name: plain(row[name]) for name in names}
    if "time" in values:
        values["time"] -= shop.BASE
    return tuple(values.values())


def test_every_panel_has_figures_but_that_of_the_offsets() -> None:
    assert set(FIGURES) == set(PANELS) - {"pipeline/progress"}


@pytest.mark.parametrize("name", FIGURES)
async def test_a_panel_shows_the_figures_of_the_afternoon(afternoon: asyncpg.Connection, name: str) -> None:
    rows = await afternoon.fetch(AFTERNOON.expanded(statement(name)))
    found = [shown(PANELS[name], row) for row in rows]
    order = (lambda row: [str(part) for part in row]) if name.endswith("over_time") else None
    expected = sorted(FIGURES[name], key=order) if order else FIGURES[name]
    found = sorted(found, key=order) if order else found
    assert [len(row) for row in found] == [len(row) for row in expected]
    for row, figures in zip(found, expected, strict=True):
        assert row == tuple(pytest.approx(one) if isinstance(one, float) else one for one in figures), (
            found,
            expected,
        )


async def test_the_progress_of_the_sinks_is_that_of_the_ledger(afternoon: asyncpg.Connection) -> None:
    rows = await afternoon.fetch(AFTERNOON.expanded(statement("pipeline/progress")))
    assert [(row["sink"], row["topic"], row["partition"], row["next_offset"]) for row in rows] == [
        ("feed_views", "events", 0, 6),
        ("keep_dead_letters", "dead_letters", 0, 3),
        ("store_events", "events", 0, 6),
    ]
    assert all(abs(datetime.now(UTC) - row["updated"]) < timedelta(minutes=10) for row in rows)


@each_panel
async def test_a_panel_has_the_columns_that_it_uses(afternoon: asyncpg.Connection, name: str) -> None:
    panel = PANELS[name]
    prepared = await afternoon.prepare(AFTERNOON.expanded(statement(name)))
    types = {column.name: column.type.name for column in prepared.get_attributes()}
    if panel.kind in ("lines", "stacked"):
        # By these names, and as the first column, Grafana makes series of rows.
        assert next(iter(types)) == "time"
        assert set(types) == {"time", *panel.columns} | ({"metric"} if "value" in types else set())
        assert types.get("metric", "text") == "text"
    else:
        assert list(types) == list(panel.columns)
    for column, unit in panel.columns.items():
        if unit:
            assert types[column] in (("timestamptz",) if unit == TIME else NUMBERS), column


@each_panel
async def test_a_panel_is_empty_where_nothing_happened(afternoon: asyncpg.Connection, name: str) -> None:
    before = datetime(2020, 1, 1, tzinfo=UTC)
    looked = Looked(before, before + timedelta(days=1), "1h", {"page": "*"})
    rows = await afternoon.fetch(looked.expanded(statement(name)))
    if PANELS[name].kind == "number" and name != "overview/visitors_now":
        assert [set(row.values()) <= {0, None} for row in rows] == [True]
    elif name not in ("overview/visitors_now", "pipeline/progress"):
        assert rows == []


@pytest.mark.parametrize("name", BY_PAGE)
async def test_a_panel_can_be_about_one_page(afternoon: asyncpg.Connection, name: str) -> None:
    pages = [shop.HOME, shop.CART, shop.PRODUCT, "https://shop.example/it's-not-there"]
    looks = [Looked(shop.START, shop.END, "1h", {"page": page}) for page in pages]
    found = [await afternoon.fetch(looked.expanded(statement(name))) for looked in looks]
    every = await afternoon.fetch(AFTERNOON.expanded(statement(name)))
    counted = next(column for column, unit in PANELS[name].columns.items() if unit)
    sums = [sum(row[counted] for row in rows) for rows in found]
    assert sums[3] == 0
    total = sum(row[counted] for row in every)
    # One visitor is counted on each page.
    assert sum(sums) >= total > 0 if counted == "visitors" else sum(sums) == total > 0


async def test_the_pages_to_choose_from(afternoon: asyncpg.Connection) -> None:
    rows = await afternoon.fetch(AFTERNOON.expanded(statement("variables/pages")))
    assert [tuple(row.values()) for row in rows] == [
        ("All pages", "*"),
        *((page, page) for page in (shop.HOME, shop.CART, shop.PRODUCT)),
    ]
    assert list(rows[0].keys()) == ["__text", "__value"]


@pytest.mark.parametrize("page", ["*", *(url.partition("?")[0] for url in URLS[:1])])
@each_panel
async def test_a_panel_stands_whatever_pages_send(crowd: asyncpg.Connection, name: str, page: str) -> None:
    end = datetime.fromtimestamp(NOW_MS / 1000, UTC)
    looked = Looked(end - timedelta(days=3), end, "15m", {"page": page})
    rows = await crowd.fetch(looked.expanded(statement(name)))
    assert rows or name in ("clicks/downloads", "pipeline/dead_letters") or name.startswith("sessions/"), name

"""The tables of event types of others: applied once, behind ours, and held to what their Records say."""

import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from messages import beacon, fetch, raw_events, write

from chronos import migrations
from chronos.errors import MigrationError
from chronos.extensions import derived_sql, events
from chronos.models.events import BUILT_IN, EVENT_TYPES
from chronos.settings import Settings, load

RECORD = """
from collections.abc import Mapping
from typing import Any
from chronos.models.events import Event

class Purchase(Event):
    wire_name = "purchases"

    product: str | None
    price: float
    amount: int
    paid: bool
    items: Mapping[str, Any]
    tags: list[str]
    client_time: float
    coupon: str | None = None
"""
NOW_MS = 1_770_000_000_000


@pytest.fixture
def purchases(tmp_path: Path) -> Iterator[Path]:
    """A type beside chronos.toml, whose first file is what is derived; gives the folder of its SQL."""
    (tmp_path / "own_purchases.py").write_text(RECORD)
    (tmp_path / "chronos.toml").write_text('[app]\nevents = ["own_purchases:Purchase"]')
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "001.sql").write_text("create table raw.purchases (); -- so that it is found")
    before = list(sys.path)
    events.load(load())
    (folder / "001.sql").write_text(derived_sql.event_type(EVENT_TYPES["purchases"]))
    yield folder
    sys.path[:] = before
    del sys.modules["own_purchases"]
    for name in [name for name in EVENT_TYPES if name not in BUILT_IN]:
        del EVENT_TYPES[name]


async def test_what_is_derived_takes_every_kind_of_field(database: str, purchases: Path) -> None:
    assert await migrations.migrate(database, Settings.model_construct()) == ["own_purchases/001.sql"]
    assert await migrations.migrate(database, Settings.model_construct()) == []
    sink = raw_events(database)
    good = ["purchases", None, 9.5, -3, True, {"a": [1, None]}, ["x", "ä"], NOW_MS, "CODE"]
    await write(sink, [beacon(0, good, good[:-1], ["purchases", "no"], time_ms=NOW_MS)])
    await sink.close()
    rows = await fetch(database, "select product, price, amount, paid, items, tags, coupon from purchases")
    assert sorted(map(tuple, rows), key=str) == [
        (None, 9.5, -3, True, '{"a": [1, null]}', '["x", "ä"]', "CODE"),
        (None, 9.5, -3, True, '{"a": [1, null]}', '["x", "ä"]', None),
    ]


async def test_a_worker_applies_what_is_missing(database: str, purchases: Path) -> None:
    await migrations.ensure(database, Settings.model_construct())
    assert await fetch(database, "select * from purchases") == []


async def test_a_file_that_was_changed_after_it_was_applied_is_refused(
    database: str, purchases: Path
) -> None:
    await migrations.migrate(database, Settings.model_construct())
    (purchases / "001.sql").write_text((purchases / "001.sql").read_text() + "-- more")
    with pytest.raises(MigrationError, match=r"own_purchases/001\.sql was changed after it was applied"):
        await migrations.migrate(database, Settings.model_construct())


@pytest.mark.parametrize("change", [migrations.migrate, migrations.ensure])
async def test_a_column_that_the_record_has_and_the_table_has_not_is_named(
    database: str, purchases: Path, change: object
) -> None:
    text = (purchases / "001.sql").read_text()
    (purchases / "001.sql").write_text(
        text.replace("    amount integer not null,\n", "").replace(" e.amount,", "")
    )
    for _ in range(2):
        with pytest.raises(MigrationError, match=r"raw\.purchases lacks amount, which own_purchases"):
            await change(database, Settings.model_construct())  # type: ignore[operator]
    added = "alter table raw.purchases add column amount integer; create or replace view purchases as "
    (purchases / "002.sql").write_text(
        f"{added} select e.id, e.product, e.price, e.paid, e.items, e.tags, e.coupon, e.time, e.client_time,"
        " e.event_time, m.data as metadata, e.amount"
        " from raw.purchases e join metadata m on m.id = e.metadata_id;"
    )
    await change(database, Settings.model_construct())  # type: ignore[operator]
    assert await fetch(database, "select amount from purchases") == []


async def test_sql_that_fails_is_undone_and_said(database: str, purchases: Path) -> None:
    (purchases / "002.sql").write_text("create table raw.more (id integer); select no_such_thing;")
    with pytest.raises(MigrationError, match="no_such_thing"):
        await migrations.migrate(database, Settings.model_construct())
    with pytest.raises(asyncpg.UndefinedTableError):
        await fetch(database, "select * from raw.more")

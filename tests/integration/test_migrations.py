"""Migrations on a real database: once, however often and by however many they are run."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from databases import execute
from messages import beacon, fetch, press, raw_events, value, write

from chronos import migrations
from chronos.errors import MigrationError
from chronos.models.events import EVENT_TYPES
from chronos.settings import Settings
from chronos.settings.sections import TimescaleDB

CATALOG = {
    "columns": "select table_schema, table_name, column_name, data_type, is_nullable, is_identity"
    " from information_schema.columns where table_schema in ('public', 'raw')"
    " and table_name in (select relname from pg_class where relkind in ('r', 'v'))",
    "indexes": "select schemaname, tablename, indexdef from pg_indexes where schemaname in ('public', 'raw')",
    "views": "select schemaname, viewname, definition from pg_views where schemaname in ('public', 'raw')",
    "functions": "select p.proname, pg_get_functiondef(p.oid) from pg_proc p"
    " where p.pronamespace = 'raw'::regnamespace",
}
SQL_TYPES = {str: "text", int: "integer", float: "double precision", bool: "boolean"}


def settings(**timescaledb: Any) -> Settings:
    return Settings.model_construct(timescaledb=TimescaleDB(**timescaledb))


async def has_timescaledb(url: str) -> bool:
    return bool(await value(url, "select raw.has_timescaledb()"))


async def catalog(url: str) -> dict[str, set[tuple[Any, ...]]]:
    """All that the migrations make, as PostgreSQL tells it."""
    found = {name: {tuple(row) for row in await fetch(url, query)} for name, query in CATALOG.items()}
    own = {row for row in found["columns"] if row[1] != "migrations"}
    return found | {"columns": own, "indexes": {row for row in found["indexes"] if row[1] != "migrations"}}


async def test_migrate_again_changes_nothing(empty_database: str) -> None:
    names = [path.name for path in migrations.files()]
    assert await migrations.migrate(empty_database, settings()) == names
    before = await catalog(empty_database)
    assert await migrations.migrate(empty_database, settings()) == []
    await migrations.ensure(empty_database, settings())
    assert await catalog(empty_database) == before
    assert [
        row["name"] for row in await fetch(empty_database, "select name from migrations order by 1")
    ] == names


async def test_ten_at_once_apply_each_file_once(empty_database: str) -> None:
    async with asyncio.timeout(60):
        applied = await asyncio.gather(
            *(migrations.migrate(empty_database, settings()) for _ in range(5)),
            *(migrations.ensure(empty_database, settings()) for _ in range(5)),
        )
    names = [name for one in applied if one for name in one]
    assert sorted(names) in ([], sorted(path.name for path in migrations.files()))
    assert await value(empty_database, "select count(*) from migrations") == len(migrations.files())


async def test_the_schema_is_what_the_files_say(empty_database: str, database: str) -> None:
    connection = await asyncpg.connect(empty_database, timeout=10)
    try:
        if await has_timescaledb(database):
            await connection.execute("create extension timescaledb")
        for path in migrations.files():
            await connection.execute(path.read_text())
        await connection.execute("select raw.apply_policies('1 day', '7 days', '0')")
    finally:
        await connection.close()
    assert await catalog(database) == await catalog(empty_database)


async def test_tables_and_views_have_the_fields_of_the_records(database: str) -> None:
    rows = await fetch(database, CATALOG["columns"])
    types = {(row["table_schema"], row["table_name"], row["column_name"]): row["data_type"] for row in rows}
    for name, event in EVENT_TYPES.items():
        for column in event.columns():
            kind = event.wire_fields()[column]
            expected = SQL_TYPES.get(kind, "text" if "str | None" in str(kind) else "jsonb")
            assert types["raw", name, column] == types["public", name, column] == expected
        for column in ("time", "client_time", "event_time"):
            assert types["public", name, column] == "timestamp with time zone"
        assert types["public", name, "metadata"] == "jsonb"


async def test_a_file_that_was_changed_is_refused(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "timescaledb"
    folder.mkdir()
    for path in migrations.files():
        (folder / path.name).write_text(path.read_text())
    monkeypatch.setattr("chronos.resources.sql", lambda name: tmp_path / name)
    await migrations.migrate(empty_database, settings())
    changed = folder / migrations.files()[-1].name
    changed.write_text(changed.read_text() + "\n-- changed\n")
    with pytest.raises(MigrationError, match=f"{changed.name} was changed after it was applied"):
        await migrations.migrate(empty_database, settings())


async def test_a_file_that_fails_leaves_nothing_and_is_tried_again(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "timescaledb"
    folder.mkdir()
    for path in migrations.files():
        (folder / path.name).write_text(path.read_text())
    last = folder / "999_last.sql"
    last.write_text("create table half (a int); select 1 / 0;")
    monkeypatch.setattr("chronos.resources.sql", lambda name: tmp_path / name)
    with pytest.raises(MigrationError, match=r"999_last.sql, line 1 \(`select 1 / 0`\): division by zero"):
        await migrations.migrate(empty_database, settings())
    done = await value(empty_database, "select count(*) from migrations")
    assert done == len(migrations.files()) - 1
    assert [one.name for one in await migrations.plan(empty_database)] == ["999_last.sql"]
    assert await value(empty_database, "select to_regclass('half')") is None
    last.write_text("create table half (a int);")
    assert await migrations.migrate(empty_database, settings()) == ["999_last.sql"]


async def test_policies_follow_the_settings(empty_database: str) -> None:
    await migrations.migrate(empty_database, settings())
    if not await has_timescaledb(empty_database):
        pytest.skip("this PostgreSQL has no timescaledb extension")
    jobs = (
        "select hypertable_name, config->>$1 from timescaledb_information.jobs"
        " where proc_name = $2 and hypertable_schema = 'raw'"
    )

    async def policy(procedure: str, key: str) -> set[tuple[str, str]]:
        return {tuple(row) for row in await fetch(empty_database, jobs, key, procedure)}

    assert await policy("policy_compression", "compress_after") == {(name, "7 days") for name in EVENT_TYPES}
    assert await policy("policy_retention", "drop_after") == set()
    changed = settings(compress_after_days=0, retention_days=90, chunk_hours=6)
    await migrations.migrate(empty_database, changed)
    assert await policy("policy_compression", "compress_after") == set()
    assert await policy("policy_retention", "drop_after") == {(name, "90 days") for name in EVENT_TYPES}
    rows = await fetch(
        empty_database,
        "select hypertable_name, column_name, time_interval from timescaledb_information.dimensions"
        " where hypertable_schema = 'raw'",
    )
    assert {tuple(row) for row in rows} == {(name, "event_time", timedelta(hours=6)) for name in EVENT_TYPES}


async def test_tables_are_plain_where_the_extension_is_missing(database: str) -> None:
    if await has_timescaledb(database):
        pytest.skip("this PostgreSQL has the timescaledb extension")
    kinds = await fetch(
        database,
        "select relname, relkind::text from pg_class where relnamespace = 'raw'::regnamespace"
        " and relkind in ('r', 'p')",
    )
    assert {tuple(row) for row in kinds} == {(name, "r") for name in EVENT_TYPES}


async def test_old_events_of_plain_tables_are_deleted_by_their_age(database: str) -> None:
    if await has_timescaledb(database):
        pytest.skip("a retention policy does that")
    await execute(
        database,
        "insert into raw.key_presses (time, client_time, event_time, metadata_id, key)"
        " select now(), now(), now() - n * interval '1 day', gen_random_uuid(), n::text"
        " from generate_series(1, 9) n",
    )
    assert await value(database, "select raw.delete_older_than('5 days 12 hours')") == 4
    rows = await fetch(database, "select key from raw.key_presses order by 1")
    assert [row[0] for row in rows] == list("12345")


async def test_a_database_that_is_away_is_one_readable_error() -> None:
    with pytest.raises(MigrationError, match=r"127\.0\.0\.1:1/none was not migrated"):
        await migrations.migrate("postgresql://someone:secret@127.0.0.1:1/none", settings())


async def test_a_database_with_events_that_lacks_the_newest_file_gets_it_and_keeps_them(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    *before, newest = migrations.files()
    monkeypatch.setattr(migrations, "files", lambda: before)
    assert newest.name not in await migrations.migrate(empty_database, settings())
    sink = raw_events(empty_database)
    await write(sink, [beacon(0, press("a"), press("b"))])
    await sink.close()
    monkeypatch.undo()
    assert await migrations.migrate(empty_database, settings()) == [newest.name]
    rows = await fetch(empty_database, "select key from key_presses order by 1")
    assert [row["key"] for row in rows] == ["a", "b"]

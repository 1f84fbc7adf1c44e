"""The role that reads for dashboards: it may read what they show, and nothing else."""

import secrets
from pathlib import Path

import asyncpg
import pytest
from databases import execute
from messages import fetch, value
from readers import PASSWORD, as_role, named_reader, reader

from chronos.dashboards import role
from chronos.dashboards.errors import ReaderError, UnfitPassword
from chronos.models.events import EVENT_TYPES
from chronos.views import catalog
from chronos.views.filling import Filler

SHIPPED = catalog.declared(catalog.files(Path("none")))
EVERY_RELATION = (
    "select n.nspname, c.oid::regclass::text as name from pg_class c"
    " join pg_namespace n on n.oid = c.relnamespace"
    " where c.relkind in ('r', 'v', 'p', 'm') and n.nspname in ('public', 'raw', 'views')"
    " and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"
)
LETTER = ("id", "time", "project", "beacon_id", "index", "reason")


async def test_it_reads_the_views_and_nothing_else(shipped: str) -> None:
    async with reader(shipped) as connection:
        readable = set()
        for row in await fetch(shipped, EVERY_RELATION):
            try:
                await connection.fetch(f"select * from {row['name']} limit 1")
            except asyncpg.InsufficientPrivilegeError:
                continue
            readable.add(row["name"])
    assert readable == {*EVENT_TYPES, *(view.name for view in SHIPPED), "watermarks"}


async def test_of_dead_letters_it_reads_all_but_the_text(database: str) -> None:
    async with reader(database) as connection:
        await connection.fetch(f"select {', '.join(LETTER)} from dead_letters")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select event from dead_letters")


@pytest.mark.parametrize(
    "statement",
    [
        "insert into watermarks values ('s', 't', 0, 1)",
        "update watermarks set next_offset = 0",
        "delete from dead_letters",
        "create table mine (a int)",
        "create schema mine",
        "create role other",
        "drop view clicks",
        "select pg_read_file('/etc/passwd')",
        "copy clicks to program 'true'",
        "select secret from worker_secret",
        "select * from raw.clicks",
        "select rolpassword from pg_authid",
    ],
)
async def test_it_may_not(database: str, statement: str) -> None:
    async with reader(database) as connection:
        # As one who has overcome the setting.
        await connection.execute("set default_transaction_read_only = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_it_reads_only_and_in_bounded_time(database: str) -> None:
    async with reader(database) as connection:
        shown = {name: await connection.fetchval(f"show {name}") for name in role.SESSION}
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("create temporary table mine (a int)")
    assert shown == role.SESSION | {
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "1min",
    }


async def test_made_again_it_has_the_new_password_and_the_same_rights(database: str) -> None:
    async with named_reader(database) as name:
        first = await role.make(database, name, PASSWORD)
        again = await role.make(database, name, "another-password-for-tests")
        assert (first.is_new, again.is_new) == (False, False)
        assert again.relations == first.relations == len(EVENT_TYPES) + 2
        assert again.excess == []
        stored = await value(database, "select rolpassword from pg_authid where rolname = $1", name)
        assert stored.startswith("SCRAM-SHA-256$4096:")
        connection = await asyncpg.connect(as_role(database, name, "another-password-for-tests"))
        await connection.close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(as_role(database, name, PASSWORD))


async def test_it_reads_a_view_that_comes_later_or_comes_back(shipped: str) -> None:
    view = next(view for view in SHIPPED if view.name == "pageviews_per_day")
    async with named_reader(shipped) as name:
        [entry] = [one for one in await Filler(shipped, "events").known() if one.name == view.name]
        connection = await asyncpg.connect(shipped)
        await catalog.drop(connection, entry)
        await connection.close()
        await Filler(shipped, "events").rebuild(view)
        assert await readable(shipped, name, view.name)
        await execute(shipped, f"drop view {view.name}")
        await Filler(shipped, "events").install([view])
        assert await readable(shipped, name, view.name)


async def readable(url: str, name: str, relation: str) -> bool:
    return bool(await value(url, "select has_table_privilege($1::name, $2::text, 'select')", name, relation))


async def test_what_it_may_do_beyond_that_is_told(database: str) -> None:
    async with named_reader(database) as name:
        await execute(
            database,
            f"grant select on worker_secret to {name}",
            f"grant delete on watermarks to {name}",
            f"grant create on schema public to {name}",
        )
        made = await role.make(database, name, PASSWORD)
        assert sorted(made.excess) == [
            "it may create tables in schema public",
            "it may delete watermarks",
            "it may select worker_secret",
        ]


async def test_a_database_that_was_not_migrated_is_one_readable_error(empty_database: str) -> None:
    name = f"reader_{secrets.token_hex(4)}"
    with pytest.raises(ReaderError, match="`chronos migrate` does that"):
        await role.make(empty_database, name, PASSWORD)
    assert await fetch(empty_database, "select from pg_roles where rolname = $1", name) == []


async def test_one_who_may_make_no_roles_is_told_so(database: str) -> None:
    async with named_reader(database) as name:
        own = database.rpartition("/")[2]
        await execute(
            database,
            f"grant select on readers to {name}",
            f"alter role {name} in database {own} reset default_transaction_read_only",
        )
        with pytest.raises(ReaderError, match="have somebody do it who may make roles"):
            await role.make(as_role(database, name), "someone_new", PASSWORD)


async def test_the_user_that_writes_is_not_made_a_reader(database: str) -> None:
    user = await value(database, "select current_user")
    with pytest.raises(ReaderError, match="this is the user that writes there"):
        await role.make(database, user, PASSWORD)


async def test_a_database_that_is_away_is_one_readable_error() -> None:
    with pytest.raises(ReaderError, match=r"in 127\.0\.0\.1:1/none: ") as caught:
        await role.make("postgresql://someone:secret@127.0.0.1:1/none", "r", PASSWORD)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("password", ["", "short", "with blanks in it", "Zażółć gęślą jaźń", "x" * 201])
async def test_a_password_that_will_not_do_is_refused(password: str) -> None:
    with pytest.raises(UnfitPassword):
        await role.make("postgresql://someone@127.0.0.1:1/none", "r", password)

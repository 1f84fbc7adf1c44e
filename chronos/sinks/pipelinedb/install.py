"""Makes streams, watermarks and continuous views in a PipelineDB, and checks what exactness needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from chronos import resources
from chronos.database.address import shown
from chronos.database.refusals import AWAY
from chronos.errors import PipelineDBError
from chronos.extensions import derived_sql
from chronos.models.events import BUILT_IN, EVENT_TYPES, EVENTS
from chronos.views import declaration, risks
from chronos.views.declaration import Declaration
from chronos.views.streams import streams

# With more than one of each, a crash loses more than a suffix of a stream, and no watermark tells what.
NEEDED = {
    "pipelinedb.num_workers": "1",
    "pipelinedb.num_combiners": "1",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
LOCK = 0x4348524F4E4F53


@dataclass
class Installed:
    """What was made, and what a person should know."""

    made: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def declared(paths: Iterable[Path]) -> list[Declaration]:
    """Read the views of files; raise UnsupportedView, for what would crash PipelineDB, too."""
    views = [declaration.read(path) for path in paths]
    names: dict[str, Declaration] = {}
    for view in views:
        risks.check(view)
        if view.name in names:
            raise view.refuse(None, f"there is a view {view.name} already, in {names[view.name].file}")
        names[view.name] = view
        if view.stream not in streams():
            raise view.refuse(
                view.select, f"there is no stream {view.stream}: known are {', '.join(streams())}"
            )
    return views


async def install(url: str, views: Sequence[Declaration]) -> Installed:
    """Make what is missing in the database at ``url``; raise PipelineDBError, which says what is wrong."""
    try:
        connection = await asyncpg.connect(url, timeout=10, server_settings={"TimeZone": "UTC"})
    except AWAY as error:
        raise PipelineDBError(address=shown(url), reason=str(error) or repr(error)) from error
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        return await _install(connection, views)
    except AWAY as error:
        raise PipelineDBError(address=shown(url), reason=str(error) or repr(error)) from error
    except _Unfit as error:
        raise PipelineDBError(address=shown(url), reason=str(error)) from error
    finally:
        connection.terminate()


async def _install(connection: asyncpg.Connection, views: Sequence[Declaration]) -> Installed:
    found = Installed()
    await _check(connection)
    await connection.execute("create extension if not exists pipelinedb")
    name = await connection.fetchval("select quote_ident(current_database())")
    await connection.execute(f"alter database {name} set timezone = 'UTC'")
    await connection.execute(_sql("base.sql"))
    for stream in streams():
        await _make(connection, found, stream, _stream(stream))
        watermark = _sql("watermark.sql").replace("{stream}", stream)
        await _make(connection, found, f"{stream}_watermark", watermark)
    for view in views:
        await _make_view(connection, found, view)
    known = {row[0] for row in await connection.fetch("select name from chronos_views")}
    for gone in sorted(known - {view.name for view in views}):
        found.remarks.append(f"view {gone} has no file any more; `drop view {gone}` in PipelineDB ends it")
    return found


async def _check(connection: asyncpg.Connection) -> None:
    available = await connection.fetchval("select 1 from pg_available_extensions where name = 'pipelinedb'")
    if not available:
        raise _Unfit("it has no extension pipelinedb, which PostgreSQL 10 and 11 only can have")
    wrong = []
    for setting, value in NEEDED.items():
        there = await connection.fetchval("select current_setting($1, true)", setting)
        if there is None:
            raise _Unfit("set shared_preload_libraries = 'pipelinedb' in its postgresql.conf, and restart it")
        if there != value:
            wrong.append(f"{setting} = {value} (it is {there})")
    if wrong:
        raise _Unfit(f"to count exactly it needs, in postgresql.conf: {', '.join(wrong)}; then restart it")


async def _make(connection: asyncpg.Connection, found: Installed, name: str, text: str) -> None:
    if await connection.fetchval("select to_regclass('public.' || quote_ident($1))", name) is None:
        await connection.execute(text)
        found.made.append(name)


async def _make_view(connection: asyncpg.Connection, found: Installed, view: Declaration) -> None:
    there = await connection.fetchval("select to_regclass('public.' || quote_ident($1))", view.name)
    known = await connection.fetchval("select definition from chronos_views where name = $1", view.name)
    if there is not None:
        if known != view.text:
            found.remarks.append(
                f"view {view.name} is not as {view.file} has it; to begin it anew: `drop view {view.name}`"
            )
        return
    await connection.execute(view.text)
    about = await connection.fetchval("select quote_literal($1::text)", view.about)
    await connection.execute(f"comment on view {view.name} is {about}")
    await connection.execute("delete from chronos_views where name = $1", view.name)
    await connection.execute("insert into chronos_views values ($1, $2)", view.name, view.text)
    found.made.append(view.name)


def _stream(name: str) -> str:
    if name in BUILT_IN or name == EVENTS:
        return _sql(f"streams/{name}.sql")
    return derived_sql.stream(EVENT_TYPES[name])


def _sql(name: str) -> str:
    return resources.sql(f"pipelinedb/{name}").read_text()


class _Unfit(Exception):
    """The server cannot be used as it is."""

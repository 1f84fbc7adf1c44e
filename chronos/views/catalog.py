"""Which continuous views Chronos keeps: table `views.catalog`, and the files that declare them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import asyncpg

from chronos import resources
from chronos.database.queries import query
from chronos.errors import UnknownView, UnsupportedView, ViewInUse
from chronos.extensions.views import files as installed_files
from chronos.views import declaration
from chronos.views.compiled import FILL, NEXT, Compiled, compile_view

LIVE, FILLING, DROPPED = "live", "filling", "dropped"
# What the text of a value, and with it the hash of a group, depends on; jit costs more than a batch does.
SESSION = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "jit": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
}
LOCK_TIMEOUT = "5s"  # for a lock behind which all who read or feed a view would wait
FEEDERS = 0x5649455753  # "VIEWS"


@dataclass(frozen=True)
class Entry:
    """A view as the database knows it; ``next_definition`` is what is being filled.

    ``missed`` says that something that was stored was not fed to it; ``is_there`` is whether there is a view
    of that name, which others may have dropped.
    """

    name: str
    about: str
    file: str
    definition: str
    fingerprint: str
    next_definition: str | None
    state: str
    missed: bool
    is_there: bool

    @property
    def compiled(self) -> Compiled:
        """The view that is read."""
        return compiled(self.definition, self.file)


@lru_cache(maxsize=1000)
def compiled(text: str, file: str) -> Compiled:
    """Compile the text of a view; raise UnsupportedView, whatever is in it."""
    try:
        return compile_view(declaration.parse(text, file))
    except UnsupportedView:
        raise
    except Exception as error:
        # Nested too deeply, say: whatever the parser meets there, it is about this file.
        reason = f"it cannot be read: {type(error).__name__} {error}".strip()
        raise UnsupportedView(file=file, line=1, reason=reason) from error


def files(own: Path) -> list[Path]:
    """The files of the views that ship, of installed packages, and in the user's folder ``own``, if any.

    Raises ConfigurationError where an installed package names views that it does not have.
    """
    ours = sorted(resources.sql("pipelinedb/views").glob("*.sql"))
    return [*ours, *installed_files(), *sorted(own.glob("*.sql"))]


def declared(paths: Iterable[Path]) -> list[Compiled]:
    """Compile the views of files; raise UnsupportedView, for a name that is declared twice, too."""
    views, wrong = readable(paths)
    for error in wrong:
        raise error
    return views


def readable(paths: Iterable[Path]) -> tuple[list[Compiled], list[UnsupportedView]]:
    """Compile the views of files, as far as that goes, and say what is wrong with the others."""
    found: dict[str, Compiled] = {}
    wrong = []
    for path in paths:
        try:
            view = compiled(_text(path), str(path))
            if view.name in found:
                other = found[view.name].declaration.file
                raise view.declaration.refuse(None, f"there is a view {view.name} already, in {other}")
        except UnsupportedView as error:
            wrong.append(error)
        else:
            found[view.name] = view
    return list(found.values()), wrong


async def as_feeder(connection: asyncpg.Connection) -> None:
    """Let nothing change what is fed until the transaction ends; others may feed meanwhile."""
    await connection.execute("select pg_advisory_xact_lock_shared($1)", FEEDERS)


async def without_feeders(connection: asyncpg.Connection) -> None:
    """Wait until nobody feeds, and let nobody begin until the transaction ends, which changes what is fed."""
    await connection.execute("select pg_advisory_xact_lock($1)", FEEDERS)


async def entries(connection: asyncpg.Connection) -> list[Entry]:
    """All views that the database knows, by name; none where it has no catalog yet."""
    if await connection.fetchval("select to_regclass('views.catalog')") is None:
        return []
    return [Entry(**row) for row in await connection.fetch(query("views"))]


def compilable(known: Iterable[Entry]) -> tuple[list[Compiled], dict[str, UnsupportedView]]:
    """The views of entries, and by name why this version refuses one that another version of Chronos took."""
    views, wrong = [], {}
    for entry in known:
        try:
            views.append(entry.compiled)
        except UnsupportedView as error:
            wrong[entry.name] = error
    return views, wrong


def find(known: Sequence[Entry], name: str) -> Entry:
    """The view of that name; raise UnknownView."""
    for entry in known:
        if entry.name == name:
            return entry
    raise UnknownView(name=name, known=", ".join(entry.name for entry in known) or "none")


async def drop(connection: asyncpg.Connection, entry: Entry, forget: bool = False) -> None:
    """Delete a view with all that is kept of it; it stays dropped until it is rebuilt, or is forgotten.

    Raises ViewInUse where something in the database needs it.
    """
    async with connection.transaction():
        await connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            await without_feeders(connection)
            await connection.execute(f"drop view if exists public.{entry.name}")
        except asyncpg.DependentObjectsStillExistError as error:
            raise ViewInUse(name=entry.name, reason=error.detail) from error
        except asyncpg.LockNotAvailableError as error:
            raise ViewInUse(name=entry.name, reason="a transaction that reads it has not ended") from error
        for suffix in ("", NEXT, FILL):
            await remove_tables(connection, entry.name, suffix)
        await connection.execute(query("forget_view") if forget else query("drop_view"), entry.name)


async def expire(connection: asyncpg.Connection) -> None:
    """Delete what is past the window or the time to live of each view."""
    live = [entry for entry in await entries(connection) if entry.state == LIVE]
    for view in compilable(live)[0]:
        async with connection.transaction():
            await as_feeder(connection)
            for statement in view.expire():
                await connection.execute(statement)


async def remove_tables(connection: asyncpg.Connection, name: str, suffix: str = "") -> None:
    """Delete the tables of a view, whatever it was when they were made."""
    for row in await connection.fetch(query("tables_of_view"), name, suffix):
        await connection.execute(f'drop table views."{row["name"]}"')


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        if "\0" in text:
            raise UnsupportedView(file=path, line=1, reason="there is a NUL character in it")
        return text
    except (OSError, UnicodeDecodeError) as error:
        raise UnsupportedView(file=path, line=1, reason=f"the file cannot be read: {error}") from error

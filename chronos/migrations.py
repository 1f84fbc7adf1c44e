"""Brings a database to the schema in ``sql/timescaledb``, once, however many start at the same time.

Behind ours come those of the event types of others, which are called ``package/file.sql``.
"""

import hashlib
import inspect
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg

from chronos import resources
from chronos.database.address import shown
from chronos.database.queries import query
from chronos.database.statements import statements
from chronos.errors import MigrationError
from chronos.models.events import BUILT_IN, EVENT_TYPES, Event
from chronos.settings import Settings

log = logging.getLogger(__name__)

POLICY_ATTEMPTS = 10
LOCK = 0x4348524F4E4F53  # "CHRONOS": the advisory lock that all migrations take


@dataclass(frozen=True)
class Migration:
    """A file, under the name by which the database knows it, and what is in it."""

    name: str
    path: Path
    text: str

    @property
    def checksum(self) -> str:
        """By it a file is known that was changed after it was applied."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def about(self) -> str:
        """The first line of the comment at its top."""
        return self.text.partition("\n")[0].removeprefix("--").strip()


async def migrate(url: str, settings: Settings) -> list[str]:
    """Apply what is not applied yet, and the settings' policies; return the names of what was applied.

    Raises MigrationError where the database is not to be reached, refuses, or has another history.
    """
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise MigrationError(address=shown(url), reason=str(error) or repr(error)) from error
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        applied = await _apply_all(connection, shown(url))
        await _apply_policies(connection, settings)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise MigrationError(address=shown(url), reason=str(error) or repr(error)) from error
    finally:
        connection.terminate()
    return applied


async def plan(url: str) -> list[Migration]:
    """What `migrate` would apply now, in its order; changes nothing. Raises like `migrate`."""
    address = shown(url)
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            return _pending(await _applied(connection), address)
        finally:
            await connection.close(timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise MigrationError(address=address, reason=str(error) or repr(error)) from error


async def ensure(url: str, settings: Settings) -> None:
    """Migrate where something is missing; where nothing is, only read, which needs no right to change.

    Raises MigrationError like `migrate`, and what asyncpg raises where the database is not to be reached.
    """
    connection = await asyncpg.connect(url, timeout=10)
    try:
        done = await _applied(connection)
        is_missing = any(name not in done for name, _ in named_files())
        if not is_missing:
            await _check_own(connection, shown(url))
    finally:
        await connection.close(timeout=10)
    if is_missing:
        await migrate(url, settings)


def files() -> list[Path]:
    """The migrations of ours, in their order."""
    return sorted(resources.sql("timescaledb").glob("*.sql"))


def named_files() -> list[tuple[str, Path]]:
    """All migrations in their order, under the names that table `migrations` has for them."""
    found = {path.name: path for path in files()}
    for event in _own():
        package = event.__module__.partition(".")[0]
        found |= {f"{package}/{path.name}": path for path in sorted(folder(event).glob("*.sql"))}
    return list(found.items())


def folder(event: type[Event]) -> Path:
    """Where the SQL of an event type of others is."""
    return event.sql_folder or Path(inspect.getfile(event)).parent / "sql"


async def _apply_all(connection: asyncpg.Connection, address: str) -> list[str]:
    await connection.execute(
        "create table if not exists migrations (name text primary key, checksum text not null,"
        " applied timestamptz not null default now())"
    )
    await _add_timescaledb(connection)
    pending = _pending(await _applied(connection), address)
    for migration in pending:
        await _apply(connection, migration, address)
    await _check_own(connection, address)
    return [migration.name for migration in pending]


def _pending(done: Mapping[str, str], address: str) -> list[Migration]:
    """Those that are not ``done``, which maps names to checksums; a changed one is a MigrationError."""
    known = [Migration(name, path, path.read_text()) for name, path in named_files()]
    for one in known:
        if done.get(one.name, one.checksum) != one.checksum:
            reason = f"{one.name} was changed after it was applied; put a change into a new file"
            raise MigrationError(address=address, reason=reason)
    return [one for one in known if one.name not in done]


def _own() -> list[type[Event]]:
    """The event types that are not ours: `chronos.extensions.events` puts them into `EVENT_TYPES`."""
    return [event for name, event in EVENT_TYPES.items() if name not in BUILT_IN]


async def _check_own(connection: asyncpg.Connection, address: str) -> None:
    """See that tables and views of others have what their Records say: ours are held to that by tests."""
    common = {"client_time", "time", "event_time"}
    for event in _own():
        wanted = {
            f"raw.{event.wire_name}": {*event.columns(), *common, "metadata_id"},
            f"public.{event.wire_name}": {*event.columns(), *common, "metadata"},
        }
        for relation, names in wanted.items():
            rows = await connection.fetch(query("columns"), relation)
            if missing := names - {row["name"] for row in rows}:
                raise MigrationError(
                    address=address,
                    reason=f"{relation} lacks {', '.join(sorted(missing))}, which {event.__module__}:"
                    f"{event.__name__} needs; add it by a new file in {folder(event)}",
                )


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    if await connection.fetchval("select to_regclass('migrations')") is None:
        return {}
    rows = await connection.fetch("select name, checksum from migrations")
    return {row["name"]: row["checksum"] for row in rows}


async def _apply(connection: asyncpg.Connection, migration: Migration, address: str) -> None:
    """Apply one, whole or not at all; raise MigrationError, which names the statement that failed."""
    log.info("applying %s", migration.name)
    async with connection.transaction():
        for statement in statements(migration.text):
            try:
                await connection.execute(statement.text)
            except asyncpg.PostgresError as error:
                place = f"{migration.name}, line {statement.line} (`{statement.head}`)"
                reason = f"{place}: {error}; nothing of this file was kept"
                raise MigrationError(address=address, reason=reason) from error
        await connection.execute(
            "insert into migrations (name, checksum) values ($1, $2)", migration.name, migration.checksum
        )


async def _add_timescaledb(connection: asyncpg.Connection) -> None:
    if not await connection.fetchval("select 1 from pg_available_extensions where name = 'timescaledb'"):
        return
    try:
        await connection.execute("create extension if not exists timescaledb")
    except asyncpg.PostgresError as error:
        # Everything works without it; who wants hypertables reads why there are none.
        log.warning("the timescaledb extension is installed but could not be created: %s", error)


async def _apply_policies(connection: asyncpg.Connection, settings: Settings) -> None:
    timescaledb = settings.timescaledb
    for attempt in range(1, POLICY_ATTEMPTS + 1):
        try:
            await connection.execute(
                "select raw.apply_policies($1, $2, $3)",
                timedelta(hours=timescaledb.chunk_hours),
                timedelta(days=timescaledb.compress_after_days),
                timedelta(days=timescaledb.retention_days),
            )
        except asyncpg.DeadlockDetectedError:
            # A job of TimescaleDB has just begun with a table whose policy is replaced; it ends soon.
            if attempt == POLICY_ATTEMPTS:
                raise
        else:
            return

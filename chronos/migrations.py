"""Brings a database to the schema in ``sql/timescaledb``, once, however many start at the same time."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg

from chronos import resources
from chronos.database.address import shown
from chronos.database.statements import statements
from chronos.errors import MigrationError
from chronos.settings import Settings

log = logging.getLogger(__name__)

POLICY_ATTEMPTS = 10
LOCK = 0x4348524F4E4F53  # "CHRONOS": the advisory lock that all migrations take


@dataclass(frozen=True)
class Migration:
    """A file of ``sql/timescaledb``, and what is in it."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The file's name, by which the database knows it."""
        return self.path.name

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
    finally:
        await connection.close(timeout=10)
    if any(path.name not in done for path in files()):
        await migrate(url, settings)


def files() -> list[Path]:
    """The migrations, in their order."""
    return sorted(resources.sql("timescaledb").glob("*.sql"))


async def _apply_all(connection: asyncpg.Connection, address: str) -> list[str]:
    await connection.execute(
        "create table if not exists migrations (name text primary key, checksum text not null,"
        " applied timestamptz not null default now())"
    )
    await _add_timescaledb(connection)
    pending = _pending(await _applied(connection), address)
    for migration in pending:
        await _apply(connection, migration, address)
    return [migration.name for migration in pending]


def _pending(done: Mapping[str, str], address: str) -> list[Migration]:
    """Those that are not ``done``, which maps names to checksums; a changed one is a MigrationError."""
    known = [Migration(path, path.read_text()) for path in files()]
    for one in known:
        if done.get(one.name, one.checksum) != one.checksum:
            reason = f"{one.name} was changed after it was applied; put a change into a new file"
            raise MigrationError(address=address, reason=reason)
    return [one for one in known if one.name not in done]


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

"""Makes the database's role for dashboards, which may read what they show and nothing else."""

from dataclasses import dataclass

import asyncpg

from chronos.dashboards import verifier
from chronos.dashboards.errors import ReaderError
from chronos.database.address import shown
from chronos.database.queries import query

CONNECTIONS = 20
# One dashboard that asks too much must not hold up the others, nor those who write.
SESSION = {
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",
}
REFUSED = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


@dataclass(frozen=True)
class Made:
    """``is_new`` unless the role was there; how many relations it may read; what else it may do, in words."""

    is_new: bool
    relations: int
    excess: list[str]


async def make(url: str, role: str, password: str) -> Made:
    """Make ``role`` in the migrated database at ``url``, or bring its password and its rights up to date.

    Raises ReaderError where the database is away, was not migrated, or refuses.
    """
    verifier.check(password)
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            async with connection.transaction():
                return await _make(connection, role, password)
        finally:
            connection.terminate()
    except asyncpg.UndefinedTableError as error:
        reason = "the database was not migrated; `chronos migrate` does that"
        raise ReaderError(role=role, address=shown(url), reason=reason) from error
    except asyncpg.InsufficientPrivilegeError as error:
        reason = f"{error}; have somebody do it who may make roles, with the same command"
        raise ReaderError(role=role, address=shown(url), reason=reason) from error
    except REFUSED as error:
        raise ReaderError(role=role, address=shown(url), reason=str(error) or repr(error)) from error


async def _make(connection: asyncpg.Connection, role: str, password: str) -> Made:
    if role == await connection.fetchval("select current_user"):
        raise ReaderError(role=role, address="the database", reason="this is the user that writes there")
    await connection.fetchval("select count(*) from readers")  # before anything is made
    name = await connection.fetchval("select quote_ident($1)", role)
    database = await connection.fetchval("select quote_ident(current_database())")
    known = await connection.fetchval("select true from pg_roles where rolname = $1", role)
    # The server sees, and may log, no password.
    secret = verifier.scram_sha_256(password)
    verb = "alter" if known else "create"
    await connection.execute(f"{verb} role {name} login password '{secret}' connection limit {CONNECTIONS}")
    for setting, value in SESSION.items():
        await connection.execute(f"alter role {name} in database {database} set {setting} = '{value}'")
    relations = await connection.fetchval(query("make_reader"), role)
    rights = await connection.fetch(query("reader_rights"), role)
    return Made(not known, relations, [row["excess"] for row in rights])

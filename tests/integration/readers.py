"""Roles that read for dashboards, made for a test and gone with it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
from databases import execute

from chronos.dashboards import role

PASSWORD = "a-password-for-tests-only"


@asynccontextmanager
async def named_reader(url: str) -> AsyncIterator[str]:
    """The name of a reader of the database at ``url``; its password is PASSWORD."""
    name = f"reader_{secrets.token_hex(4)}"
    await role.make(url, name, PASSWORD)
    try:
        yield name
    finally:
        await execute(url, f"drop owned by {name}", f"drop role {name}")


@asynccontextmanager
async def reader(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of a reader of the database at ``url``."""
    async with named_reader(url) as name:
        connection = await asyncpg.connect(as_role(url, name), timeout=10)
        try:
            yield connection
        finally:
            await connection.close()


def as_role(url: str, name: str, password: str = PASSWORD) -> str:
    """The same database, by another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{name}:{password}@{place}").geturl()

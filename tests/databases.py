"""Databases of their own for tests, copied from templates that are made once on each server."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

TOPIC = "events"  # of which the views are filled; there is nothing of it yet
_templates: dict[tuple[str, bool], str] = {}


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def in_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@asynccontextmanager
async def fresh_database(url: str, views: bool = False) -> AsyncIterator[str]:
    """The URL of a migrated database on the server at ``url``, with the views that ship or without."""
    name = f"chronos_test_{secrets.token_hex(4)}"
    await _copy(url, name, await _template(url, views))
    try:
        yield in_database(url, name)
    finally:
        await execute(url, f'drop database "{name}" with (force)')


async def drop_templates() -> None:
    """Leave none behind; a server of which there is nothing any more has none."""
    for (url, _), name in _templates.items():
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):
            await execute(url, f'drop database "{name}" with (force)')
    _templates.clear()


async def _template(url: str, views: bool) -> str:
    from chronos import migrations
    from chronos.settings import Settings
    from chronos.views import catalog
    from chronos.views.filling import Filler

    if (url, views) not in _templates:
        name = f"chronos_template_{secrets.token_hex(4)}"
        await execute(url, f'create database "{name}"')
        own = in_database(url, name)
        await migrations.migrate(own, Settings.model_construct())
        if views:
            await Filler(own, TOPIC).install(catalog.declared(catalog.files(Path("none"))))
        await execute(url, f'alter database "{name}" with allow_connections false')
        _templates[url, views] = name
    return _templates[url, views]


async def _copy(url: str, name: str, template: str) -> None:
    """Create a database; TimescaleDB's own workers may be in the template for a moment."""
    for _ in range(50):
        try:
            return await execute(url, f'create database "{name}" template "{template}"')
        except asyncpg.ObjectInUseError:
            await execute(
                url, f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{template}'"
            )
            await asyncio.sleep(0.1)
    raise AssertionError(f"{template} is always in use")


async def fetch(url: str, statement: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetch(statement, *values)  # type: ignore[no-any-return]
    finally:
        await connection.close()

"""Sees, for commands, which continuous views there are, and how each is."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncpg

    from chronos.views.catalog import Entry

T = TypeVar("T")


def with_database(work: "Callable[[asyncpg.Connection], Awaitable[T]]") -> T:
    """Do something with a connection; raise ServiceError where there is none."""
    from chronos.cli import filling

    return asyncio.run(filling.with_database(filling.kept_by_chronos(), work))


async def entries(connection: "asyncpg.Connection") -> "list[Entry]":
    """All views, as the catalog has them."""
    from chronos.views import catalog

    return await catalog.entries(connection)


async def described(connection: "asyncpg.Connection", entry: "Entry") -> dict[str, Any]:
    """What `chronos views list` says of a view; ``rows`` is None where it cannot be read."""
    from chronos.views import catalog

    live = entry.state == catalog.LIVE and entry.is_there
    rows = await connection.fetchval(f"select count(*) from public.{entry.name}") if live else None
    return {
        "name": entry.name,
        "state": state(entry),
        "rows": rows,
        "about": entry.about,
        "file": entry.file,
    }


def state(entry: "Entry") -> str:
    """That of the catalog, or ``missing`` where it is not there, ``refilled`` where it is filled anew."""
    from chronos.views import catalog

    if entry.state == catalog.LIVE and not entry.is_there:
        return "missing"
    return "refilled" if entry.state == catalog.LIVE and entry.next_definition else entry.state

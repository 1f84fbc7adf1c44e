"""Compares a view with what the raw events say, both read at one moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import asyncpg

from chronos.database.queries import query
from chronos.database.refusals import is_refusal, said
from chronos.errors import ChronosError
from chronos.views import catalog
from chronos.views.compiled import Compiled, quoted, same_group
from chronos.views.filling import STORED_BY

FED_BY = "feed_views"
SHOWN = 20
PATIENCE = 15.0  # seconds that the feeding may take to come to where the storing is
HELD = 1.0  # seconds for which the storing is held at most


class NotComparable(ChronosError):
    """View {name} is not to be compared: {reason}"""


@dataclass(frozen=True)
class Difference:
    """A row that differs: what the view says and what the raw events say, None where there is no such row."""

    kept: dict[str, Any] | None
    raw: dict[str, Any] | None


@dataclass
class Comparison:
    """How many rows the view has, how many differ, and some of those."""

    rows: int
    different: int
    differences: list[Difference] = field(default_factory=list)


async def compare(url: str, topic: str, view: Compiled, patience: float = PATIENCE) -> Comparison:
    """Compare ``view`` in the database at ``url``.

    Raises NotComparable where the feeding has not come to what is stored after ``patience`` seconds, or where
    the server refuses to compute one of the two.
    """
    async with _connected(url) as reader, _connected(url) as holder:
        deadline = monotonic() + patience
        while (behind := await _behind(holder, topic)) or not await _snapshot(holder, reader, topic):
            if monotonic() > deadline:
                reason = (
                    f"{behind} beacons are stored but not fed; does a worker run?"
                    if behind
                    else f"the feeding did not come to what was stored while storing was held for {HELD:g} s"
                )
                raise NotComparable(name=view.name, reason=reason)
            await asyncio.sleep(0.05)
        try:
            return await _compare(reader, view)
        except asyncpg.PostgresError as error:
            if not is_refusal(error):
                raise
            raise NotComparable(name=view.name, reason=f"PostgreSQL says: {said(error)}") from error


async def _snapshot(holder: asyncpg.Connection, reader: asyncpg.Connection, topic: str) -> bool:
    """Begin to read at a moment at which all that is stored is fed; False where there was none."""
    async with holder.transaction():
        # Nothing more is stored meanwhile, which may last as long as a batch takes to be fed.
        await holder.fetch(f"{query('stored_watermarks').rstrip()} for update", STORED_BY, topic)
        deadline = monotonic() + HELD
        while await _behind(holder, topic):
            if monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        await reader.execute("begin isolation level repeatable read, read only")
        await reader.fetchval("select 1")  # takes the snapshot
    return True


async def _behind(connection: asyncpg.Connection, topic: str) -> int:
    """How many beacons are stored and not fed."""
    stored, fed = [
        {row[0]: row[1] for row in await connection.fetch(query("stored_watermarks"), sink, topic)}
        for sink in (STORED_BY, FED_BY)
    ]
    return sum(max(0, offset - fed.get(partition, 0)) for partition, offset in stored.items())


async def _compare(reader: asyncpg.Connection, view: Compiled) -> Comparison:
    types = [one.type.name for one in (await reader.prepare(view.finished())).get_attributes()]
    different = " or ".join(_differs(view, types)) or "false"
    same = same_group("k", "r", len(view.groups))
    names = [quoted(item.name) for item in view.items]
    kept, raw = ([f"{side}.{name} as {side}{number}" for number, name in enumerate(names)] for side in "kr")
    rows = await reader.fetch(
        f"with k as (select *, true as _is_there from ({view.kept(types, hidden=True)}) k),"
        f" r as (select *, true as _is_there from ({view.exact(hidden=True)}) r)"
        f" select k._is_there as k, r._is_there as r, {', '.join([*kept, *raw])}, count(*) over () as n"
        f" from k full join r on {same}"
        f" where k._is_there is null or r._is_there is null or {different} limit {SHOWN}"
    )
    total = await reader.fetchval(f"select count(*) from ({view.kept(types)}) v")
    found = [Difference(_row(view, row, "k"), _row(view, row, "r")) for row in rows]
    return Comparison(total, rows[0]["n"] if rows else 0, found)


def _differs(view: Compiled, types: list[str]) -> list[str]:
    conditions = []
    for number, (item, kind) in enumerate(zip(view.items, types, strict=False), 1):
        kept, raw = (f"{side}.{quoted(item.name)}" for side in "kr")
        if item.tolerance and kind in ("float4", "float8", "numeric", "int8"):
            scale = f", r._s{number}" if item.scale else ""
            near = f"abs({kept} - {raw}) <= {item.tolerance} * greatest(abs({kept}), abs({raw}){scale})"
            conditions.append(f"(({kept} is null) <> ({raw} is null) or not coalesce({near}, true))")
        else:
            conditions.append(f"{kept} is distinct from {raw}")
    return conditions


def _row(view: Compiled, row: asyncpg.Record, side: str) -> dict[str, Any] | None:
    if row[side] is None:
        return None
    return {item.name: row[f"{side}{number}"] for number, item in enumerate(view.items)}


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, timeout=10, server_settings=catalog.SESSION)
    try:
        yield connection
    finally:
        connection.terminate()

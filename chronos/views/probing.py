"""Tries a view on an event of each type before it is kept: what fails there would fail on every event."""

import json
from typing import Any

import asyncpg

from chronos.views.compiled import Compiled

SAMPLES: dict[str, Any] = {
    **dict.fromkeys(("int2", "int4", "int8", "float4", "float8", "numeric"), 1),
    **dict.fromkeys(("text", "varchar"), "a"),
    "text[]": ["a"],
    "bool": True,
    "jsonb": {"a": "a"},
    "timestamptz": "2000-01-01T00:00:00Z",
    "uuid": "00000000-0000-0000-0000-000000000000",
}


async def probe(connection: asyncpg.Connection, view: Compiled) -> None:
    """Compute ``view`` over made-up events.

    Raises what asyncpg raises where the server refuses it: a unit of time or a regular expression that there
    is not, an interval that nothing can be cut into.
    """
    transaction = connection.transaction()
    await transaction.start()
    try:
        for name in view.stream.types:
            await _sample(connection, name, f"raw.{name}")
        await _sample(connection, "metadata", "metadata")
        for statement in view.probes("pg_temp", "pg_temp.metadata"):
            await connection.fetch(statement)
    finally:
        await transaction.rollback()


async def _sample(connection: asyncpg.Connection, name: str, like: str) -> None:
    columns = (await connection.prepare(f"select * from {like}")).get_attributes()
    row = {column.name: SAMPLES.get(column.type.name) for column in columns}
    await connection.execute(f"create temporary table {name} on commit drop as table {like} with no data")
    await connection.execute(
        f"insert into pg_temp.{name} select * from jsonb_populate_record(null::{like}, $1)", json.dumps(row)
    )

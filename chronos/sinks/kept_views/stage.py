"""Temporary tables with the events of a batch, from which every view takes its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import asyncpg

from chronos.event_time import EventClock
from chronos.models.beacon import Beacon
from chronos.models.events import EVENT_TYPES
from chronos.sinks.timescaledb.rows import columns, rows_of


@dataclass(frozen=True)
class Staged:
    """How many events a batch has, and of which types."""

    events: int
    types: frozenset[str]


class Stage:
    """One table for each event type, like that in schema `raw`, and one for the metadata."""

    def __init__(self) -> None:
        self._used: list[str] = []

    async def create(self, connection: asyncpg.Connection) -> None:
        """Make the tables; they end with the connection, their rows with the transaction."""
        for name, event in EVENT_TYPES.items():
            await connection.execute(
                f"create temporary table if not exists {name} on commit delete rows as"
                f" select {', '.join(columns(event))} from raw.{name} limit 0"
            )
        await connection.execute(
            "create temporary table if not exists metadata (id uuid primary key, data jsonb)"
            " on commit delete rows"
        )

    async def fill(
        self, connection: asyncpg.Connection, beacons: Sequence[Beacon], clock: EventClock
    ) -> Staged:
        """Put the events of ``beacons`` into the tables."""
        rows = rows_of(beacons, clock)
        about = {beacon.decoded.metadata.id: beacon.decoded.metadata.data for beacon in beacons}
        added = "insert into pg_temp.metadata select * from unnest($1::uuid[], $2::text[]::jsonb[])"
        await connection.execute(added, list(about), list(about.values()))
        for name, copy in rows.copies.items():
            await connection.copy_to_table(
                name,
                schema_name="pg_temp",
                source=BytesIO(copy),
                columns=columns(EVENT_TYPES[name]),
                format="binary",
            )
        self._used = ["metadata", *rows.copies]
        return Staged(rows.events, frozenset(rows.copies))

    async def clear(self, connection: asyncpg.Connection) -> None:
        """Empty what was filled, for the next part of the same transaction."""
        for name in self._used:
            await connection.execute(f"delete from pg_temp.{name}")

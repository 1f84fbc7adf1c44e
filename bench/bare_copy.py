"""A bare binary COPY of the same rows into tables of the same shape, in batches of the same size."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from chronos.models.beacon import Beacon
from chronos.models.decoder import Decoder
from chronos.models.events import EVENT_TYPES
from chronos.settings.sections import Limits

COMMON = ["client_time", "time", "event_time", "metadata_id"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Batch = dict[str, list[tuple[object, ...]]]


async def rows_per_second(url: str, bodies: list[bytes], beacons: int) -> float:
    """Rows a second by asyncpg's own ``copy_records_to_table``, of rows that are ready in memory."""
    connection = await asyncpg.connect(url)
    batches = list(_batches(bodies, beacons))
    try:
        await _create_tables(connection)
        began = time.perf_counter()
        for batch in batches:
            async with connection.transaction():
                for name, rows in batch.items():
                    columns = [*EVENT_TYPES[name].columns(), *COMMON]
                    await connection.copy_records_to_table(
                        name, schema_name="bare", records=rows, columns=columns
                    )
        seconds = time.perf_counter() - began
        await connection.execute("drop schema bare cascade")
    finally:
        await connection.close()
    return sum(len(rows) for batch in batches for rows in batch.values()) / seconds


async def _create_tables(connection: asyncpg.Connection) -> None:
    await connection.execute("drop schema if exists bare cascade; create schema bare")
    for name in EVENT_TYPES:
        await connection.execute(f"create table bare.{name} (like raw.{name} including all)")


def _batches(bodies: list[bytes], beacons: int) -> list[Batch]:
    limits = Limits()
    decoder = Decoder(limits.text_length)
    decoded = [decoder.decode(body) for body in bodies]
    at_once = max(1, limits.batch_events // len(decoded[0].events))
    now = datetime.now(UTC)
    return [
        _batch([Beacon(0, n, UUID(int=n), now, "", decoded[n % len(decoded)]) for n in range(first, last)])
        for first in range(0, beacons, at_once)
        if (last := min(beacons, first + at_once))
    ]


def _batch(beacons: list[Beacon]) -> Batch:
    batch: Batch = {}
    for beacon in beacons:
        for event in beacon.decoded.events:
            values = [getattr(event, name) for name in EVENT_TYPES[event.wire_name].columns()]
            client_time = EPOCH + timedelta(milliseconds=event.client_time)
            row = (*values, client_time, beacon.time, client_time, beacon.decoded.metadata.id)
            batch.setdefault(event.wire_name, []).append(row)
    return batch

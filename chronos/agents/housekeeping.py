"""Timers: what is kept for a time only is forgotten after it."""

import logging
from datetime import timedelta

import asyncpg

from chronos import addresses
from chronos.app import app, config
from chronos.database.queries import query
from chronos.views import catalog

log = logging.getLogger(__name__)

EVERY = 600.0
AT_ONCE = 50_000


@app.timer(EVERY, on_leader=False)  # type: ignore[untyped-decorator]
async def forget_what_is_old() -> None:
    """Forget ids of old beacons, rows of views past their time and, without TimescaleDB, old raw events."""
    try:
        connection = await asyncpg.connect(
            addresses.resolve(config).timescaledb, timeout=10, server_settings=catalog.SESSION
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        log.warning("nothing is forgotten this time: %s", error)
        return
    try:
        forgotten = await forget_beacons(connection, config.limits.beacon_id_days)
        deleted = await delete_events(connection, config.timescaledb.retention_days)
        await catalog.expire(connection)
        log.info("forgot %d beacon ids, deleted %d events past their retention", forgotten, deleted)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("not all that is old was forgotten: %s", error)
    finally:
        connection.terminate()


async def forget_beacons(connection: asyncpg.Connection, days: int) -> int:
    """Forget ids of beacons that arrived more than ``days`` days ago; return how many."""
    total = 0
    while forgotten := await connection.fetchval(query("forget_beacons"), days, AT_ONCE):
        total += forgotten
    return total


async def delete_events(connection: asyncpg.Connection, days: int) -> int:
    """Delete raw events whose event time is more than ``days`` days ago, 0 for none; return how many."""
    if not days:
        return 0
    deleted: int = await connection.fetchval("select raw.delete_older_than($1)", timedelta(days=days))
    return deleted

"""A PostgreSQL for the measurement, migrated; the embedded one, unless the environment names another."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bench.system import embedded
from chronos import migrations
from chronos.settings import Settings


@contextmanager
def running_postgres() -> Iterator[str]:
    """Its URL; stopped and removed at the end."""
    if given := os.environ.get("CHRONOS_TIMESCALEDB_URL"):
        asyncio.run(migrations.migrate(given, Settings.model_construct()))
        yield given
        return
    with embedded("postgres") as (_, status):
        url = str(status["timescaledb"])
        asyncio.run(migrations.migrate(url, Settings.model_construct()))
        yield url

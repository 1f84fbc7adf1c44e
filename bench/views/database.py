"""A PostgreSQL for the measurement, migrated; the embedded one, unless the environment names another."""

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.system import run_chronos
from chronos import migrations
from chronos.settings import Settings


@contextmanager
def running_postgres() -> Iterator[str]:
    """Its URL; stopped and removed at the end."""
    if given := os.environ.get("CHRONOS_TIMESCALEDB_URL"):
        asyncio.run(migrations.migrate(given, Settings.model_construct()))
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="chronos-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            run_chronos(folder, "init")
            run_chronos(folder, "start", "postgres")
            url = str(json.loads(run_chronos(folder, "status", "--json"))["timescaledb"])
            asyncio.run(migrations.migrate(url, Settings.model_construct()))
            yield url
        finally:
            run_chronos(folder, "stop")

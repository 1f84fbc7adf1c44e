"""A Kafka and a PostgreSQL for the measurement: those that the environment names, or embedded ones."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.system import run_chronos


@dataclass(frozen=True)
class Services:
    """Where they are."""

    kafka: str
    postgres: str


@contextmanager
def running_services() -> Iterator[Services]:
    """Both; embedded ones are stopped and removed at the end."""
    kafka, postgres = (os.environ.get(f"CHRONOS_{name}") for name in ("KAFKA_BOOTSTRAP", "TIMESCALEDB_URL"))
    if kafka and postgres:
        yield Services(kafka, postgres)
        return
    # PostgreSQL does not run as root: its account has to reach the folder.
    with tempfile.TemporaryDirectory(prefix="chronos-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            run_chronos(folder, "init")
            run_chronos(folder, "start", "kafka", "postgres")
            status = json.loads(run_chronos(folder, "status", "--json"))
            yield Services(status["kafka"], status["timescaledb"])
        finally:
            run_chronos(folder, "stop")

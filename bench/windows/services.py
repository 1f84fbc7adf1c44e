"""A Kafka and a PostgreSQL for the measurement: those that the environment names, or embedded ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.system import embedded


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
    with embedded("kafka", "postgres") as (_, status):
        yield Services(status["kafka"], status["timescaledb"])

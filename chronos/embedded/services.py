"""Which services there are, by name."""

import re

from chronos.embedded.errors import UnknownService
from chronos.embedded.kafka import Kafka
from chronos.embedded.postgres import Postgres
from chronos.embedded.service import Service
from chronos.embedded.worker import Worker, number
from chronos.settings import Settings

KAFKA = "kafka"
POSTGRES = "postgres"
WORKER = "worker"
BACKENDS = (KAFKA, POSTGRES)
KNOWN = (*BACKENDS, WORKER)
WORKER_NAME = re.compile(r"worker-[1-9]\d{0,2}")


def make(name: str, settings: Settings) -> Service:
    """The service ``name`` with these settings; UnknownService where there is none."""
    if name == KAFKA:
        return Kafka(name, settings)
    if name == POSTGRES:
        return Postgres(name, settings)
    if is_worker(name):
        return Worker(name, settings)
    raise UnknownService(name=name, known=", ".join(KNOWN))


def is_worker(name: str) -> bool:
    """Whether ``name`` is that of one worker."""
    return WORKER_NAME.fullmatch(name) is not None


def is_kafka(name: str) -> bool:
    """Whether ``name`` is that of a broker, and so that of its folder."""
    return name == KAFKA or name.startswith(f"{KAFKA}-")


def backends(settings: Settings) -> tuple[str, ...]:
    """Those of kafka and postgres that run here, because the settings name no other."""
    given = {KAFKA: settings.kafka.bootstrap, POSTGRES: settings.timescaledb.url}
    return tuple(name for name, elsewhere in given.items() if not elsewhere)


def in_order(name: str) -> tuple[int, int]:
    """Sorts names as they are started: kafka, postgres, worker-1, worker-2…, worker-10."""
    return (KNOWN.index(name), 0) if name in KNOWN else (len(KNOWN), number(name))

"""Which services there are, by name."""

import re
from collections.abc import Collection

from chronos.embedded.brokers import KAFKA, is_broker, node
from chronos.embedded.brokers import names as broker_names
from chronos.embedded.errors import UnknownService
from chronos.embedded.kafka import Kafka
from chronos.embedded.postgres import Postgres
from chronos.embedded.service import Service
from chronos.embedded.worker import Worker, number
from chronos.settings import Settings

POSTGRES = "postgres"
WORKER = "worker"
KNOWN = (KAFKA, POSTGRES, WORKER)
WORKER_NAME = re.compile(r"worker-[1-9]\d{0,2}")


def make(name: str, settings: Settings) -> Service:
    """The service ``name`` with these settings; UnknownService where there is none."""
    if is_broker(name):
        return Kafka(name, settings)
    if name == POSTGRES:
        return Postgres(name, settings)
    if is_worker(name):
        return Worker(name, settings)
    raise UnknownService(name=name, known=", ".join(KNOWN))


def is_worker(name: str) -> bool:
    """Whether ``name`` is that of one worker."""
    return WORKER_NAME.fullmatch(name) is not None


def backends(settings: Settings) -> tuple[str, ...]:
    """The brokers, and postgres, as far as they run here, because the settings name no other."""
    brokers = () if settings.kafka.bootstrap else broker_names(settings)
    return brokers if settings.timescaledb.url else (*brokers, POSTGRES)


def is_backend(name: str) -> bool:
    """Whether ``name`` is that of postgres or of one broker."""
    return name == POSTGRES or is_broker(name)


def expanded(names: Collection[str], settings: Settings) -> set[str]:
    """The same with the brokers that there are in the place of ``kafka``."""
    found = set(names)
    if KAFKA in found and not settings.kafka.bootstrap:
        found = (found - {KAFKA}) | set(broker_names(settings))
    return found


def in_order(name: str) -> tuple[int, int]:
    """Sorts names as they are started: kafka, kafka-1, kafka-2…, postgres, worker-1, worker-2…, worker-10."""
    if is_broker(name):
        return (0, node(name) if name != KAFKA else 0)
    return (KNOWN.index(name), 0) if name in KNOWN else (len(KNOWN), number(name))

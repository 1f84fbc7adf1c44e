"""Tells where the services are: in the settings, or where `chronos start` runs them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chronos.errors import MissingAddress
from chronos.settings import Settings


@dataclass(frozen=True)
class Addresses:
    """Kafka as ``host:port[,host:port]``, the databases as URLs; ``pipelinedb`` may be None."""

    kafka: str
    timescaledb: str
    pipelinedb: str | None


def embedded_path(settings: Settings) -> Path:
    """The file in which `chronos start` keeps the addresses that it chose."""
    return settings.home / "addresses.json"


def embedded(settings: Settings) -> dict[str, Any]:
    """What `chronos start` chose: ``kafka`` (host:port) and ``timescaledb`` (URL), where it runs them."""
    path = embedded_path(settings)
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def resolve(settings: Settings) -> Addresses:
    """Settings first, embedded services second; raise MissingAddress where there is neither."""
    return Addresses(kafka(settings), timescaledb(settings), settings.pipelinedb.url)


def kafka(settings: Settings) -> str:
    """``host:port[,host:port]``; raise MissingAddress where nothing says it."""
    found = settings.kafka.bootstrap or embedded(settings).get("kafka")
    if not found:
        raise MissingAddress(service="Kafka", setting="[kafka] bootstrap", variable="CHRONOS_KAFKA_BOOTSTRAP")
    return str(found)


def timescaledb(settings: Settings) -> str:
    """A URL; raise MissingAddress where nothing says it."""
    found = settings.timescaledb.url or embedded(settings).get("timescaledb")
    if not found:
        raise MissingAddress(
            service="TimescaleDB", setting="[timescaledb] url", variable="CHRONOS_TIMESCALEDB_URL"
        )
    return str(found)

"""All that `chronos status` knows, put together once: for programs, for people, and for advice."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chronos.cli import inquiry, looking, ways
from chronos.cli.ways.way import Way
from chronos.database.address import shown
from chronos.embedded import client, usage
from chronos.embedded.services import is_worker
from chronos.embedded.state import ServiceState
from chronos.settings import Settings
from chronos.watch.lag import Lag, SinkLag
from chronos.watch.seeing import Seen

NOT_RUNNING: inquiry.Part[dict[str, Any]] = inquiry.Part(unavailable="it does not run")


@dataclass(frozen=True)
class Report:
    """What runs here, what it takes, and what Kafka, the database and the workers said."""

    way: Way
    seen: client.Overview
    services: list[ServiceState]
    memory: dict[str, int | None]
    disk: usage.Disk
    spools: dict[str, int]
    answers: inquiry.Answers
    now: float

    @property
    def settings(self) -> Settings:
        """Those of the project."""
        return self.way.settings

    @property
    def look(self) -> Seen:
        """What a worker's watch would see of Kafka, and of how far sinks are."""
        database = self.answers.database.found
        watermarks = database.watermarks if database else None
        return Seen(self.now, kafka=self.answers.kafka.found, watermarks=watermarks, disk_free=self.disk.free)

    @property
    def lags(self) -> list[SinkLag] | None:
        """How far each sink is behind; None where Kafka or the database could not be asked."""
        kafka, look = self.answers.kafka.found, self.look
        if kafka is None or look.watermarks is None or self.settings.kafka.events_topic not in kafka.topics:
            return None
        return look.sinks(self.settings)

    @property
    def no_events(self) -> str | None:
        """Why nobody can say what Kafka has of topic `events`; None where it is known."""
        name, kafka = self.settings.kafka.events_topic, self.answers.kafka.found
        missing = f"topic {name}: there is none, until a worker makes it"
        return self.answers.kafka.unavailable or (missing if kafka and name not in kafka.topics else None)

    @property
    def healthy_exit(self) -> bool:
        """Whether all that should run does, and somebody looks after it."""
        return not self.seen.not_running and (self.seen.supervised or not self.seen.desired.services)


def make(settings: Settings) -> Report:
    """Look, measure and ask; takes some seconds at most, whoever does not answer."""
    way = ways.of(settings)
    services = way.services
    return Report(
        way,
        way.seen,
        services,
        {one.name: usage.memory(one.pid) for one in services},
        usage.room(settings.home) if way.data_place else usage.disk(settings.home),
        {} if way.data_place else usage.spools(settings.home),
        inquiry.ask(settings, inquiry.Whom.of(way)),
        time.time(),
    )


def as_data(report: Report) -> dict[str, Any]:
    """What `chronos status --json` prints, but for what is wrong."""
    return {
        "services": [_service(report, one) for one in report.services],
        **report.way.where(),
        "brokers": _brokers(report),
        "lag": _lag(report),
        "last_event": _last_event(report),
        "disk": _disk(report),
        "topics": _topics(report),
        "spool": {"limit": report.settings.limits.spool_bytes, "workers": report.spools},
        "database": _database(report),
        "windows": _windows(report),
    }


def _service(report: Report, one: ServiceState) -> dict[str, Any]:
    started = datetime.fromtimestamp(one.create_time, UTC).isoformat() if one.create_time else None
    found = {
        "name": one.name,
        "state": one.state,
        "pid": one.pid,
        "address": one.address,
        "started": started,
        "memory": report.memory[one.name],
        "restarts": one.restarts,
        "error": one.error,
        "note": one.note,
    }
    if is_worker(one.name):
        health = report.answers.workers.get(one.name, NOT_RUNNING)
        said = health.found or {}
        found |= {"health": said.get("status"), "unavailable": health.unavailable}
        found |= {name: said.get(name) for name in ("problems", "remarks", "spooled")}
    return found


def _brokers(report: Report) -> dict[str, Any]:
    found = report.answers.kafka.found
    return {
        "there": sorted(found.brokers) if found else None,
        "away": sorted(found.away) if found else None,
        "controller": found and found.controller,
        "partitions_offline": len(found.offline) if found else None,
        "partitions_under_replicated": len(found.under_replicated) if found else None,
        "unavailable": report.answers.kafka.unavailable,
    }


def _disk(report: Report) -> dict[str, Any]:
    least = report.settings.alerts.disk_free_bytes
    return {**report.disk.parts, "free": report.disk.free, "size": report.disk.size, "alert_below": least}


def _topics(report: Report) -> dict[str, Any]:
    """What each takes on the disks of all brokers, and may take; and what these disks have left."""
    found = report.answers.kafka.found
    topics = found.topics.values() if found else ()
    return {
        "bytes": found.size if found else None,
        "topics": {one.name: {"bytes": one.size, "budget": one.budget} for one in topics},
        "disks": {str(broker): one._asdict() for broker, one in found.disks.items()} if found else {},
    }


def _lag(report: Report) -> dict[str, Any]:
    parts = {"kafka": report.no_events, "database": _unavailable(report)}
    return {
        "topic": report.settings.kafka.events_topic,
        "unavailable": "; ".join(f"{name}: {why}" for name, why in parts.items() if why) or None,
        "sinks": [_sink(one) for one in report.lags or []],
    }


def _sink(sink: SinkLag) -> dict[str, Any]:
    return {
        "sink": sink.sink,
        "topic": sink.topic,
        "lag": sink.messages,
        "partitions": [_partition(one) for one in sink.partitions],
        "unknown_partitions": sink.unknown,
    }


def _partition(one: Lag) -> dict[str, Any]:
    return {
        "partition": one.partition,
        "end": one.end,
        "next_offset": one.next_offset,
        "lag": one.messages,
        "updated": one.updated and one.updated.isoformat(),
    }


def _unavailable(report: Report) -> str | None:
    found = report.answers.database.found
    not_migrated = found is not None and found.watermarks is None
    return report.answers.database.unavailable or (looking.NOT_MIGRATED if not_migrated else None)


def _last_event(report: Report) -> str | None:
    found = report.answers.database.found
    return found.newest.isoformat() if found and found.newest else None


def _database(report: Report) -> dict[str, Any]:
    url = report.way.database
    found = report.answers.database.found
    return {
        "address": shown(url) if url else None,
        "server": found and found.server,
        "timescaledb": found and found.timescaledb,
        "unavailable": _unavailable(report),
    }


def _windows(report: Report) -> dict[str, Any]:
    said = report.answers.windows.found or {}
    watermark = said.get("watermark")
    return {
        "watermark": watermark,
        "behind": round(report.now - datetime.fromisoformat(watermark).timestamp(), 1) if watermark else None,
        "complete": said.get("complete"),
        "missing_partitions": said.get("missing_partitions"),
        "unavailable": report.answers.windows.unavailable,
    }

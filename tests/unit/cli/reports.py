"""Reports of `chronos status`, for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chronos import kafka_admin
from chronos.cli import advice
from chronos.cli.inquiry import Answers, Database, Part
from chronos.cli.report import Report
from chronos.cli.ways.embedded import Embedded
from chronos.embedded.client import Overview
from chronos.embedded.state import RUNNING, Desired, ServiceState
from chronos.embedded.usage import Disk as Own
from chronos.kafka_state import KafkaState, Partition, Topic
from chronos.settings import Settings, WriteKeyFields
from chronos.watch.lag import Watermark, Watermarks

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ALL = ("kafka", "postgres", "worker-1")
SETTINGS = Settings().model_copy(update={"write_keys": [WriteKeyFields(key="a-key-for-tests-only")]})
WELL: dict[str, Any] = {"status": "ready", "problems": [], "remarks": [], "spooled": 0}
WINDOWS: dict[str, Any] = {"watermark": "2026-11-28T11:59:50Z", "missing_partitions": [], "complete": True}
GB = 10**9


def topic(name: str, *ends: int) -> Topic:
    """A topic whose partitions end there."""
    places = (Partition(name, number, 1, (1,), (1,), 0, end) for number, end in enumerate(ends))
    return Topic(name, tuple(places))


TOPICS = {one.name: topic(one.name, *[0] * one.num_partitions) for one in kafka_admin.topics(SETTINGS)}


def kafka(*ends: int) -> Part[KafkaState]:
    """One broker, with topic `events`, whose partitions end there."""
    topics = {**TOPICS, "events": topic("events", *ends)}
    return Part(KafkaState(NOW.timestamp(), {1: "kafka:9092"}, frozenset({1}), 1, topics))


def database(idle: float = 0) -> Database:
    """All that is in Kafka was stored and counted, so many seconds ago."""
    done = {0: Watermark(10, NOW, idle)}
    sinks = ("store_events", "feed_views", "count_windows")
    return Database(
        "18.6", None, Watermarks({(one, "events"): done for one in sinks}), NOW - timedelta(seconds=3)
    )


def well(folder: Path) -> Report:
    """Everything runs, and nothing is wrong."""
    services = [ServiceState(name, RUNNING, 1, 1.0, f"http://{name}:1") for name in ALL]
    return Report(
        Embedded(SETTINGS.model_copy(update={"home": folder / ".chronos"})),
        Overview(Desired(ALL, 1), services, supervised=True),
        services,
        dict.fromkeys(ALL, 100_000_000),
        Own(100 * GB, 50 * GB, {"kafka": 1000, "postgres": 68_000_000, "spool": 0, "log": 0, "other": 0}),
        {"worker-1": 3_000_000},
        Answers(
            kafka(10),
            Part(database()),
            {"worker-1": Part(WELL)},
            Part(WINDOWS),
        ),
        NOW.timestamp(),
    )


def said(report: Report) -> list[str]:
    return [str(one) for one in advice.troubles(report)]


def answered(report: Report, **parts: Any) -> Report:
    return replace(report, answers=replace(report.answers, **parts))

"""What a worker sees, as numbers for Prometheus."""

from collections import Counter
from collections.abc import Iterable

from chronos.metrics import (
    CONSUMER_LAG,
    DISK_FREE_BYTES,
    INCIDENTS_OPEN,
    KAFKA_BROKERS,
    KAFKA_CONTROLLER,
    KAFKA_DISK_FREE_BYTES,
    KAFKA_OFFLINE,
    KAFKA_REFUSING,
    KAFKA_TOPIC_BUDGET_BYTES,
    KAFKA_TOPIC_BYTES,
    KAFKA_UNDER_REPLICATED,
    SPOOL_BUDGET_BYTES,
    SPOOLED_BYTES,
)
from chronos.settings import Settings
from chronos.watch.incidents import KINDS, Key
from chronos.watch.seeing import Seen


def measure(seen: Seen, settings: Settings, ongoing: Iterable[Key]) -> None:
    """Set all gauges; those of what only one worker sees for all are without a value at the others."""
    SPOOLED_BYTES.set(seen.spool[0])
    SPOOL_BUDGET_BYTES.set(seen.spool[1])
    if seen.disk_free is not None:
        DISK_FREE_BYTES.set(seen.disk_free)
    lasting = Counter(name for name, _ in ongoing)
    for name in KINDS:
        INCIDENTS_OPEN.labels(name).set(lasting[name])
    _kafka(seen)
    CONSUMER_LAG.clear()
    for lag in seen.lags(settings):
        CONSUMER_LAG.labels(lag.sink, str(lag.partition)).set(lag.messages)


def _kafka(seen: Seen) -> None:
    kafka = seen.kafka
    away = float("nan")  # as long as nobody knows
    KAFKA_OFFLINE.set(len(kafka.offline) if kafka else away)
    KAFKA_UNDER_REPLICATED.set(len(kafka.under_replicated) if kafka else away)
    KAFKA_REFUSING.set(len(kafka.under_least) if kafka else away)
    KAFKA_CONTROLLER.set((-1 if kafka.controller is None else kafka.controller) if kafka else away)
    KAFKA_BROKERS.labels("there").set(len(kafka.brokers) if kafka else 0 if seen.kafka_problem else away)
    KAFKA_BROKERS.labels("away").set(len(kafka.away) if kafka else away)
    for gauge in (KAFKA_TOPIC_BYTES, KAFKA_TOPIC_BUDGET_BYTES, KAFKA_DISK_FREE_BYTES):
        gauge.clear()
    for topic in kafka.topics.values() if kafka else ():
        KAFKA_TOPIC_BYTES.labels(topic.name).set(topic.size)
        if topic.budget is not None:
            KAFKA_TOPIC_BUDGET_BYTES.labels(topic.name).set(topic.budget)
    for broker, disk in kafka.disks.items() if kafka else ():
        KAFKA_DISK_FREE_BYTES.labels(str(broker)).set(disk.free)

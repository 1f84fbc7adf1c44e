"""States of Kafka as a watch may see them, for tests."""

from typing import Any

from chronos.kafka_state import KafkaState, Partition, Topic
from chronos.settings import Settings
from chronos.settings.alerts import Alerts
from chronos.settings.sections import Kafka

EVENTS, LETTERS, DELTAS, CHANGELOG = (
    "events",
    "dead_letters",
    "window_deltas",
    "chronos-window_panes-changelog",
)
RETENTION = {"retention.ms": str(168 * 3_600_000)}
MB = 1_000_000


def settings(**kafka: Any) -> Settings:
    return Settings.model_construct(
        kafka=Kafka(**{"partitions": 2, **kafka}), alerts=Alerts(lag_growing_minutes=3, lag_old_minutes=15)
    )


def partition(topic: str, number: int = 0, end: int = 100, **more: Any) -> Partition:
    facts = {"first": 0, "end": end, "fresh": 0, "sizes": {1: end * 1000}, **more}
    return Partition(topic, number, 1, (1,), (1,), **facts)


def kafka(
    *events: Partition, configs: dict[str, str] | None = None, letters: int = 0, **topics: int
) -> KafkaState:
    numbers = {DELTAS: 2, CHANGELOG: 2, **topics}
    found = {
        EVENTS: Topic(
            EVENTS, events or (partition(EVENTS), partition(EVENTS, 1)), RETENTION | (configs or {})
        ),
        LETTERS: Topic(LETTERS, (partition(LETTERS, end=letters),), RETENTION, frozenset(RETENTION)),
    }
    for name, count in numbers.items():
        found[name] = Topic(name, tuple(partition(name, number) for number in range(count)), RETENTION)
    return KafkaState(0.0, {1: "host:1"}, frozenset({1}), 1, found)

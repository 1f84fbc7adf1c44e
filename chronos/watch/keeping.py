"""What is to be changed in Kafka, so that topics are as the settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chronos import kafka_admin
from chronos.kafka_state import KafkaState, Topic
from chronos.settings import Settings

MANAGED = ("retention.ms", "retention.bytes", "segment.bytes")

Values = Mapping[str, str | None]  # by name; None is what the broker says


@dataclass(frozen=True)
class Plan:
    """``partitions`` is how many a topic is to have; ``configure`` and ``remember`` are settings by topic."""

    partitions: Mapping[str, int] = field(default_factory=dict)
    configure: Mapping[str, Values] = field(default_factory=dict)
    remember: Mapping[str, Values] = field(default_factory=dict)


def missing(kafka: KafkaState, settings: Settings) -> list[str]:
    """Topics that are not there."""
    return [topic.name for topic in kafka_admin.topics(settings) if topic.name not in kafka.topics]


def plan(kafka: KafkaState, settings: Settings, said: Mapping[tuple[str, str], str | None]) -> Plan:
    """What to do about the topics that are there; ``said`` is what the settings last said of them.

    What has changed in the settings since is applied. What somebody has set by hand stays: Kafka would
    delete what is beyond a retention that was meant to be longer.
    """
    events = kafka.topics.get(settings.kafka.events_topic)
    grows = events is not None and len(events.partitions) < settings.kafka.partitions
    configure: dict[str, Values] = {}
    remember: dict[str, Values] = {}
    for topic in kafka.topics.values():
        changed, noted = _changed(topic, wanted(topic, settings), said)
        if changed:
            configure[topic.name] = changed
        if noted:
            remember[topic.name] = noted
    partitions = {settings.kafka.events_topic: settings.kafka.partitions} if grows else {}
    return Plan(partitions, configure, remember)


def wanted(topic: Topic, settings: Settings) -> dict[str, str | None]:
    """What the settings say of a topic as it is: a budget is shared by the partitions that there are."""
    made = {one.name: one.topic_configs for one in kafka_admin.topics(settings)}[topic.name]
    found: dict[str, str | None] = {name: made.get(name) for name in MANAGED}
    if topic.name == settings.kafka.events_topic:
        replicas = max(len(one.replicas) for one in topic.partitions)
        budget = kafka_admin.retention_bytes(settings, len(topic.partitions), replicas)
        found |= {name: budget.get(name) for name in ("retention.bytes", "segment.bytes")}
    return found


def set_by_hand(topic: Topic, settings: Settings) -> dict[str, tuple[str, str | None]]:
    """By name, what a topic has and what the settings say, where somebody has set something else."""
    return {
        name: (topic.configs[name], value)
        for name, value in wanted(topic, settings).items()
        if name in topic.own and topic.configs.get(name) != value
    }


def _changed(
    topic: Topic, values: Values, said: Mapping[tuple[str, str], str | None]
) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """What is to be set, and what is to be remembered."""
    if not topic.configs:  # nobody could tell them
        return {}, {}
    changed: dict[str, str | None] = {}
    noted: dict[str, str | None] = {}
    for name, value in values.items():
        key = topic.name, name
        if key in said and said[key] == value:
            continue
        noted[name] = value
        there = topic.configs.get(name) if name in topic.own else None
        # Never seen before, and set to something: by hand, or by settings of which nothing is known.
        if there != value and (key in said or there is None):
            changed[name] = value
    return changed, noted

"""What is to be changed in Kafka, so that topics are as the settings say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chronos import kafka_admin
from chronos.kafka_state import KafkaState, Topic
from chronos.settings import Settings

MANAGED = ("retention.ms", "retention.bytes", "segment.bytes")

LEAST_IN_SYNC = 2  # replicas, so that no broker alone has what was acknowledged

Values = Mapping[str, str | None]  # by name; None is what the broker says


@dataclass(frozen=True)
class Doubt:
    """What may be meant or not, and what a person can do."""

    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.what}: {self.do}"


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
    made = _made(topic, settings)
    found: dict[str, str | None] = {name: made.get(name) for name in MANAGED}
    if topic.name == settings.kafka.events_topic:
        replicas = max(len(one.replicas) for one in topic.partitions)
        budget = kafka_admin.retention_bytes(settings, len(topic.partitions), replicas)
        found |= {name: budget.get(name) for name in ("retention.bytes", "segment.bytes")}
    return found


def doubts(topic: Topic, settings: Settings) -> Iterator[Doubt]:
    """What of a topic is other than the settings say, or less than is safe; nothing of it is mended."""
    there, asked = len(topic.partitions), settings.kafka.partitions
    if topic.name == settings.kafka.events_topic and there != asked:
        yield Doubt(
            f"topic {topic.name} has {there} partitions, and [kafka] partitions is {asked}",
            "a worker that runs adds them" if there < asked else "set it to that: a topic never gets fewer",
        )
    for name, (value, said) in _different(topic, settings).items():
        yield Doubt(
            f"{name} of {topic.name} is {value}, and the settings say {said or 'nothing of it'}",
            "it was set by hand, and stays until the setting changes"
            if name in MANAGED
            else "the topic was made with that, or it was set by hand: change it with Kafka's own tools",
        )
    replicas = min(len(one.replicas) for one in topic.partitions)
    if topic.configs and topic.least_in_sync < min(LEAST_IN_SYNC, replicas - 1):
        yield Doubt(
            f"topic {topic.name} has {replicas} replicas, and one alone acknowledges beacons",
            f"set its min.insync.replicas to {LEAST_IN_SYNC} with Kafka's own tools",
        )


def _different(topic: Topic, settings: Settings) -> dict[str, tuple[str, str | None]]:
    """By name, what a topic has and what the settings say, where somebody has set something else."""
    return {
        name: (topic.configs[name], value)
        for name, value in (_made(topic, settings) | wanted(topic, settings)).items()
        if topic.configs.get(name, value) != value and (name in topic.own or name not in MANAGED)
    }


def _made(topic: Topic, settings: Settings) -> dict[str, str | None]:
    """What a topic is made with."""
    return dict({one.name: one.topic_configs for one in kafka_admin.topics(settings)}[topic.name])


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

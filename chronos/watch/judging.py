"""What is so, by what was seen: conditions, and of which kinds it is known now whether they are so."""

from collections.abc import Iterator
from dataclasses import dataclass

from chronos import kafka_admin
from chronos.kafka_state import KafkaState, Partition
from chronos.settings import Settings
from chronos.watch.incidents import Condition
from chronos.watch.seeing import Seen

OF_KAFKA = (
    "no_controller",
    "broker_away",
    "partitions_offline",
    "partitions_refuse",
    "partitions_under_replicated",
    "topic_missing",
    "partitions_fewer",
    "window_partitions_differ",
    "broker_disk_nearly_full",
)
OF_WORKER = ("spool_filling", "spool_full", "disk_nearly_full")
FULL = 0.98  # of a spool: the next beacons may not fit
FILLING = 0.5
SHOWN = 5  # partitions that a sentence names


@dataclass(frozen=True)
class Judgement:
    """What is so, and the names of what could be judged."""

    conditions: list[Condition]
    judged: set[str]

    def __add__(self, other: "Judgement") -> "Judgement":
        return Judgement(self.conditions + other.conditions, self.judged | other.judged)


def of_kafka(seen: Seen, settings: Settings) -> Judgement:
    """What one worker finds for all: Kafka itself, and the sinks that wait."""
    judged = {"kafka_unreachable", "database_away"}
    found: list[Condition] = []
    if seen.database_problem is not None:  # for which all sinks wait, and one alert is enough
        found.append(Condition("database_away", "", seen.database_problem))
    else:
        judged.add("sink_waits")
        found += [Condition("sink_waits", name, f"{name} waits: {why}") for name, why in seen.waiting.items()]
    if seen.kafka is None:
        found.append(Condition("kafka_unreachable", "", seen.kafka_problem or "Kafka does not answer"))
        return Judgement(found, judged)
    found += of_cluster(seen.kafka)
    found += of_topics(seen, seen.kafka, settings)
    found += of_disks(seen.kafka, settings)
    return Judgement(found, judged | set(OF_KAFKA))


def of_worker(seen: Seen, settings: Settings, worker: str, disk: str) -> Judgement:
    """What each worker finds for itself; ``worker`` and ``disk`` say which."""
    return Judgement(list(_of_worker(seen, settings, worker, disk)), set(OF_WORKER))


def of_cluster(kafka: KafkaState) -> Iterator[Condition]:
    """What is wrong with brokers and partitions."""
    if kafka.controller is None:
        yield Condition("no_controller", "", f"no controller leads the {len(kafka.brokers)} brokers")
    for broker in kafka.away:
        there, known = len(kafka.brokers), len(kafka.known)
        yield Condition("broker_away", str(broker), f"broker {broker} is away, {there} of {known} are there")
    for name, partitions, what in (
        ("partitions_offline", kafka.offline, "have no leader"),
        ("partitions_refuse", kafka.under_least, "take nothing: too few replicas are in sync"),
        ("partitions_under_replicated", kafka.under_replicated, "lack a replica"),
    ):
        if partitions:
            yield Condition(name, "", f"{_named(partitions)} {what}", len(partitions))


def of_topics(seen: Seen, kafka: KafkaState, settings: Settings) -> Iterator[Condition]:
    """Which topics are missing, or have other partitions than they should."""
    wanted = {topic.name: topic.num_partitions for topic in kafka_admin.topics(settings)}
    for name in wanted.keys() - kafka.topics.keys():
        yield Condition("topic_missing", name, f"topic {name} is missing")
    for name, topic in kafka.topics.items():
        there, asked = len(topic.partitions), wanted[name]
        if name == settings.kafka.events_topic and there < asked and name in seen.refused:
            summary = f"topic {name} has {there} of {asked} partitions: {seen.refused[name]}"
            yield Condition("partitions_fewer", name, summary, there)
        elif name in windows(settings) and there != asked:
            summary = f"topic {name} has {there} partitions, and [kafka] partitions is {asked}"
            yield Condition("window_partitions_differ", name, summary, there)


def of_disks(kafka: KafkaState, settings: Settings) -> Iterator[Condition]:
    """Brokers elsewhere whose disk is nearly full; those here have the one that each worker looks at."""
    for broker, disk in kafka.disks.items() if settings.kafka.bootstrap else ():
        if disk.free < settings.alerts.disk_free_bytes:
            summary = f"{disk.free / 1e9:,.1f} GB are free on the disk of broker {broker}"
            yield Condition("broker_disk_nearly_full", str(broker), summary, disk.free)


def windows(settings: Settings) -> set[str]:
    """The topics whose number of partitions decides where keys of windows are."""
    return {settings.kafka.window_deltas_topic, kafka_admin.changelog(settings)}


def _of_worker(seen: Seen, settings: Settings, worker: str, disk: str) -> Iterator[Condition]:
    used, limit = seen.spool
    if limit and used > FILLING * limit:
        name = "spool_full" if used > FULL * limit else "spool_filling"
        summary = f"the spool of {worker} has {used / 1e6:,.1f} of {limit / 1e6:,.1f} MB"
        if name == "spool_full":  # which it is on its way to be empty, too
            yield Condition("spool_filling", worker, summary, used)
        yield Condition(name, worker, summary, used)
    if seen.disk_free is not None and seen.disk_free < settings.alerts.disk_free_bytes:
        summary = f"{seen.disk_free / 1e9:,.1f} GB are free on {disk}"
        yield Condition("disk_nearly_full", disk, summary, seen.disk_free)


def _named(partitions: list[Partition]) -> str:
    names = [f"{one.topic}/{one.number}" for one in partitions]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"

"""Checks of Kafka: whether it answers, and whether brokers and topics are as they should be."""

import time
from collections.abc import Iterable, Iterator

from chronos import kafka_admin
from chronos.cli import looking
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.cli.kafka_line import kafka_line
from chronos.cli.overview import size
from chronos.errors import ServiceError
from chronos.kafka_state import KafkaState, Topic
from chronos.settings import Settings
from chronos.watch import judging, keeping
from chronos.watch.incidents import KINDS, Condition
from chronos.watch.seeing import Seen

STATES = {"warning": WARNING, "critical": FAILED}


async def kafka(patient: Patient) -> list[Finding]:
    """Whether it is there, its brokers, and each topic: what a worker's watch would say of them."""
    if patient.kafka is None:
        todo = "start it: `chronos start kafka`, or name yours in [kafka] bootstrap"
        return [Finding("Kafka", FAILED, "it does not run here, and nothing says where one is", todo)]
    try:
        state = await looking.kafka(patient.settings, patient.kafka)
    except ServiceError as error:
        return [finding("Kafka", Condition("kafka_unreachable", "", str(error)))]
    disks = [finding("Kafka", one) for one in judging.of_disks(state, patient.settings)]
    return [*_cluster(state, patient.kafka), *disks, *of_topics(state, patient.settings)]


def finding(name: str, condition: Condition) -> Finding:
    """What is so, as a finding."""
    kind = KINDS[condition.name]
    return Finding(name, STATES[kind.severity], condition.summary.removeprefix(f"{name} "), kind.what_to_do)


def of_topics(state: KafkaState, settings: Settings) -> Iterator[Finding]:
    """What is wrong with topics, what is not as it is set, and which are well."""
    wrong = list(judging.of_topics(Seen(time.time(), kafka=state), state, settings))
    lacking = {one.topic for one in (*state.offline, *state.under_least, *state.under_replicated)}
    for name in [topic.name for topic in kafka_admin.topics(settings)]:
        found = [finding(f"topic {name}", one) for one in wrong if one.subject == name]
        if name in state.topics:
            doubts = keeping.doubts(state.topics[name], settings)
            found += [
                Finding(f"topic {name}", WARNING, one.what.removeprefix(f"topic {name} "), one.do)
                for one in doubts
            ]
        if not found and name not in lacking:
            found = [Finding(f"topic {name}", OK, _says(state.topics[name]))]
        yield from found


def _cluster(state: KafkaState, address: str) -> Iterable[Finding]:
    found = [finding("Kafka", one) for one in judging.of_cluster(state)]
    return found or [Finding("Kafka", OK, f"{kafka_line(state)}, at {address}")]


def _says(topic: Topic) -> str:
    partitions, replicas = len(topic.partitions), max(len(one.replicas) for one in topic.partitions)
    copies = f", {replicas} replicas, {topic.least_in_sync} have to be in sync" if replicas > 1 else ""
    plural = "s" * (partitions != 1)
    return f"{partitions} partition{plural}{copies}; {topic.messages:,} messages, {size(topic.size)}"

"""Checks of Kafka: whether it answers, and whether the topics are as they should be."""

from collections.abc import Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from chronos import kafka_admin
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient

TIMEOUT_MS = 8_000
MAKES = "workers make what is missing when they start; `chronos start` starts them"


async def kafka(patient: Patient) -> list[Finding]:
    """Whether it is there, how many brokers it has, and each topic."""
    if patient.kafka is None:
        todo = "start it: `chronos start kafka`, or name yours in [kafka] bootstrap"
        return [Finding("Kafka", FAILED, "nothing says where it is", todo)]
    client = AIOKafkaAdminClient(bootstrap_servers=patient.kafka, request_timeout_ms=TIMEOUT_MS)
    try:
        await client.start()
        brokers = (await client.describe_cluster())["brokers"]
        found = [Finding("Kafka", OK, f"{_number(len(brokers), 'broker')} at {patient.kafka}")]
        return found + await _topics(client, kafka_admin.topics(patient.settings))
    except (KafkaError, OSError) as error:
        reason = f"no answer at {patient.kafka} ({type(error).__name__})"
        return [Finding("Kafka", FAILED, reason, "see to it: `chronos status`, `chronos log kafka`")]
    finally:
        await client.close()


async def _topics(client: AIOKafkaAdminClient, wanted: list[NewTopic]) -> list[Finding]:
    there = set(await client.list_topics())
    names = [topic.name for topic in wanted if topic.name in there]
    described = {one["topic"]: one for one in (await client.describe_topics(names) if names else [])}
    configured = await _configured(client, names)
    found = []
    for topic in wanted:
        name = f"topic {topic.name}"
        if topic.name not in there:
            found.append(Finding(name, FAILED, "is missing", MAKES))
        else:
            found.append(_topic(name, topic, described[topic.name]["partitions"], configured[topic.name]))
    return found


def _topic(
    name: str, wanted: NewTopic, partitions: list[Mapping[str, Any]], configured: Mapping[str, str]
) -> Finding:
    """The worst that there is to say of a topic."""
    if not partitions:
        return Finding(name, FAILED, "Kafka tells of no partition", "it is being made or deleted: ask again")
    leaderless = [one["partition"] for one in partitions if one["leader"] < 0]
    behind = [one["partition"] for one in partitions if len(one["isr"]) < len(one["replicas"])]
    replicas = min(len(one["replicas"]) for one in partitions)
    needed = int(configured.get("min.insync.replicas", 1))
    size = f"{_number(len(partitions), 'partition')}, {_number(replicas, 'replica')}"
    says = f"{size}, min.insync.replicas {needed}"
    if leaderless:
        text = f"partitions {_list(leaderless)} have no leader; {says}"
        return Finding(name, FAILED, text, "start the brokers that are down; nothing can be written there")
    few = [one["partition"] for one in partitions if len(one["isr"]) < needed]
    if few:
        text = f"partitions {_list(few)} have fewer replicas in sync than min.insync.replicas; {says}"
        return Finding(
            name, FAILED, text, "start the brokers that are down; beacons go to the spool meanwhile"
        )
    if behind:
        text = f"replicas of partitions {_list(behind)} are not in sync; {says}"
        return Finding(name, WARNING, text, "start the broker that is down, or wait until it has caught up")
    if replicas > 1 and needed < 2:
        todo = "set min.insync.replicas = 2 on the topic: else one broker alone acknowledges"
        return Finding(name, WARNING, says, todo)
    return _as_set(name, wanted, says, len(partitions), configured)


def _as_set(
    name: str, wanted: NewTopic, says: str, partitions: int, configured: Mapping[str, str]
) -> Finding:
    different = [
        f"{key} is {configured[key]}, and not {value}"
        for key, value in wanted.topic_configs.items()
        if key in configured and configured[key] != value
    ]
    if different:
        todo = (
            "topics keep what they were made with: change the topic with Kafka's own tools, or the settings"
        )
        return Finding(name, WARNING, f"{', '.join(different)}; {says}", todo)
    if partitions != wanted.num_partitions:
        todo = (
            "topics keep the number they were made with: set [kafka] partitions to it, so that nobody wonders"
        )
        return Finding(name, WARNING, f"not {wanted.num_partitions} partitions, as is set; {says}", todo)
    return Finding(name, OK, says)


async def _configured(client: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, dict[str, str]] = {name: {} for name in names}
    for answer in await client.describe_configs(asked):
        for _, _, _, name, entries in answer.resources:
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))

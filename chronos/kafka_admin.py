"""Creates the topics and changes them, and tells whether a Kafka answers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from chronos import kafka_budget
from chronos.errors import ServiceError
from chronos.kafka_away import AWAY, reason
from chronos.kafka_protocol import IncrementalAlterConfigs
from chronos.settings import Settings

HEADERS_BYTES = 65_536
WINDOW_BYTES = 4_000_000  # of a message to the topics of windows, at most (chronos.windows)
MILLISECONDS_PER_HOUR = 3_600_000
TIMEOUT_MS = 10_000
PROBE_SECONDS = 3.0
CREATE_SECONDS = 30.0


async def broker_ready(address: str, number: int) -> bool:
    """Whether the broker ``number`` of a cluster answers by itself, and knows itself for a part of it."""
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=int(PROBE_SECONDS * 1000))
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await client.bootstrap()  # it asks nobody else
            return number in {broker.nodeId for broker in client.cluster.brokers()}
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()


async def create_topics(bootstrap: str, settings: Settings) -> list[str]:
    """Create the topics that are not there, and wait until they can be written; return their names.

    Those that are there are left as they are. ServiceError where Kafka does not answer or refuses.
    """
    async with _administering(bootstrap) as client:
        there = set(await client.list_topics())
        wanted = [topic for topic in topics(settings) if topic.name not in there]
        created = await _create(client, wanted) if wanted else []
        await _until_led(client, [topic.name for topic in wanted])
        return created


async def add_partitions(bootstrap: str, topic: str, total: int) -> None:
    """Give a topic ``total`` partitions, more than it has, and wait until they can be written.

    ServiceError where Kafka does not answer or refuses.
    """
    async with _administering(bootstrap) as client:
        await client.create_partitions({topic: NewPartitions(total)}, timeout_ms=TIMEOUT_MS)
        await _until_led(client, [topic])


async def configure(bootstrap: str, topic: str, values: Mapping[str, str | None]) -> None:
    """Set some settings of a topic, None for what the broker says; all others stay. Raises ServiceError."""
    async with _administering(bootstrap) as client:
        answer = await client._send_to_controller(IncrementalAlterConfigs(topic, values))
        for code, message, *_ in answer.resources:
            if code:
                raise for_code(code)(message)


def topics(settings: Settings) -> list[NewTopic]:
    """The topics that must be there before the first worker starts, as they are to be made."""
    kafka = settings.kafka
    budget = retention_bytes(settings, kafka.partitions, kafka.replication)
    found = [
        _topic(settings, kafka.events_topic, kafka.partitions, **budget),
        _topic(settings, kafka.dead_letters_topic, 1),
    ]
    if settings.windows.enabled:
        large = {"max.message.bytes": str(WINDOW_BYTES)}
        found.append(_topic(settings, kafka.window_deltas_topic, kafka.partitions, **large))
        found.append(_topic(settings, changelog(settings), kafka.partitions, **large, **_kept(settings)))
    return found


def retention_bytes(settings: Settings, partitions: int, replicas: int) -> dict[str, str]:
    """What topic `events` is set to for [kafka] retention_bytes; nothing where that is 0."""
    largest = settings.limits.beacon_bytes + HEADERS_BYTES
    return kafka_budget.retention(settings.kafka.retention_bytes, partitions, replicas, largest)


def changelog(settings: Settings) -> str:
    """The topic from which the table of windows is brought back; Faust gives it its name."""
    return f"{settings.kafka.consumer_group}-window_panes-changelog"


def _topic(settings: Settings, name: str, partitions: int, **more: str) -> NewTopic:
    kafka = settings.kafka
    configuration = {
        "retention.ms": str(kafka.retention_hours * MILLISECONDS_PER_HOUR),
        "max.message.bytes": str(settings.limits.beacon_bytes + HEADERS_BYTES),
    }
    if kafka.replication > 1:
        # One replica may be away; what is acknowledged is in all others.
        configuration["min.insync.replicas"] = str(kafka.replication - 1)
    if kafka.replication == 1 or kafka.bootstrap is None:
        # All copies are on one machine, and on its disk before they are acknowledged. After a power failure
        # the log must not be shorter than what the database has of it: new beacons would get offsets that
        # count as stored.
        configuration["flush.messages"] = "1"
    return NewTopic(name, partitions, kafka.replication, topic_configs=configuration | more)


def _kept(settings: Settings) -> dict[str, str]:
    """How long the changelog keeps a pane: as long as its slot is kept, and each of its values for a while.

    What comes late writes to its pane as long as it is not too late, so the newest value is never older than
    that. The last hour is not compacted: a worker that was held up may have written what is older behind it.
    """
    windows = settings.windows
    hours = windows.retention_hours + windows.lateness_hours
    return {
        "cleanup.policy": "compact,delete",
        "retention.ms": str(hours * MILLISECONDS_PER_HOUR),
        "segment.ms": str(MILLISECONDS_PER_HOUR),
        "min.compaction.lag.ms": str(MILLISECONDS_PER_HOUR),
    }


@asynccontextmanager
async def _administering(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client, in bounded time; raises ServiceError for what Kafka refuses, too."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=TIMEOUT_MS)
    try:
        async with asyncio.timeout(CREATE_SECONDS):
            await client.start()
            yield client
    except AWAY as error:
        raise ServiceError(service=f"Kafka at {bootstrap}", reason=reason(error)) from error
    finally:
        await client.close()


async def _create(client: AIOKafkaAdminClient, wanted: list[NewTopic]) -> list[str]:
    answer = await client.create_topics(wanted, timeout_ms=TIMEOUT_MS)
    created = []
    for name, code, *message in answer.topic_errors:
        error = for_code(code)
        if error is TopicAlreadyExistsError:
            continue
        if code:
            raise error(*message)
        created.append(name)
    return created


async def _until_led(client: AIOKafkaAdminClient, names: list[str]) -> None:
    # The controller answers before the brokers know of the topic.
    while names:
        described = await client.describe_topics(names)
        partitions = [partition for topic in described for partition in topic["partitions"]]
        led = all(topic["partitions"] for topic in described) and all(
            one["leader"] >= 0 for one in partitions
        )
        if led:
            return
        await asyncio.sleep(0.05)

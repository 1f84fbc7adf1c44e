"""What a real Kafka says of itself."""

import time
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from worker import until

from chronos import kafka_admin
from chronos.errors import ServiceError
from chronos.kafka_look import look
from chronos.kafka_state import KafkaState


async def test_a_topic_is_seen_with_its_offsets_bytes_and_what_was_read(settings: Any) -> None:
    bootstrap, topic, group = (
        settings.kafka.bootstrap,
        settings.kafka.events_topic,
        settings.kafka.consumer_group,
    )
    old = int((time.time() - 3600) * 1000)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for timestamp in (old, old, None):
            await producer.send_and_wait(topic, b"x" * 1000, partition=2, timestamp_ms=timestamp)
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False
    ) as consumer:
        consumer.assign([TopicPartition(topic, 2)])
        await consumer.commit({TopicPartition(topic, 2): 1})

    names = [one.name for one in kafka_admin.topics(settings)]

    async def seen() -> KafkaState | None:
        found = await look(bootstrap, [*names, "no-such-topic"], group, fresh_seconds=60)
        return found if found.topics[topic].partitions[2].end == 3 else None

    state: KafkaState = await until(seen, 30, "what was written is seen")
    assert list(state.topics) == names
    assert state.away == []
    assert state.controller in state.brokers
    assert not state.offline
    assert not state.under_replicated
    busy, quiet = state.topics[topic].partitions[2], state.topics[topic].partitions[0]
    assert (busy.first, busy.end, busy.fresh, busy.committed, busy.lag(1)) == (0, 3, 2, 1, 2)
    assert (quiet.first, quiet.end, quiet.fresh, quiet.committed) == (0, 0, 0, None)
    assert busy.size
    assert busy.size > 3000
    assert state.topics[topic].size == sum(busy.sizes.values())
    assert state.topics[topic].configs["retention.ms"] == str(settings.kafka.retention_hours * 3_600_000)
    assert "retention.ms" in state.topics[topic].own
    assert "retention.bytes" not in state.topics[topic].own
    assert state.groups
    assert set(state.disks) == set(state.brokers)
    assert all(0 < disk.free < disk.size for disk in state.disks.values())


async def test_looking_for_a_topic_does_not_make_it(settings: Any) -> None:
    name = f"{settings.kafka.events_topic}-none"
    for _ in range(2):
        assert not (await look(settings.kafka.bootstrap, [name], "nobody")).topics


async def test_a_kafka_that_does_not_answer_is_said_to_be_away() -> None:
    with pytest.raises(ServiceError, match=r"Kafka at 127\.0\.0\.1:1"):
        await look("127.0.0.1:1", ["events"], "nobody")

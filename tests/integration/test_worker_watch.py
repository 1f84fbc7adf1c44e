"""What a worker that runs mends in Kafka, while visitors come."""

import asyncio
import random
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from load import Load, compare_raw
from project import delete_topics
from visitors import Visitors, check
from worker import Deploy, until

from chronos import kafka_admin
from chronos.kafka_look import look
from chronos.kafka_state import Partition

pytestmark = pytest.mark.timeout(280)

SOON = {"look_seconds": 1.0}


@pytest.mark.soak
async def test_partitions_that_are_added_are_stored_and_counted_like_the_others(
    deploy: Deploy, rng: random.Random
) -> None:
    async with deploy(alerts=SOON) as deployment:
        await deployment.delete_topics()
        deployment.tables["kafka"] = {**deployment.tables["kafka"], "partitions": 3}
        deployment.write()
        worker = await deployment.start_worker()
        async with Visitors(deployment, rng):
            await asyncio.sleep(2)
        await worker.stop()
        deployment.tables["kafka"] = {**deployment.tables["kafka"], "partitions": 7}
        deployment.write()
        await worker.start()

        async def has_seven() -> bool:
            return len(await deployment.end_offsets()) == 7

        await until(has_seven, 60, "topic events has seven partitions")

        async def new_ones_are_stored() -> bool:
            return set(await deployment.watermarks()) > set(range(3))

        async with Visitors(deployment, rng):
            await until(new_ones_are_stored, 120, "beacons in a partition that was added")
        await check(deployment)
        deltas = await deployment.end_offsets(deployment.tables["kafka"]["window_deltas_topic"])
        assert set(deltas) == {0, 1, 2}, "windows keep theirs"


@pytest.mark.soak
async def test_a_topic_that_somebody_deletes_is_made_again_and_what_comes_is_stored(
    deploy: Deploy, rng: random.Random
) -> None:
    """Also without windows, whose agents once looked after topics."""
    async with deploy(windows={"enabled": False}, alerts=SOON) as deployment:
        worker = await deployment.start_worker()
        await deployment.until_views()
        async with Load(deployment.http, lambda: [worker.url], rng) as before:
            await asyncio.sleep(2)
        await deployment.until_stored()
        await delete_topics(deployment.kafka, deployment.events_topic)

        async def is_told() -> bool:
            health = await worker.health()
            return bool(health and any("events is missing" in remark for remark in health["remarks"]))

        await until(is_told, 30, "/health says that a topic is missing")

        async def is_made() -> bool:
            return f"topic {deployment.events_topic} was not there any more, and was made" in worker.said

        await until(is_made, 60, "the topic is made again")
        async with Load(deployment.http, lambda: [worker.url], rng) as after:
            await asyncio.sleep(2)
        await deployment.until_stored(90)
        await compare_raw(deployment, before, after)
        told = [line for line in worker.said.splitlines() if "incident topic_missing" in line]
        assert ["has begun" in line for line in told] == [True, False], told
        assert "is over" in told[1], told


@pytest.mark.soak
@pytest.mark.timeout(400)
async def test_a_budget_deletes_the_oldest_segments_and_is_kept(make_settings: Any) -> None:
    budget = 8_388_608
    settings = await make_settings(kafka={"partitions": 1, "retention_bytes": budget})
    bootstrap, topic = settings.kafka.bootstrap, settings.kafka.events_topic
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=1_100_000) as producer:
        for _ in range(30):
            await producer.send_and_wait(topic, random.randbytes(700_000), partition=0)

    async def seen() -> Partition | None:
        state = await look(bootstrap, [one.name for one in kafka_admin.topics(settings)], "nobody")
        [partition] = state.topics[topic].partitions
        return partition if partition.first and (partition.size or 0) <= budget else None

    # An embedded Kafka looks every ten seconds; any other one as often as it was told, or every five minutes.
    partition: Partition = await until(seen, 330, "the budget is kept", pause=1)
    assert partition.end == 30
    assert partition.messages
    assert partition.messages * 700_000 > budget / 2, "and not much more than that is deleted"

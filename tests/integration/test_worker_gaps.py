"""What is missing before a batch: fetched from Kafka again where Kafka has it, passed over where not."""

import asyncio
import random
import time

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition
from load import TYPES, Load, compare, told
from worker import Deployment, until

TABLES = ["watermarks", "beacons", "metadata", "views.ahead", *(f"raw.{name}" for name in TYPES)]


async def restore_to_nothing(deployment: Deployment) -> None:
    """As if the database were restored from a backup that was made before the first beacon."""
    connection = await asyncpg.connect(deployment.database, timeout=10)
    try:
        async with connection.transaction():
            views = [
                f"views.{row['name']}"
                for row in await connection.fetch(
                    "select relname as name from pg_class where relnamespace = 'views'::regnamespace"
                    " and relkind = 'r' and relname not in ('catalog', 'ahead')"
                )
            ]
            await connection.execute(f"truncate {', '.join([*TABLES, *views])}")
            await connection.execute(  # a restored server has lost its connections
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and application_name like 'chronos%'"
            )
    finally:
        await connection.close()


async def send_for(deployment: Deployment, rng: random.Random, seconds: float, pause: float = 0.01) -> Load:
    """Beacons for some seconds, from six senders."""
    async with Load(deployment.http, lambda: [deployment.workers[0].url], rng, pause=pause) as load:
        await asyncio.sleep(seconds)
    return load


@pytest.mark.parametrize(
    "under_load",
    [
        pytest.param(False, id="and nothing comes"),
        pytest.param(True, id="under load", marks=pytest.mark.soak),
    ],
)
async def test_a_database_restored_to_an_older_state_is_caught_up_from_kafka(
    deployment: Deployment, rng: random.Random, under_load: bool
) -> None:
    worker = await deployment.start_worker()
    loads = [await send_for(deployment, rng, 2, pause=0)]
    await deployment.until_stored()
    # Then only a gap tells that something is missing, or, where nothing comes, a look at the watermarks.
    await deployment.until_committed()
    if under_load:
        async with Load(deployment.http, lambda: [worker.url], rng, pause=0) as load:
            await asyncio.sleep(0.5)
            await restore_to_nothing(deployment)
            await asyncio.sleep(3)
        loads.append(load)
    else:
        await restore_to_nothing(deployment)
    await deployment.until_stored(60)
    told("restored", events=sum(load.events for load in loads))
    await compare(deployment, *loads)
    assert await worker.metric("offsets_missing_total", sink="store_events") == 0


@pytest.mark.soak
async def test_a_restored_database_is_caught_up_across_a_restart_of_the_worker(
    deployment: Deployment, rng: random.Random
) -> None:
    worker = await deployment.start_worker()
    loads = [await send_for(deployment, rng, 2, pause=0)]
    await deployment.until_stored()
    await worker.stop()
    await restore_to_nothing(deployment)
    await worker.start()
    loads.append(await send_for(deployment, rng, 1))
    worker.kill()
    await worker.start()
    loads.append(await send_for(deployment, rng, 1))
    await deployment.until_stored(60)
    await compare(deployment, *loads)
    assert await worker.metric("offsets_missing_total", sink="store_events") == 0


async def test_a_topic_made_anew_under_a_running_worker_is_stored(
    deployment: Deployment, rng: random.Random
) -> None:
    """Also what happens when a broker has just started, and does not know its topics yet."""
    worker = await deployment.start_worker()
    loads = [await send_for(deployment, rng, 2)]
    await deployment.until_stored()
    await deployment.delete_topics()

    async def has_noticed() -> bool:
        return "not found in cluster metadata" in worker.said

    await until(has_noticed, 30, "the worker sees that its topics are gone")
    await deployment.create_topics()
    began = time.monotonic()
    loads.append(await send_for(deployment, rng, 2))
    await deployment.until_stored(60)
    told("topics made anew", stored=f"after {time.monotonic() - began:.1f} s")

    async def nothing_is_remembered() -> bool:
        return await worker.metric("beacons_remembered") == 0

    # What the old topic still took is not in Kafka, and comes when it is sent again.
    await until(nothing_is_remembered, 60, "all that was accepted is stored")
    await compare(deployment, *loads)
    assert worker.alive


async def test_what_kafka_has_deleted_is_passed_over_counted_and_logged(
    deployment: Deployment, rng: random.Random
) -> None:
    worker = await deployment.start_worker()
    lost = await send_for(deployment, rng, 1)
    await deployment.until_stored()
    await worker.stop()
    await restore_to_nothing(deployment)
    ends = await deployment.end_offsets()
    client = AIOKafkaAdminClient(bootstrap_servers=deployment.kafka)
    await client.start()
    try:
        places = {TopicPartition(deployment.events_topic, number): end for number, end in ends.items()}
        await client.delete_records(
            {place: RecordsToDelete(before_offset=end) for place, end in places.items()}
        )
    finally:
        await client.close()
    await worker.start()
    kept = []

    async def every_partition_goes_on() -> bool:
        kept.append(await send_for(deployment, rng, 0.5))
        return set(await deployment.watermarks()) == {number for number, end in ends.items() if end}

    await until(every_partition_goes_on, what="a beacon in every partition")
    await deployment.until_stored()
    await compare(deployment, *kept)
    missing = await worker.metric("offsets_missing_total", sink="store_events")
    assert missing == sum(ends.values()) == len(lost.accepted)
    assert "has no offsets 0 to" in worker.said

"""What `chronos status` reads of a real Kafka and a real database, with no worker beside."""

import json
from collections.abc import Callable
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from click.testing import CliRunner

from chronos.cli import main
from chronos.settings import Settings


async def status(*arguments: str) -> str:
    import asyncio

    result = await asyncio.to_thread(CliRunner().invoke, main, ["status", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


async def produce(settings: Settings, *partitions: int) -> None:
    bootstrap = settings.kafka.bootstrap
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for number in partitions:
            await producer.send_and_wait(settings.kafka.events_topic, b"{}", partition=number)


async def test_lag_and_last_event_are_those_of_kafka_and_the_database(settings: Settings) -> None:
    await produce(settings, 0, 0, 0, 4)
    url = str(settings.timescaledb.url)
    connection = await asyncpg.connect(url)
    await connection.execute(
        "insert into watermarks (sink, topic, partition, next_offset) values"
        " ('store_events', $1, 0, 2), ('feed_views', $1, 0, 3), ('store_events', 'another', 0, 99)",
        settings.kafka.events_topic,
    )
    newest = await connection.fetchval(
        "insert into beacons values (gen_random_uuid(), 0, 0, now() - interval '5 s') returning time"
    )
    await connection.close()
    said = json.loads(await status("--json"))
    assert said["lag"]["unavailable"] is None
    behind = {
        one["sink"]: {p["partition"]: p["lag"] for p in one["partitions"]} for one in said["lag"]["sinks"]
    }
    none = dict.fromkeys(range(6), 0)
    assert behind == {
        "store_events": {**none, 0: 1, 4: 1},
        "feed_views": {**none, 4: 1},
        "count_windows": {**none, 0: 3, 4: 1},
        "keep_dead_letters": {0: 0},
    }
    assert said["last_event"] == newest.isoformat()
    assert said["database"]["server"]
    text = await status()
    assert "store_events 2 (1 in partition 0, 1 in partition 4)" in text
    assert "Beacons wait in Kafka (4) and no worker runs here" in text
    assert url not in text


async def test_a_database_that_was_not_migrated_is_told(
    make_settings: Callable[..., Any], empty_database: str
) -> None:
    await make_settings(timescaledb={"url": empty_database})
    assert "The database was not migrated: `chronos migrate`" in await status()


async def test_a_topic_that_is_not_there_is_told(settings: Settings, monkeypatch: Any) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_EVENTS_TOPIC", "no-such-topic")
    assert "no-such-topic: there is none, until a worker makes it" in await status()

"""What `chronos status` reads of a real Kafka and a real database, with no worker beside."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from click.testing import CliRunner
from prometheus_client import REGISTRY

from chronos.cli import main
from chronos.settings import Settings
from chronos.watch.ledger import Ledger
from chronos.watch.notice import Notice
from chronos.watch.telling import Teller
from chronos.watch.watching import Facts, Watch

SOMEBODY_ELSES_BYTES = 2_000_000_000  # that come and go on the same disk between the two


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
    assert "Beacons wait in Kafka (4) and no worker answers" in text
    assert url not in text


async def test_a_database_that_was_not_migrated_is_told(
    make_settings: Callable[..., Any], empty_database: str
) -> None:
    await make_settings(timescaledb={"url": empty_database})
    assert "The database was not migrated: `chronos migrate`" in await status()


async def test_a_topic_that_is_not_there_is_told(settings: Settings, monkeypatch: Any) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_EVENTS_TOPIC", "no-such-topic")
    assert "no-such-topic: there is none, until a worker makes it" in await status()


async def test_status_and_metrics_say_the_same(settings: Settings, tmp_path: Path) -> None:
    await produce(settings, 0, 0, 0, 4)
    url, topic = str(settings.timescaledb.url), settings.kafka.events_topic
    connection = await asyncpg.connect(url)
    await connection.execute(
        "insert into watermarks (sink, topic, partition, next_offset) values"
        " ('store_events', $1, 0, 2), ('feed_views', $1, 4, 1), ('count_windows', $1, 4, 9)",
        topic,
    )
    await connection.close()
    settings.home.mkdir()
    await watched_once(settings, tmp_path)
    said = json.loads(await status("--json"))
    behind = {
        (one["sink"], part["partition"]): part["lag"]
        for one in said["lag"]["sinks"]
        for part in one["partitions"]
    }
    assert behind["count_windows", 4] == 1, "its watermark is of a topic that was made anew"
    assert behind == {
        (sink, number): value("chronos_consumer_lag", sink=sink, partition=str(number))
        for sink, number in behind
    }
    topics = said["topics"]["topics"]
    assert topics[topic]["bytes"] > 0
    for name, one in topics.items():
        assert value("chronos_kafka_topic_bytes", topic=name) == one["bytes"]
        limit = REGISTRY.get_sample_value("chronos_kafka_topic_budget_bytes", {"topic": name})
        assert limit == one["budget"]
    assert said["brokers"]["controller"] == value("chronos_kafka_controller")
    assert len(said["brokers"]["there"]) == value("chronos_kafka_brokers", state="there")
    free = value("chronos_disk_free_bytes")
    assert abs(said["disk"]["free"] - free) < SOMEBODY_ELSES_BYTES


async def watched_once(settings: Settings, folder: Path) -> None:
    """Look once, as a worker does, and set the gauges."""

    async def told(notice: Notice) -> None:
        pass

    ledger = Ledger(str(settings.timescaledb.url), "http://w", 1, folder / "w.json")
    facts = Facts("http://w", dict, lambda: (0, 100), lambda: True, lambda: True)
    teller = Teller([], told)
    watch = Watch(str(settings.kafka.bootstrap), settings, facts, ledger, teller, lambda sentences: None)
    try:
        await watch.once(time.time())
    finally:
        await ledger.close()


def value(name: str, **labels: str) -> float:
    found = REGISTRY.get_sample_value(name, labels)
    assert found is not None, (name, labels)
    return found

"""`chronos topics` shows what a real Kafka has, what waits for whom, and what is other than it is set."""

import asyncio
import json
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from click.testing import CliRunner
from worker import until

from chronos import kafka_admin
from chronos.cli import main
from chronos.settings import Settings


async def run(*arguments: str) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


async def topics(*arguments: str) -> str:
    return await run("topics", *arguments)


async def test_each_partition_has_its_offsets_bytes_and_what_waits_for_whom(settings: Settings) -> None:
    bootstrap, name = str(settings.kafka.bootstrap), settings.kafka.events_topic
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for number in (0, 0, 0, 4):
            await producer.send_and_wait(name, b"{}", partition=number)
    connection = await asyncpg.connect(str(settings.timescaledb.url))
    watermark = (
        "insert into watermarks (sink, topic, partition, next_offset) values ('store_events', $1, 0, 2)"
    )
    await connection.execute(watermark, name)
    await connection.close()
    found: dict[str, Any] = json.loads(await topics("--json"))
    assert (found["away"], found["wrong"]) == ([], [])
    assert set(found["topics"]) == {one.name for one in kafka_admin.topics(settings)}
    events = found["topics"][name]
    assert (events["messages"], events["lag"]["store_events"], events["lag"]["count_windows"]) == (4, 2, 4)
    first = events["partitions"][0]
    assert (first["first"], first["end"], first["lag"]["store_events"]) == (0, 3, 1)
    assert first["in_sync"] == first["replicas"] == [first["leader"]]
    assert events["bytes"] == sum(one["bytes"] for one in events["partitions"]) > 0
    sinks = json.loads(await run("sinks", "list", "--json"))
    behind = {one["name"]: one["behind"] for one in sinks}
    assert behind == {"store_events": 2, "feed_views": 4, "count_windows": 4, "keep_dead_letters": 0}
    lines = (await topics()).splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith(f"{name}: 4 messages, "))
    head, row = lines[place + 1].split(), lines[place + 2].split()
    assert head[0] == "PARTITION"
    assert (row[0], row[head.index("store_events") - len(head)]) == ("0", "1")
    assert lines[-1] == "Nothing is wrong"


async def test_what_was_set_by_hand_is_said(settings: Settings) -> None:
    bootstrap, name = str(settings.kafka.bootstrap), settings.kafka.events_topic
    await kafka_admin.configure(bootstrap, name, {"retention.ms": "-1"})

    async def said() -> str | None:
        text = await topics()
        return text if f"retention.ms of {name} is -1, and the settings say 604800000" in text else None

    text = await until(said, 30, "what was set is seen")
    assert f"{name}: 0 messages, 0 KB, kept for ever" in text
    assert "it was set by hand, and stays until the setting changes" in text.splitlines()[-1]

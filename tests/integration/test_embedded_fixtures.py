"""What tests are given: topics and databases of their own."""

import asyncio
from typing import Any

import asyncpg

from chronos import kafka_admin


async def test_topics_are_created_once_by_several(services: Any, make_settings: Any) -> None:
    settings = await make_settings()
    renamed = {"events_topic": f"{settings.kafka.events_topic}-2", "partitions": 3}
    other = settings.model_copy(update={"kafka": settings.kafka.model_copy(update=renamed)})
    created = await asyncio.gather(*(kafka_admin.create_topics(services.kafka, other) for _ in range(4)))
    assert [name for names in created for name in names] == [renamed["events_topic"]]
    assert await kafka_admin.create_topics(services.kafka, other) == []


async def test_each_database_is_fresh_and_migrated(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await connection.fetchval("select count(*) from migrations") > 0
        await connection.execute("create table only_here (a int)")
    finally:
        await connection.close()


async def test_settings_are_those_of_one_test(settings: Any, services: Any, database: str) -> None:
    assert settings.kafka.bootstrap == services.kafka
    assert settings.timescaledb.url == database
    assert settings.kafka.events_topic.startswith(settings.kafka.consumer_group.removesuffix("-chronos"))
    assert await kafka_admin.create_topics(services.kafka, settings) == []

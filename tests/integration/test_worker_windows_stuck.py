"""Windows that cannot go on hold up nothing else, and catch up when they can."""

import json
import random

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from windows import compare, visit
from worker import KEY, Deploy, beacon, until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(200)]
BEACONS = 3_500  # more than Faust's buffer, what waits behind it, and a batch


async def test_raw_events_are_stored_while_windows_cannot_be_counted(
    deploy: Deploy, rng: random.Random
) -> None:
    async with deploy() as deployment:
        worker = await deployment.start_worker()
        async with deployment.http.post(f"{worker.url}/api/events", data=visit(rng, 1)) as answer:
            assert answer.status == 200
        await deployment.until_stored()
        await compare(deployment, worker)
        # Whoever holds its watermark lets the agent wait, as a Kafka that does not take the bundles would.
        connection = await asyncpg.connect(deployment.database, timeout=10)
        async with connection.transaction():
            await connection.execute("select from watermarks where sink = 'count_windows' for update")
            for _ in range(BEACONS // 50):
                bodies = [visit(rng, rng.randrange(40)) for _ in range(50)]
                for body in bodies:
                    async with deployment.http.post(f"{worker.url}/api/events", data=body) as answer:
                        assert answer.status == 200
            await deployment.until_stored(60)
            assert await worker.metric("beacons_postponed_total", sink="count_windows") > 0
        await connection.close()
        await compare(deployment, worker, 90)


async def test_topics_of_windows_that_were_deleted_are_made_again(deploy: Deploy) -> None:
    async with deploy() as deployment:
        worker = await deployment.start_worker()
        admin = AIOKafkaAdminClient(bootstrap_servers=deployment.kafka)
        await admin.start()
        try:
            name = deployment.tables["kafka"]["window_deltas_topic"]
            await admin.delete_topics([name])

            async def is_back() -> bool:
                return name in await admin.list_topics()

            await until(is_back, 60, "the topic is back")
        finally:
            await admin.close()
        body = beacon(["key_presses", "a", 1], id="00000000-0000-4000-8000-000000000001", key=KEY)
        async with deployment.http.post(f"{worker.url}/api/events", data=json.dumps(body)) as answer:
            assert answer.status == 200
        await deployment.until_stored()
        await compare(deployment, worker, 90)

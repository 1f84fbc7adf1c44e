"""From POST to row through a whole worker, on a real Kafka and a real PostgreSQL."""

import asyncio
import json
import random
import time
import uuid
from pathlib import Path
from typing import Any

from load import Load, compare, told
from worker import KEY, Deploy, Deployment, Worker, beacon, encoded, until

NOW_MS = int(time.time() * 1000)


async def send(worker: Worker, body: Any) -> None:
    async with worker.http.post(f"{worker.url}/api/events", data=encoded(body)) as answer:
        assert answer.status == 200, await answer.text()


def press(key: str) -> list[Any]:
    return ["key_presses", key, NOW_MS]


async def until_pressed(deployment: Deployment, key: str, seconds: float = 20.0) -> None:
    async def stored() -> bool:
        return bool(await deployment.value("select count(*) from key_presses where key = $1", key))

    await until(stored, seconds, f"key press {key} stored", pause=0.005)


async def test_every_accepted_event_is_a_row_of_the_same_content(
    deployment: Deployment, rng: random.Random
) -> None:
    worker = await deployment.start_worker()
    loads = [Load(deployment.http, lambda: [worker.url], rng, pause=0, ids=ids) for ids in (True, False)]
    async with loads[0], loads[1]:
        await asyncio.sleep(3)
    await deployment.until_stored()
    await compare(deployment, *loads)
    assert set(loads[0].statuses) == {"200"}
    stored = await worker.metric("events_stored_total", sink="store_events")
    assert stored == loads[0].events + loads[1].events


async def test_the_first_trackers_beacons_are_taken_as_they_are(shared: Deployment, worker: Worker) -> None:
    metadata = {
        "url": "http://localhost/first",
        "userAgent": "Mozilla/5.0",
        "pageTitle": "First",
        "cookieAllowed": True,
        "language": "en-US",
        "uuid": "first-tracker",
    }
    events = [
        ["pageviews", "http://localhost/first", "First", NOW_MS],
        ["link_clicks", "", "http://localhost/next", NOW_MS + 1],
        ["clicks", "DIV", 0, 10, 20, NOW_MS + 2],
        ["mouse_moves", 11, 21, NOW_MS + 3],
        ["key_presses", "Enter", NOW_MS + 4],
        ["form_submissions", {"name": "Ann", "age": "7"}, NOW_MS + 5],
    ]
    await send(worker, {"ACCESS_KEY": KEY, "data": {"events": events, "metadata": metadata}})
    await shared.until_stored()
    for name, *_ in events:
        [row] = await shared.rows(f"select metadata from {name} where metadata->>'uuid' = 'first-tracker'")
        assert json.loads(row["metadata"]) == metadata


async def test_bad_events_become_dead_letters_and_the_rest_is_stored(
    shared: Deployment, worker: Worker
) -> None:
    id = str(uuid.uuid4())
    bad: list[Any] = [
        ["clicks", "A", 1],
        ["no_such_type", 1],
        ["key_presses", "a\x00b", NOW_MS],
        ["mouse_moves", 1, "far", NOW_MS],
        "no event at all",
    ]
    await send(worker, beacon(press("before the bad"), *bad, press("after the bad"), id=id))
    await until_pressed(shared, "after the bad")
    await until_pressed(shared, "before the bad")

    async def letters() -> list[Any]:
        rows = await shared.rows("select * from dead_letters where beacon_id = $1 order by index", id)
        return rows if len(rows) == len(bad) else []

    rows = await until(letters, what="five dead letters")
    assert [row["index"] for row in rows] == [1, 2, 3, 4, 5]
    assert [json.loads(row["event"].replace("\\x00", "\\u0000")) for row in rows] == bad
    reasons = ["clicks takes 5 values", "unknown event type 'no_such_type'", "NUL", "mouse_moves.y", "array"]
    assert [wanted in row["reason"] for wanted, row in zip(reasons, rows, strict=True)] == [True] * 5, rows
    assert {row["project"] for row in rows} == {"tests"}
    assert await worker.metric("events_bad_total", sink="store_events") >= len(bad)


async def test_a_beacon_that_is_sent_three_times_is_stored_once(shared: Deployment, worker: Worker) -> None:
    body = beacon(press("thrice"), id=str(uuid.uuid4()))
    before = await worker.metric("beacons_duplicate_total", sink="store_events")
    await send(worker, body)
    await until_pressed(shared, "thrice")
    await asyncio.gather(send(worker, body), send(worker, body))
    await shared.until_stored()
    assert await shared.value("select count(*) from key_presses where key = 'thrice'") == 1
    assert await worker.metric("beacons_duplicate_total", sink="store_events") == before + 2


async def test_equal_beacons_without_ids_are_all_stored(shared: Deployment, worker: Worker) -> None:
    for _ in range(3):
        await send(worker, beacon(press("each time")))
    await shared.until_stored()
    assert await shared.value("select count(*) from key_presses where key = 'each time'") == 3


async def test_an_idle_worker_stores_at_once(shared: Deployment, worker: Worker) -> None:
    latencies = []
    for number in range(20):
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await send(worker, beacon(press(f"latency {number}")))
        await until_pressed(shared, f"latency {number}", 10)
        latencies.append(round(1000 * (time.perf_counter() - began)))
    latencies.sort()
    told("from POST to row, idle", median=f"{latencies[10]} ms", slowest=f"{latencies[-1]} ms")


async def test_a_worker_starts_from_anywhere_with_the_environment_alone(
    deployment: Deployment, tmp_path: Path
) -> None:
    kafka = deployment.tables["kafka"]
    worker = deployment.worker(
        tmp_path,
        CHRONOS_HOME=str(tmp_path / "home"),
        CHRONOS_KAFKA_BOOTSTRAP=kafka["bootstrap"],
        CHRONOS_KAFKA_EVENTS_TOPIC=kafka["events_topic"],
        CHRONOS_KAFKA_DEAD_LETTERS_TOPIC=kafka["dead_letters_topic"],
        CHRONOS_KAFKA_CONSUMER_GROUP=kafka["consumer_group"],
        CHRONOS_TIMESCALEDB_URL=deployment.database,
        CHRONOS_WRITE_KEYS=json.dumps([KEY]),
    )
    await worker.start()
    await send(worker, beacon(press("anywhere")))
    await until_pressed(deployment, "anywhere")


async def test_two_workers_share_the_partitions(deployment: Deployment, rng: random.Random) -> None:
    first, second = deployment.worker(), deployment.worker()
    await asyncio.gather(first.start(), second.start())

    async def both_store() -> bool:
        async with Load(deployment.http, lambda: [first.url, second.url], rng, pause=0) as load:
            await asyncio.sleep(0.5)
        loads.append(load)
        counts = [await one.metric("beacons_stored_total", sink="store_events") for one in (first, second)]
        return min(counts) > 0

    loads: list[Load] = []
    await until(both_store, what="both workers store")
    await deployment.until_stored()
    await compare(deployment, *loads)


async def test_a_worker_makes_the_views_that_are_missing(deploy: Deploy, rng: random.Random) -> None:
    async with deploy(views=False) as deployment:
        worker = await deployment.start_worker()
        async with Load(deployment.http, lambda: [worker.url], rng, pause=0.1) as load:
            await deployment.until_views()
        await deployment.until_stored()
        await compare(deployment, load)
        health = await worker.health()
        assert (health or {})["remarks"] == []

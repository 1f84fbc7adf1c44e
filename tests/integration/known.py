"""Events at known moments, sent to a worker, for what it answers to be written down by hand."""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from windows import answered
from worker import Deployment, Worker, beacon, until

from chronos.models.message import beacon_headers

HOUR, DAY = 3600, 86_400
# The beginning of an hour, so that windows of any usual length begin there, too: 6 to 7 hours ago.
BASE = int(time.time()) // HOUR * HOUR - 6 * HOUR
YESTERDAY = BASE - DAY
OWN = {"event": "pageviews", "key": "title", "filter": "url like '/shop/%'", "about": "What is looked at"}


@dataclass
class Known:
    """A worker that was sent the events; when they were, and what it said before."""

    deployment: Deployment
    worker: Worker
    sent: float = field(default_factory=time.time)
    before: dict[str, Any] = field(default_factory=dict)

    async def totals(self, view: str, **parameters: Any) -> list[int]:
        return [window["total"] for window in await self.windows(view, **parameters)]

    async def windows(self, view: str, **parameters: Any) -> list[dict[str, Any]]:
        return (await answered(self.worker, view, **parameters))["windows"]  # type: ignore[no-any-return]


def at(seconds: float, *, base: int = BASE) -> dict[str, int]:
    """The parameters of the minutes from ``base`` up to so many seconds behind it."""
    return {"from": base, "to": base + int(seconds)}


def iso(seconds: int) -> str:
    """As answers have it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shape(windows: list[dict[str, Any]], base: int = BASE) -> list[tuple[int, int, dict[str, int]]]:
    """From when to when, in seconds behind ``base``, and the counts."""
    found = []
    for window in windows:
        start, end = (
            int(datetime.fromisoformat(window[name]).timestamp()) - base for name in ("start", "end")
        )
        assert window["total"] == sum(window["counts"].values()) + window["other"]
        found.append((start, end, window["counts"]))
    return found


def page(url: str, seconds: float, title: str = "Seite") -> list[Any]:
    return ["pageviews", url, title, round(seconds * 1000)]


def body(visitor: str, *events: list[Any], **data: Any) -> dict[str, Any]:
    made = beacon(*events, **data)
    made["data"]["metadata"]["uuid"] = visitor
    return made


def beacons() -> list[dict[str, Any]]:
    """All that is posted, minute by minute of BASE; Anna's second beacon twice."""
    now, ben = time.time(), "ben"
    again = body("anna", page("/a", BASE + 125), id=str(uuid.uuid4()))
    hours_slow = round((now - 7 * HOUR) * 1000)
    return [
        body("anna", *(page("/a", BASE + s) for s in (0, 5, 9.999)), page("/b", BASE + 10)),
        body(ben, page("/a", BASE + 35), page("/c", BASE + 59.999), page("/b", BASE + 60)),
        *(again, again),
        body(ben, page("/skewed", BASE + 260 - 7 * HOUR), sent_at=hours_slow),
        body(ben, page("/shop/x", BASE + 300, "X"), page("/shop/y", BASE + 301, "Y")),
        body("cleo", page("/shop/z", BASE + 302, "X"), page("/other", BASE + 303, "X")),
        body(ben, *_each_kind((BASE + 365) * 1000)),
        body("dora", page("/future", now + 3 * HOUR)),
        body("dora", page("/too-late", now - 25 * HOUR)),
    ]


def _each_kind(ms: int) -> list[list[Any]]:
    return [
        ["clicks", "BUTTON#buy", 1, 10, 20, ms],
        ["key_presses", "a", ms],
        ["key_presses", "a", ms],
        ["key_presses", "b", ms],
        ["link_clicks", None, "/somewhere", ms],
        ["link_clicks", "Kaufen", "/somewhere", ms],
        ["custom_events", "bought", {"plan": "pro"}, ms],
    ]


async def put(deployment: Deployment, arrived: float, *events: list[Any]) -> None:
    """Have a beacon in partition 0 of the topic that arrived when a test was not there yet."""
    producer = AIOKafkaProducer(bootstrap_servers=deployment.kafka)
    await producer.start()
    try:
        await producer.send_and_wait(
            deployment.events_topic,
            json.dumps(body("yesterday's", *events)).encode(),
            partition=0,
            headers=list(beacon_headers(uuid.uuid4(), round(arrived * 1_000_000), "tests")),
        )
    finally:
        await producer.stop()


async def post(worker: Worker, bodies: Sequence[dict[str, Any]]) -> None:
    for one in bodies:
        async with worker.http.post(f"{worker.url}/api/events", json=one) as answer:
            assert answer.status == 200, await answer.text()


async def fill(known: Known) -> None:
    """A day as it would have been: one window that is final, one that changed later, then all of BASE."""
    await put(known.deployment, YESTERDAY + 1, page("/yesterday", YESTERDAY))
    await _until_total(known, 1, at(60, base=YESTERDAY))
    known.sent = time.time()
    await put(known.deployment, known.sent, page("/now", known.sent))
    await post(known.worker, beacons())
    await _until_total(known, 20, at(600))
    await until(lambda: _has_come_to(known, known.sent), 60, "event time has come to now")
    await put(known.deployment, YESTERDAY + 61, page("/revised", YESTERDAY + 60))
    await _until_total(known, 1, {"from": YESTERDAY + 60, "to": YESTERDAY + 120})


async def _until_total(known: Known, total: int, parameters: dict[str, int]) -> None:
    async def reached() -> bool:
        return sum(await known.totals("event_types", **parameters)) == total

    await until(reached, 40, f"{total} events counted")


async def _has_come_to(known: Known, moment: float) -> bool:
    watermark = (await answered(known.worker, "event_types", **at(10)))["watermark"]
    return watermark is not None and datetime.fromisoformat(watermark).timestamp() >= moment - 1

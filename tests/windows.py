"""Windows as workers answer them, and as the raw rows say they must be, by SQL written for that alone."""

import asyncio
import json
import random
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from worker import KEY, Deployment, Worker, beacon

HOUR_MS = 3_600_000
IN_TIME = "time - event_time <= interval '24 hours'"
SLOT = "floor(extract(epoch from event_time) / 10)::bigint"
KEYS = {
    "pageview_urls": "select {slot}, left(url, 1000) from pageviews where {in_time}",
    "pageview_titles": "select {slot}, left(title, 1000) from pageviews where {in_time}",
    "link_texts": "select {slot}, left(link_text, 1000) from link_clicks where {in_time}",
    "click_nodes": "select {slot}, left(target_node, 1000) from clicks where {in_time}",
    "keys": "select {slot}, left(key, 1000) from key_presses where {in_time}",
    "referrers": "select {slot}, left(referrer, 1000) from pageviews where {in_time}",
    "custom_events": "select {slot}, left(name, 1000) from custom_events where {in_time}",
}
TABLES = (
    *("pageviews", "link_clicks", "clicks", "key_presses", "mouse_moves", "custom_events"),
    "form_submissions",
)

Counts = dict[int, dict[str, int]]


async def expected(deployment: Deployment) -> dict[str, Counts]:
    """By view and slot the counts that the raw rows say; of visitors, under an empty key, how many."""
    found: dict[str, Counts] = {}
    for view, statement in KEYS.items():
        grouped = statement.format(slot=SLOT, in_time=IN_TIME)
        found[view] = _counts(
            await deployment.rows(
                f"select s, k, count(*) from ({grouped}) as rows (s, k) where k is not null group by 1, 2"
            )
        )
    every = " union all ".join(
        f"select {SLOT} as s, '{table}' as k, metadata->>'uuid' as visitor from {table} where {IN_TIME}"
        for table in TABLES
    )
    found["event_types"] = _counts(
        await deployment.rows(f"select s, k, count(*) from ({every}) rows group by 1, 2")
    )
    found["visitors"] = _counts(
        await deployment.rows(f"select s, '', count(distinct visitor) from ({every}) rows group by 1")
    )
    return found


async def too_late(deployment: Deployment) -> int:
    """How many events came too late."""
    each = [f"(select count(*) from {table} where not {IN_TIME})" for table in TABLES]
    return int(await deployment.value(f"select {' + '.join(each)}"))


def _counts(rows: list[Any]) -> Counts:
    counts: Counts = defaultdict(dict)
    for slot, key, number in rows:
        counts[slot][key] = number
    return dict(counts)


async def answered(worker: Worker, view: str, **parameters: Any) -> dict[str, Any]:
    """What a worker answers."""
    async with worker.http.get(f"{worker.url}/api/windows/{view}", params=parameters) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()  # type: ignore[no-any-return]


async def counted(worker: Worker, view: str, first: int, last: int) -> tuple[Counts, bool]:
    """By slot the counts of a view, as a worker answers them, and whether all partitions are in it."""
    answer = await answered(worker, view, **{"from": first * 10, "to": (last + 1) * 10, "step": 10})
    return by_slot(view, answer), answer["complete"]


def by_slot(view: str, answer: dict[str, Any]) -> Counts:
    """The counts of an answer whose windows are slots."""
    counts: Counts = {}
    for window in answer["windows"]:
        if window["total"]:
            slot = int(datetime.fromisoformat(window["start"]).timestamp()) // 10
            counts[slot] = {"": window["total"]} if view == "visitors" else window["counts"]
            assert window["other"] == 0
            assert view == "visitors" or sum(window["counts"].values()) == window["total"]
    return counts


async def compare(deployment: Deployment, worker: Worker, seconds: float = 60.0) -> None:
    """Every window of every view is what the raw rows say, one to one; in the end, since they come later."""
    right = await expected(deployment)
    slots = [slot for counts in right.values() for slot in counts]
    first, last = min(slots), max(slots)
    deadline = time.monotonic() + seconds
    for view, counts in right.items():
        while True:
            found, complete = await counted(worker, view, first, last)
            if found == counts and complete:
                break
            assert time.monotonic() < deadline, f"{view}: {_difference(counts, found)}, complete: {complete}"
            await asyncio.sleep(0.3)
    while (late := await told_too_late(worker)) != await too_late(deployment):
        assert time.monotonic() < deadline, f"too late: {late}, not {await too_late(deployment)}"
        await asyncio.sleep(0.3)


async def told_too_late(worker: Worker) -> int:
    """How many events came too late, as a worker tells."""
    async with worker.http.get(f"{worker.url}/api/windows") as answer:
        views = {view["name"]: view for view in (await answer.json())["views"]}
    return int(views["event_types"]["too_late"])


def _difference(right: Counts, found: Counts) -> str:
    def flat(counts: Counts) -> Counter[tuple[int, str]]:
        return Counter({(slot, key): n for slot, keys in counts.items() for key, n in keys.items()})

    missing, more = flat(right) - flat(found), flat(found) - flat(right)
    return (
        f"{missing.total()} missing {list(missing.items())[:3]}, {more.total()} more {list(more.items())[:3]}"
    )


def visit(rng: random.Random, visitor: int, visitors_skew: Mapping[int, int] | None = None) -> bytes:
    """A beacon of events that happened at any time of the last 30 hours, by a clock that may be wrong."""
    skew = (visitors_skew or {}).get(visitor, rng.choice([0, 0, 0, 5_000, -7 * HOUR_MS, 400 * HOUR_MS]))
    now = int(time.time() * 1000)
    events = [_event(rng, now - _delay(rng) + skew) for _ in range(rng.randint(1, 12))]
    id = str(uuid.UUID(int=rng.getrandbits(128)))
    body = beacon(*events, id=id, key=KEY, sent_at=now + skew)
    body["data"]["metadata"]["uuid"] = f"visitor-{visitor}"
    return json.dumps(body).encode()


def _delay(rng: random.Random) -> int:
    """How long ago an event happened: mostly just now, some hours ago, some too long, some in the future."""
    return rng.choice(
        [
            rng.randrange(20_000),
            rng.randrange(20_000),
            rng.randrange(2 * HOUR_MS),
            rng.randrange(30 * HOUR_MS),
            -rng.randrange(1, HOUR_MS),
        ]
    )


def _event(rng: random.Random, at: int) -> list[Any]:
    page, number = f"/seite/{rng.randrange(30)}?ü=✓", rng.getrandbits(20) / 8
    kinds: dict[str, list[Any]] = {
        "pageviews": [page, f"Título {rng.randrange(5)}", at, rng.choice([None, "", "https://x.example/"])],
        "link_clicks": [rng.choice([None, "Kaufen", "more…"]), page, at],
        "clicks": [rng.choice(["A", "BUTTON#buy", "DIV.x"]), 1, number, -number, at],
        "key_presses": [rng.choice("abcäß "), at],
        "mouse_moves": [number, number, at, [1, 1, 10, 2, 2, 20]],
        "custom_events": [f"event {rng.randrange(4)}", {"plan": "pro"}, at],
    }
    kind = rng.choice(list(kinds))
    return [kind, *kinds[kind]]

"""Sends beacons like the real tracker does, remembers what was accepted, and compares it with the rows."""

import asyncio
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
from databases import fetch
from worker import KEY, Deployment, beacon

TYPES = {
    "link_clicks": ("link_text", "target_url"),
    "clicks": ("target_node", "buttons", "x", "y"),
    "mouse_moves": ("x", "y"),
    "key_presses": ("key",),
    "pageviews": ("url", "title"),
    "form_submissions": ("fields",),
}
PATIENCE = 60.0
VIEWS_PATIENCE = 60.0  # a batch that was waiting for a database is tried again after up to 5 s

Row = tuple[str, ...]


@dataclass
class Sent:
    """A beacon: its body, and the rows that it must become."""

    body: bytes
    rows: list[Row]


@dataclass
class Load:
    """``senders`` tasks that send beacons to one of ``urls()`` at a time; ``ids``: as the tracker of today.

    With ids a beacon is sent again until it is accepted; without, each is sent once, and what was not
    answered with 200 is in ``unsure``.
    """

    http: aiohttp.ClientSession
    urls: Callable[[], list[str]]
    rng: random.Random
    senders: int = 6
    ids: bool = True
    pause: float = 0.01
    accepted: list[Sent] = field(default_factory=list)
    unsure: list[Sent] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    async def __aenter__(self) -> Self:
        self._stopping = asyncio.Event()
        self._run = f"{self.rng.getrandbits(40):x}"
        self._made = 0
        self._tasks = [asyncio.create_task(self._send_many()) for _ in range(self.senders)]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stopping.set()
        if kind is not None:
            for task in self._tasks:
                task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        if kind is None:
            assert not any(results), results

    @property
    def events(self) -> int:
        return sum(len(sent.rows) for sent in self.accepted)

    async def _send_many(self) -> None:
        while not self._stopping.is_set():
            sent = self._next()
            began = time.monotonic()
            if await self._send(sent):
                self.accepted.append(sent)
                self.slowest = max(self.slowest, time.monotonic() - began)
            else:
                self.unsure.append(sent)
            await asyncio.sleep(self.pause * self.rng.random())

    async def _send(self, sent: Sent) -> bool:
        deadline = time.monotonic() + PATIENCE
        while True:
            status = await self._post(sent.body)
            self.statuses[status] += 1
            if status == "200" or not self.ids:
                return status == "200"
            assert time.monotonic() < deadline, f"not accepted in {PATIENCE:g} s: {self.statuses}"
            await asyncio.sleep(0.1 + 0.2 * self.rng.random())

    async def _post(self, body: bytes) -> str:
        urls = self.urls()
        if not urls:
            return "nobody"
        try:
            async with self.http.post(
                f"{self.rng.choice(urls)}/api/events", data=body, timeout=aiohttp.ClientTimeout(20)
            ) as answer:
                await answer.read()
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__

    def _next(self) -> Sent:
        self._made += 1
        visitor = f"visitor-{self.rng.randrange(40)}"
        events = [self._event(f"{self._run}-{self._made}-{i}") for i in range(self.rng.randint(1, 12))]
        id = str(uuid.UUID(int=self.rng.getrandbits(128))) if self.ids else None
        body = beacon(*events, id=id, key=KEY)
        body["data"]["metadata"]["uuid"] = visitor
        rows = [(e[0], *map(_shown, e[1:-1]), str(e[-1]), visitor) for e in events]
        return Sent(json.dumps(body).encode(), rows)

    def _event(self, token: str) -> list[Any]:
        now = int(time.time() * 1000) - self.rng.randrange(3_600_000)
        number = self.rng.getrandbits(52) / 8
        kind = self.rng.choice(list(TYPES))
        values: dict[str, list[Any]] = {
            "link_clicks": [self.rng.choice([None, "ü"]), f"http://x/{token}"],
            "clicks": [f"A#{token}", self.rng.randint(-5, 5), number, -number],
            "mouse_moves": [number, self.rng.getrandbits(52) / 8],
            "key_presses": [token],
            "pageviews": [f"http://x/{token}", "é"],
            "form_submissions": [{"name": token, "more": [1, None, "ß"]}],
        }
        return [kind, *values[kind], now]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return repr(float(value)) if isinstance(value, float) else str(value)


async def stored_rows(url: str) -> Counter[Row]:
    """Every event in the database at ``url``, by content."""
    found: Counter[Row] = Counter()
    for kind, columns in TYPES.items():
        rows = await fetch(
            url,
            f"select {', '.join(columns)}, (extract(epoch from client_time) * 1000)::bigint::text,"
            f" metadata->>'uuid' from {kind}",
        )
        for row in rows:
            values = [json.loads(v) if c == "fields" else v for c, v in zip(columns, row, strict=False)]
            found[kind, *map(_shown, values), row[-2], row[-1]] += 1
    return found


async def compare(deployment: Deployment, *loads: Load) -> None:
    """Nothing is lost or repeated, in the raw rows and in the views that Chronos keeps."""
    await compare_raw(deployment, *loads)
    await compare_views(deployment)


async def compare_raw(deployment: Deployment, *loads: Load) -> None:
    """Every accepted event is one row; of the beacons that are unsure each is there whole, or not at all."""
    stored = await stored_rows(deployment.database)
    expected = Counter(row for load in loads for sent in load.accepted for row in sent.rows)
    missing, more = expected - stored, stored - expected
    assert not missing, f"{missing.total()} events lost of {expected.total()}: {list(missing)[:3]}"
    for load in loads:
        for sent in load.unsure:
            rows = Counter(sent.rows)
            if rows <= more:
                more -= rows
    assert not more, f"{more.total()} events too many: {more.most_common(3)}"


async def compare_views(deployment: Deployment) -> None:
    """Every continuous view that ships says what the rows say."""
    from chronos.views import catalog, checking

    await deployment.until_views()
    for view in catalog.declared(catalog.files(Path("none"))):
        found = await checking.compare(deployment.database, deployment.events_topic, view, VIEWS_PATIENCE)
        assert not found.different, (view.name, found)


def told(test: str, **figures: Any) -> None:
    """Print figures of a run, for whoever reads the output."""
    print(f"\n{test}: " + ", ".join(f"{name} {value}" for name, value in figures.items()))

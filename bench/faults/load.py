"""A steady load that remembers what was accepted and when, to be compared with the rows."""

import asyncio
import json
import time
import uuid
from collections import Counter
from itertools import pairwise
from typing import Any, Self

import aiohttp
import asyncpg

EVENTS = 5
PATIENCE = 120.0
RETRY = 0.2


class Load:
    """``senders`` tasks, each of which sends a beacon until it is accepted, and then the next."""

    def __init__(self, url: str, key: str, database: str, senders: int = 4, pause: float = 0.02) -> None:
        self._url, self._key, self._database = url, key, database
        self._senders, self._pause = senders, pause
        self.accepted: Counter[str] = Counter()
        self.answers: list[float] = []
        self.refused = 0

    async def __aenter__(self) -> Self:
        self._ending = False
        self._http = aiohttp.ClientSession()
        self._began = time.monotonic()
        self._tasks = [asyncio.create_task(self._send_all()) for _ in range(self._senders)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ending = True
        await asyncio.gather(*self._tasks)
        await self._http.close()

    @property
    def longest_pause(self) -> float:
        """The longest time without any beacon accepted, in seconds."""
        times = [self._began, *sorted(self.answers), time.monotonic()]
        return max(later - earlier for earlier, later in pairwise(times))

    async def until_stored(self) -> tuple[int, int]:
        """Wait until what was accepted is stored; how many events are lost, and how many are there twice."""
        deadline = time.monotonic() + PATIENCE
        while True:
            stored = await self._stored()
            lost, twice = (self.accepted - stored).total(), (stored - self.accepted).total()
            if not lost or time.monotonic() > deadline:
                return lost, twice
            await asyncio.sleep(0.1)

    async def _send_all(self) -> None:
        while not self._ending:
            tokens = [uuid.uuid4().hex for _ in range(EVENTS)]
            body = self._beacon(tokens)
            while not await self._accepted(body):
                self.refused += 1
                await asyncio.sleep(RETRY)
            self.answers.append(time.monotonic())
            self.accepted.update(tokens)
            await asyncio.sleep(self._pause)

    async def _accepted(self, body: bytes) -> bool:
        try:
            timeout = aiohttp.ClientTimeout(20)
            async with self._http.post(f"{self._url}/api/events", data=body, timeout=timeout) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    def _beacon(self, tokens: list[str]) -> bytes:
        now = int(time.time() * 1000)
        events: list[list[Any]] = [["pageviews", token, "", now] for token in tokens]
        metadata = {"url": "http://localhost/", "uuid": tokens[0]}
        data = {"id": str(uuid.uuid4()), "v": 2, "events": events, "metadata": metadata}
        return json.dumps({"ACCESS_KEY": self._key, "data": data}).encode()

    async def _stored(self) -> Counter[str]:
        try:
            connection = await asyncpg.connect(self._database, timeout=10)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return Counter()
        try:
            return Counter(row["url"] for row in await connection.fetch("select url from pageviews"))
        finally:
            await connection.close()

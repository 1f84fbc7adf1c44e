"""People who visit pages all the time, whatever happens to workers, and what must be counted of them."""

import asyncio
import random
from collections import deque

import aiohttp
from windows import compare, visit
from worker import Deployment, until


class Visitors:
    """Sends visits to any of the workers that live until each is accepted; some are sent twice."""

    def __init__(self, deployment: Deployment, rng: random.Random) -> None:
        self.sent = 0
        self._deployment, self._rng = deployment, rng
        self._recent: deque[bytes] = deque(maxlen=200)
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> "Visitors":
        self._tasks = [asyncio.create_task(self._go()) for _ in range(4)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _go(self) -> None:
        while not self._stopping.is_set():
            again = self._recent and self._rng.random() < 0.1
            body = self._rng.choice(self._recent) if again else visit(self._rng, self._rng.randrange(40))
            await until(lambda body=body: self._post(body), 60, "a beacon accepted")
            self._recent.append(body)
            self.sent += 1
            await asyncio.sleep(0.01)

    async def _post(self, body: bytes) -> bool:
        living = [worker for worker in self._deployment.workers if worker.alive]
        if not living:
            return False
        try:
            url = f"{self._rng.choice(living).url}/api/events"
            async with self._deployment.http.post(
                url, data=body, timeout=aiohttp.ClientTimeout(20)
            ) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


async def check(deployment: Deployment) -> None:
    """Each worker that lives answers for all."""
    await deployment.until_stored(60)
    for worker in deployment.workers:
        if worker.alive:
            await worker.until_ready()
            await compare(deployment, worker, 90)

"""Lets a sink that waits hold up nobody else: what it has no room for is read again from Kafka later.

Faust delivers a message to all agents of a topic, and waits for the one whose buffer is full. So views or
windows that wait would stop raw storage. A sink that has a watermark need not hold what it cannot write: its
watermark says what it lacks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from chronos.agents.unread import Unread
from chronos.metrics import POSTPONED_BEACONS
from chronos.sinks.runner import SinkRunner

BATCHES = 2  # that wait for the one that is being written
LOOK_SECONDS = 5.0  # between two looks whether Kafka has more than was written
STUCK_SECONDS = 2.0
PAUSE = 0.02

Batch = Sequence[Any]  # of Faust's events


class Backlog:
    """Writes batches with ``runner``, tells ``written`` of each, and reads again what is ``unread``."""

    def __init__(
        self,
        runner: SinkRunner[Any],
        unread: Unread,
        written: Callable[[Batch], Awaitable[None]],
    ) -> None:
        self._runner = runner
        self._unread = unread
        self._written = written
        self._queue: asyncio.Queue[Batch] = asyncio.Queue(BATCHES)
        self._stuck_since: float | None = None
        self._catching_up = False
        self._looked = monotonic()

    async def offer(self, batch: Batch) -> bool:
        """Take a batch, as soon as there is room; False where the sink waits, and it is to be left out."""
        while self._queue.full():
            if self._is_stuck():
                POSTPONED_BEACONS.labels(self._runner.sink.name).inc(len(batch))
                return False
            await asyncio.sleep(PAUSE)
        self._queue.put_nowait(batch)
        return True

    async def run(self) -> None:
        """Write what was offered, and what was left out: when nothing is offered, or where it lies still."""
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    batch = await self._queue.get()
            except TimeoutError:
                await self._catch_up(at_once=True)
            else:
                await self._runner.run([event.message for event in batch])
                await self._written(batch)
                if monotonic() - self._looked > LOOK_SECONDS:
                    await self._catch_up(at_once=False)

    def _is_stuck(self) -> bool:
        # What is read again may wait for a sink that gets nothing as long as this does not take more.
        if self._catching_up:
            return True
        if self._runner.problem is None:
            self._stuck_since = None
            return False
        self._stuck_since = self._stuck_since or monotonic()
        return monotonic() - self._stuck_since > STUCK_SECONDS

    async def _catch_up(self, *, at_once: bool) -> None:
        self._catching_up = True
        try:
            await self._unread.read(at_once=at_once)
        finally:
            self._catching_up = False
            self._looked = monotonic()

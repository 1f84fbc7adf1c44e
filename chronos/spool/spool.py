"""The spool as the web view and the drain task see it."""

import asyncio
import contextlib
import logging
import os
from pathlib import Path

from chronos.errors import SpoolFailed, SpoolFull, SpoolInUse
from chronos.models.message import Message
from chronos.spool import disk, ownership
from chronos.spool.commit import GroupCommit
from chronos.spool.delivery import Retry, Send, backoff, deliver
from chronos.spool.framing import framed_bytes
from chronos.spool.message import encode
from chronos.spool.store import Store

logger = logging.getLogger(__name__)

# A worker that looks for orphans may hold the folder of one that has just come back, for a moment.
LOCK_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
LOOK_FOR_ORPHANS_EVERY = 30.0


class Spool:
    """Keeps messages on disk until Kafka takes them: at least once, across crashes and power cuts.

    ``folder`` is this worker's own; its parent holds those of all workers. ``limit`` is the bytes that
    segments may take in it, taken-over ones included; files that were set aside as corrupt do not count.
    """

    def __init__(self, folder: Path, limit: int, *, segment_bytes: int = 8_000_000) -> None:
        self._folder = folder
        self._limit = limit
        self._store = Store(folder, segment_bytes)
        self._commits = GroupCommit(self._store.append)
        self._lock: int | None = None
        self._stored = asyncio.Event()
        self._draining = asyncio.Lock()
        self._owning = asyncio.Lock()

    async def open(self) -> None:
        """Own the folder and take over what dead workers left; raise SpoolInUse or SpoolFailed."""
        try:
            self._lock = await self._own()
            await asyncio.to_thread(self._store.load)
            await asyncio.to_thread(self._store.adopt, self._limit)
        except OSError as error:
            await self.close()
            raise SpoolFailed(folder=self._folder, reason=error) from error

    async def put(self, message: Message) -> None:
        """Return once the message would survive a power cut; raise SpoolFull or SpoolFailed.

        Messages that wait at the same time share one fsync. A put that is cancelled may still be kept.
        """
        self._check_open()
        payload = encode(message)
        size = framed_bytes(payload)
        stored = self._store.size + self._commits.size
        if stored + size > self._limit:
            raise SpoolFull(folder=self._folder, stored=stored, limit=self._limit)
        try:
            try:
                await self._commits.submit(payload, size)
            except FileNotFoundError:
                await self._own_again()
                await self._commits.submit(payload, size)
        except (OSError, SpoolInUse) as error:
            raise SpoolFailed(folder=self._folder, reason=error) from error
        self._stored.set()

    async def drain(self, send: Send, *, retry: Retry = backoff) -> None:
        """Send what is stored, oldest first and up to 200 at once, until cancelled or closed.

        ``send`` raises where Kafka did not take the message: after ``retry(failures in a row)`` seconds
        it is sent again. After a crash or a cancellation some messages are sent twice.
        """
        self._check_open()
        failures = 0
        async with self._draining:
            while self._lock is not None:
                try:
                    await self._drain_chunk(send, retry)
                    failures = 0
                except OSError as error:
                    failures += 1
                    logger.error("%s: cannot be drained: %s", self._folder, error)
                    await asyncio.sleep(retry(failures))

    async def close(self) -> None:
        """Finish the puts that run and let go of the folder; cancel ``drain`` before."""
        lock, self._lock = self._lock, None
        self._stored.set()
        # Cancelled here, the lock stays until the process ends: a thread may still be writing.
        await self._commits.finish()
        await asyncio.to_thread(self._store.close)
        if lock is not None:
            os.close(lock)

    @property
    def pending(self) -> int:
        """Messages that wait for Kafka."""
        return self._store.waiting

    @property
    def corrupt(self) -> int:
        """Files that were set aside because a part of them cannot be read."""
        return self._store.corrupt

    @property
    def limit(self) -> int:
        """Bytes that they may have."""
        return self._limit

    @property
    def bytes(self) -> int:
        """Bytes of the segments that wait for Kafka."""
        return self._store.size

    def _check_open(self) -> None:
        if self._lock is None:
            raise SpoolFailed(folder=self._folder, reason="it is not open")

    async def _own(self) -> int:
        for wait in (*LOCK_WAITS, None):
            await asyncio.to_thread(disk.make_folder, self._folder)
            lock = await asyncio.to_thread(ownership.take, self._folder, create=True)
            if lock is not None:
                return lock
            if wait is not None:
                await asyncio.sleep(wait)
        raise SpoolInUse(folder=self._folder)

    async def _own_again(self) -> None:
        """Make the folder again where somebody has deleted it, under the worker that has it."""
        async with self._owning:
            if self._lock is None or await asyncio.to_thread(ownership.is_held, self._folder, self._lock):
                return
            logger.error("%s was deleted, and is made again", self._folder)
            gone, self._lock = self._lock, await self._own()
            os.close(gone)

    async def _drain_chunk(self, send: Send, retry: Retry) -> None:
        self._stored.clear()
        found = await asyncio.to_thread(self._store.next_chunk)
        if found is None:
            await self._wait_for_work()
            return
        segment, chunk = found
        await deliver(chunk.messages, send, retry)
        segment.offset = chunk.end
        segment.sent += len(chunk.messages)
        if chunk.problem or chunk.end >= segment.size:
            await asyncio.to_thread(self._store.finish, segment, chunk.problem)

    async def _wait_for_work(self) -> None:
        if await asyncio.to_thread(self._store.adopt, self._limit):
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_FOR_ORPHANS_EVERY):
                await self._stored.wait()

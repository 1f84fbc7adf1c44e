"""Group commit: whoever waits at the same time shares one write and one fsync."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Waiting:
    payload: bytes
    size: int
    done: asyncio.Future[None]


class GroupCommit:
    """Collects payloads while a write runs in a thread, and hands them to the next write together.

    ``write`` either keeps all that it is given or raises OSError, which everybody who waited gets.
    """

    def __init__(self, write: Callable[[Sequence[bytes]], None]) -> None:
        self.size = 0  # of what was submitted and is not written yet
        self._write = write
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def submit(self, payload: bytes, size: int) -> None:
        """Return once the payload is written; raise OSError where it is not."""
        waiting = _Waiting(payload, size, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self.size += size
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        await waiting.done

    async def finish(self) -> None:
        """Return once nothing waits."""
        if self._writer:
            await asyncio.wait([self._writer])

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._write_group(group)
        finally:
            group, self._waiting = self._waiting, []
            self._settle(group, OSError("interrupted"))

    async def _write_group(self, group: list[_Waiting]) -> None:
        failure: OSError | None = OSError("interrupted")
        try:
            await asyncio.to_thread(self._write, [waiting.payload for waiting in group])
            failure = None
        except OSError as error:
            failure = error
        finally:
            self._settle(group, failure)

    def _settle(self, group: list[_Waiting], failure: OSError | None) -> None:
        for waiting in group:
            self.size -= waiting.size
            if waiting.done.done():  # who waited has gone
                continue
            if failure:
                waiting.done.set_exception(failure)
            else:
                waiting.done.set_result(None)

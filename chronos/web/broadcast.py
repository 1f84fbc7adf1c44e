"""Hands one answer to all who listen: asked for once a second, however many they are."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
QUIET_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Message:
    """An answer as JSON, and when it was given; what has the same ``id`` says the same, at another time."""

    id: str
    now: float
    body: bytes


def message(now: float, content: Mapping[str, Any]) -> Message:
    """``content`` as a message, in which ``now`` is when it was so."""
    said = msgspec.json.encode(content)
    id = hashlib.blake2b(said, digest_size=8).hexdigest()
    return Message(id, now, msgspec.json.encode({"now": now, **content}))


class Broadcast:
    """Asks again and again while somebody listens, and lets each listener have the newest message.

    A listener has no queue: one that is slow misses messages, holds nobody up and costs no memory.
    ``ask`` may raise: then all listeners' streams end, and who comes again has it tried again.
    ``is_over`` says whether the worker stops.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[Message]],
        is_over: Callable[[], bool],
        pause: float = PAUSE_SECONDS,
        quiet: float = QUIET_SECONDS,
    ) -> None:
        self._ask, self._is_over, self._pause, self._quiet = ask, is_over, pause, quiet
        self._round: _Round | None = None

    async def listen(self, known: str | None = None) -> AsyncGenerator[Message]:
        """Each newest message; from time to time the same again, where it is still so. Ends with the worker.

        ``known`` is the id of the message that the listener has already.
        """
        if self._round is None or self._round.has_ended:
            self._round = _Round(self._polled)
        joined = self._round
        async with aclosing(joined.messages(known, self._quiet)) as messages:
            async for one in messages:
                yield one

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._round.listeners) if self._round else 0

    async def _polled(self) -> AsyncIterator[Message]:
        while not self._is_over():
            yield await self._ask()
            await asyncio.sleep(self._pause)


class _Round:
    """The time from the first listener's coming to the last one's going."""

    def __init__(self, polled: Callable[[], AsyncIterator[Message]]) -> None:
        self.listeners: set[asyncio.Event] = set()
        self.has_ended = False
        self._newest: Message | None = None
        self._task = asyncio.create_task(self._poll(polled()))

    async def messages(self, known: str | None, quiet: float) -> AsyncGenerator[Message]:
        self.listeners.add(heard := asyncio.Event())
        told, is_quiet = None, False
        try:
            while not self.has_ended:
                newest = self._newest
                # Nothing is said again that was not asked for again: it would be taken for true now.
                is_due = told is None or (is_quiet and newest is not told)
                if newest is not None and (newest.id != known or is_due):
                    known, told = newest.id, newest
                    yield newest
                is_quiet = not await _within(quiet, heard)
                heard.clear()
        finally:
            self.listeners.discard(heard)
            if not self.listeners:
                self._end()

    async def _poll(self, messages: AsyncIterator[Message]) -> None:
        try:
            async for one in messages:
                before, self._newest = self._newest, one
                if before is None or one.id != before.id:
                    self._wake()
        except Exception:  # nobody awaits this task: whoever listens comes again
            log.exception("the live page's numbers could not be put together")
        finally:
            self._end()

    def _end(self) -> None:
        self.has_ended = True
        self._task.cancel()
        self._wake()

    def _wake(self) -> None:
        for heard in self.listeners:
            heard.set()


async def _within(seconds: float, event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False

"""Sends messages until each of them was taken."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from chronos.models.message import Message

logger = logging.getLogger(__name__)

Send = Callable[[Message], Awaitable[None]]
Retry = Callable[[int], float]

FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0  # one message is sent at a time then, so this is no burden for a Kafka that comes back


def backoff(attempt: int) -> float:
    """Return the seconds to wait after the ``attempt``-th failure in a row, with jitter of a half."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 10))
    return wait * random.uniform(0.5, 1.0)


async def deliver(messages: list[Message], send: Send, retry: Retry) -> None:
    """Send all of them at once; those that fail again and again, until every one was taken.

    After a failure one message goes ahead alone: a Kafka that is away is asked once, not 200 times.
    """
    failures = 0
    while messages:
        now, later = (messages[:1], messages[1:]) if failures else (messages, [])
        failed, reason = await _try(now, send)
        messages = failed + later
        failures = failures + 1 if failed else 0
        if failed:
            await _wait(retry(failures), reason, len(messages))


async def _try(messages: list[Message], send: Send) -> tuple[list[Message], BaseException | None]:
    results = await asyncio.gather(*(_call(send, message) for message in messages), return_exceptions=True)
    failed = [message for message, result in zip(messages, results, strict=True) if result is not None]
    return failed, next((result for result in results if result is not None), None)


async def _call(send: Send, message: Message) -> None:
    await send(message)


async def _wait(seconds: float, reason: BaseException | None, count: int) -> None:
    logger.warning("Kafka did not take %d spooled beacons (%r); next try in %.1f s", count, reason, seconds)
    await asyncio.sleep(seconds)

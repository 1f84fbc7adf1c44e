"""Waiting for something without sleeping longer than it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 15.0


async def eventually(
    what: Callable[[], str] | str, ask: Callable[[], Awaitable[T]], seconds: float = PATIENCE
) -> T:
    """The first true answer; fails with ``what`` when time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := await ask()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {say(what)}"
        await asyncio.sleep(0.03)
    return answer


def say(what: Callable[[], str] | str) -> str:
    return what() if callable(what) else what

"""Where the live page's numbers come from: the windows of all workers."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from chronos.web import asking
from chronos.windows import question


async def answers(questions: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, Any]]:
    """By view the answer of its windows; raise WindowsUnavailable where there is none."""
    found = await asyncio.gather(*(_answer(view, asked) for view, asked in questions.items()))
    return dict(zip(questions, found, strict=True))


async def recent_events() -> list[dict[str, Any]]:
    """The latest events, the newest first."""
    return await asking.recent_events()


async def _answer(view: str, asked: Mapping[str, int]) -> dict[str, Any]:
    parameters = {name: str(value) for name, value in asked.items()}
    return await asking.windows(question.ask(view, parameters, time.time()))

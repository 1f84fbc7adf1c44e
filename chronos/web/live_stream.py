"""`GET /api/live`: what the live page shows, as server-sent events."""

import asyncio
import time
from typing import Any

from aiohttp.web import Request, StreamResponse
from faust.web import View

from chronos import live
from chronos.app import app, config
from chronos.errors import ChronosError
from chronos.services import access, health
from chronos.web import live_source, sse
from chronos.web.broadcast import Broadcast, Message, message


@app.page("/api/live")
class Live(View):
    """The numbers of the live page."""

    async def get(self, request: Request) -> StreamResponse:
        """`event: live` when something has changed, `event: still` when nothing has for five seconds."""
        return await sse.stream(request, "live", broadcast)


async def newest() -> Message:
    """What there is to show now."""
    now = time.time()
    return message(round(now, 3), await content(now))


async def content(now: float) -> dict[str, Any]:
    """The JSON of the page; without numbers, and with the reason, where windows cannot be asked."""
    try:
        answers, events = await asyncio.gather(
            live_source.answers(live.questions(now)), live_source.recent_events()
        )
    except ChronosError as error:
        return {"unavailable": str(error), **_worker(unavailable=str(error)), "complete": False}
    missing = live.missing_partitions(answers)
    return {**live.counted(now, answers), "last_events": events, **_worker(missing=missing)}


def _worker(**windows: Any) -> dict[str, Any]:
    report = {**health.report(), "parts": health.parts()}
    key = access.newest_key()
    tracker = {"path": config.web.tracker_path, "key": key and key.key, "project": key and key.name}
    return {"health": live.health(report, **windows), "tracker": tracker}


broadcast = Broadcast(newest, lambda: app.should_stop)

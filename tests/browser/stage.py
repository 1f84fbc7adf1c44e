"""The worker's live page at another address, where a test says what happens: numbers, silence, an end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import unused_port

from browser.front import OWN_HEADERS
from browser.worker import Worker

STEP = 10
SLOTS = 180
# A full slot of event time, so that a test can say which.
NEWEST = 1_900_000_000
PART = {"name": "kafka", "works": True, "says": "takes every beacon"}


def numbers(types: dict[str, dict[int, int]] | None = None, **changes: Any) -> dict[str, Any]:
    """What `GET /api/live` sends; ``types`` are counts by type and slot, of which 0 is the newest."""
    columns = {
        name: [counts.get(SLOTS - 1 - slot, 0) for slot in range(SLOTS)]
        for name, counts in (types or {}).items()
    }
    late = changes.pop("late", {})
    content = {
        "now": NEWEST + 4.5,
        "events_per_second": 0,
        "visitors": 0,
        "timeline": {
            "step": STEP,
            "start": [NEWEST - STEP * (SLOTS - 1 - slot) for slot in range(SLOTS)],
            "types": columns,
            "late": [late.get(SLOTS - 1 - slot, 0) for slot in range(SLOTS)],
            "status": ["open"] * SLOTS,
        },
        "pages": [],
        "links": [],
        "nodes": [],
        "last_events": [],
        "too_late": 0,
        "complete": True,
        "health": {"status": "ready", "problems": [], "remarks": [], "parts": [PART]},
        "tracker": {"path": "/tracker.js", "key": "a-key-that-is-shown", "project": "shop"},
    }
    return content | changes


def event(type: str, text: str, late_by: int = 0) -> dict[str, Any]:
    return {
        "type": type,
        "text": text,
        "event_time": NEWEST,
        "time": NEWEST + late_by,
        "late": late_by > 0,
    }


@dataclass
class Stage:
    """Serves the page; ``says`` is the newest content of its stream, ``works`` whether it answers at all.

    With ``is_proxy`` it passes the worker's own stream on, and all requests as those of somebody elsewhere.
    """

    worker: Worker
    origin: str
    says: dict[str, Any] = field(default_factory=numbers)
    works: bool = True
    is_proxy: bool = False
    asked: int = 0
    _number: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def say(self, content: dict[str, Any]) -> None:
        await self._change(says=content)

    async def stop(self) -> None:
        """End all streams, and begin no more."""
        await self._change(works=False)

    async def go_on(self) -> None:
        await self._change(works=True)

    async def _change(self, **changes: Any) -> None:
        async with self._changed:
            for name, value in changes.items():
                setattr(self, name, value)
            self._number += 1
            self._changed.notify_all()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/api/live" and not self.is_proxy:
            return await self._stream(request)
        headers = {"Host": request.host, "Accept-Encoding": "identity"}
        if self.is_proxy:
            headers |= {
                "X-Forwarded-For": "203.0.113.7",
                "Authorization": request.headers.get("Authorization", ""),
            }
        async with self.worker.web.get(f"{self.worker.url}{request.path_qs}", headers=headers) as answer:
            kept = {name: text for name, text in answer.headers.items() if name.lower() not in OWN_HEADERS}
            response = web.StreamResponse(status=answer.status, headers=kept)
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            return response

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if not self.works:
            return web.Response(status=503)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"retry: 100\n\n")
        while self.works:
            number = self._number
            await response.write(b"event: live\ndata: %b\n\n" % json.dumps(self.says).encode())
            async with self._changed:
                await self._changed.wait_for(lambda told=number: self._number != told)
        return response


@asynccontextmanager
async def running_stage(worker: Worker) -> AsyncIterator[Stage]:
    stage = Stage(worker, f"http://localhost:{(port := unused_port())}")
    app = web.Application()
    app.router.add_get("/{path:.*}", stage.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield stage
    finally:
        await stage.stop()
        await runner.cleanup()

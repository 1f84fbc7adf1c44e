"""A site whose server stands in front of the worker: its pages, and Chronos behind the same address."""

import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import unused_port

from browser.rows import Stored
from browser.worker import Worker

SCRIPT = '<script src="/tracker.js" defer></script>'
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
{head}</head><body>{body}</body></html>"""
# A proxy says these for itself.
OWN_HEADERS = {
    "host",
    "content-length",
    "transfer-encoding",
    "content-encoding",
    "connection",
    "accept-encoding",
}

_used_ports: set[int] = set()

Weather = Callable[["Front", web.Request, bytes], Awaitable[web.StreamResponse]]


def page(body: str, title: str = "A page", head: str = SCRIPT) -> str:
    return PAGE.format(title=title, head=head, body=body)


@dataclass
class Post:
    """A beacon on its way to the worker; times are of the monotonic clock."""

    id: str
    events: list[list[Any]]
    began: float
    ended: float = float("inf")


async def fair(front: "Front", request: web.Request, body: bytes) -> web.StreamResponse:
    """The beacon gets through."""
    return await front.pass_on(request, body)


@dataclass
class Front(Stored):
    """``weather`` is what becomes of beacons, ``settings`` what the tracker is given beside the worker's own.

    ``pages`` are the site's by path; all other paths have the page at ``/``.
    """

    worker: Worker
    origin: str
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    weather: Weather = fair
    posts: list[Post] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def condition(self) -> tuple[str, str]:
        return "starts_with(metadata->>'url', $1)", f"{self.origin}/"

    def url(self, path: str = "/") -> str:
        return f"{self.origin}{path}"

    def chronos_requests(self) -> list[str]:
        """What was asked of the worker, but for the script itself."""
        return [
            path for path in self.requests if re.match(r"/(api|tracker)\b", path) and path != "/tracker.js"
        ]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.path)
        if request.path == "/api/events":
            return await self._beacon(request)
        if request.path == "/tracker.js":
            return await self._script(request)
        if re.match(r"/(api|tracker)\b", request.path):
            return await self.pass_on(request, b"")
        html = self.pages.get(request.path, self.pages["/"])
        return web.Response(text=html, content_type="text/html", headers=self.headers)

    async def pass_on(self, request: web.Request, body: bytes) -> web.Response:
        """As the worker answers; it sees this site's name as its own, as behind most proxies."""
        headers = {name: text for name, text in request.headers.items() if name.lower() not in OWN_HEADERS}
        headers |= {"Host": request.host, "Accept-Encoding": "identity"}
        address = f"{self.worker.url}{request.path_qs}"
        async with self.worker.web.request(request.method, address, data=body, headers=headers) as answer:
            kept = {name: text for name, text in answer.headers.items() if name.lower() not in OWN_HEADERS}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    async def _script(self, request: web.Request) -> web.Response:
        answer = await self.pass_on(request, b"")
        assert isinstance(answer.body, bytes)
        return web.Response(body=_with(answer.body.decode(), self.settings), content_type="text/javascript")

    async def _beacon(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        beacon = json.loads(body)["data"]
        self.posts.append(post := Post(beacon["id"], beacon["events"], time.monotonic()))
        try:
            return await self.weather(self, request, body)
        finally:
            post.ended = time.monotonic()


def _with(script: str, settings: dict[str, Any]) -> str:
    """The script with more settings in the configuration that the worker has put into it."""
    start = script.index('{"key": ')
    given, end = json.JSONDecoder().raw_decode(script, start)
    return script[:start] + json.dumps(given | settings) + script[end:]


@asynccontextmanager
async def running_front(worker: Worker) -> AsyncIterator[Front]:
    """On a port that no other front had, so that its address says whose rows are whose."""
    while (port := unused_port()) in _used_ports:
        pass
    _used_ports.add(port)
    front = Front(worker, f"http://localhost:{port}", {"/": page("")})
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", front.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield front
    finally:
        await runner.cleanup()

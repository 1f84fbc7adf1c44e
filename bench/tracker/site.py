"""A shop's page on one origin and, as in life, an endpoint like that of Chronos on another."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import unused_port

from bench.tracker.weight import KEY
from chronos.web import answers, files

PAGES = Path(__file__).parent / "pages"
JAVASCRIPT = "text/javascript; charset=utf-8"
# A page that is alone in its process is told the time to 5 microseconds instead of 100.
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
# About what a Chronos under load takes: what is on its way counts against what a browser lets a page send.
ANSWER_SECONDS = 0.05
POLL = 0.05
NAIVE = '<script src="{endpoint}/naive.js" data-key="{key}" data-when="{when}"></script>'
HEADS = {
    "tracker": '<script src="{endpoint}/tracker.js" defer></script>',
    "inline": "<script>began = performance.now()</script><script>{script}</script>"
    "<script>startUp = performance.now() - began</script>",
    "now": NAIVE,
    "pagehide": NAIVE,
    "listener": '<script>addEventListener("mousemove", () => {{}}, {{ capture: true }})</script>',
    "nothing": "",
}


@dataclass
class Site:
    """``tracker`` and ``vitals`` are the scripts as they are served; ``bodies`` are kept as they came."""

    tracker: bytes
    vitals: bytes
    origin: str
    endpoint: str
    bodies: list[bytes] = field(default_factory=list)
    visits: Iterator[int] = field(default_factory=lambda: count(1))

    def address(self, head: str) -> str:
        """Of a page with one of `HEADS`: one that nobody had before, by which its beacons are known."""
        return f"{self.origin}/{head}/{next(self.visits)}/"

    def bodies_of(self, address: str) -> list[bytes]:
        """What came so far from the page with that address, in the order in which it came."""
        return [body for body in self.bodies if f'"{address}"'.encode() in body]

    async def until_quiet(self, address: str, seconds: float) -> None:
        """Return when nothing has come from that page for a while."""
        known, since = -1, time.monotonic()
        while time.monotonic() - since < seconds:
            if (now := len(self.bodies_of(address))) != known:
                known, since = now, time.monotonic()
            await asyncio.sleep(POLL)

    async def page(self, request: web.Request) -> web.Response:
        head = request.match_info["head"]
        values = {"endpoint": self.endpoint, "key": KEY, "when": head, "script": self.tracker.decode()}
        text = (PAGES / "shop.html").read_text().replace("{head}", HEADS[head].format(**values))
        return web.Response(text=text, content_type="text/html", headers=ISOLATED)

    async def script(self, request: web.Request) -> web.Response:
        naive = (PAGES / "naive.js").read_bytes()
        found = {"tracker.js": self.tracker, "tracker.vitals.js": self.vitals, "naive.js": naive}
        return await files.answer(request, found[request.match_info["script"]], JAVASCRIPT, None)

    async def events(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        await asyncio.sleep(ANSWER_SECONDS)
        return answers.success(request.headers.get("Origin"))


@asynccontextmanager
async def running_site(tracker: bytes, vitals: bytes) -> AsyncIterator[Site]:
    """Serve on two ports, which makes two origins."""
    ports = [unused_port(), unused_port()]
    origin, endpoint = (f"http://127.0.0.1:{port}" for port in ports)
    site = Site(tracker, vitals, origin, endpoint)
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/api/events", site.events)
    app.router.add_get("/{script:[a-z.]+[.]js}", site.script)
    app.router.add_get(f"/{{head:{'|'.join(HEADS)}}}/{{visit}}/", site.page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        for port in ports:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        yield site
    finally:
        await runner.cleanup()

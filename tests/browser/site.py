"""Somebody's own site: a server on a port of its own, thus another origin, that includes the tracker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.test_utils import unused_port

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title><link rel="icon" href="data:,">
<script src="{tracker}" defer></script></head>
<body><button id="buy">Buy</button> <output id="bought">0</output> <a id="away" href="/next">Next</a>
<script>
  buy.addEventListener("click", () => {{ bought.textContent = Number(bought.textContent) + 1; }});
</script></body></html>"""


@dataclass
class Site:
    """Serves one page at every address; ``tracker`` is the address of the script in it."""

    origin: str
    tracker: str = ""

    async def page(self, request: web.Request) -> web.Response:
        return web.Response(text=PAGE.format(tracker=self.tracker), content_type="text/html")


@asynccontextmanager
async def running_site() -> AsyncIterator[Site]:
    port = unused_port()
    site = Site(f"http://127.0.0.1:{port}")
    app = web.Application()
    app.router.add_get("/{path:.*}", site.page)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield site
    finally:
        await runner.cleanup()

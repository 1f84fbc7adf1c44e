"""`GET /demo`: a page to try the tracker on."""

import json
from functools import cache, lru_cache
from html import escape
from urllib.parse import quote

from aiohttp.web import Request, Response
from faust.web import View

from chronos import resources
from chronos.app import app, config
from chronos.models.events import EVENT_TYPES
from chronos.services import access


@app.page("/demo")
class Demo(View):
    """A page with something of every event type."""

    async def get(self, request: Request) -> Response:
        """The page."""
        key = access.newest_key()
        body = _filled(key.key if key else "")
        return Response(body=body, content_type="text/html", charset="utf-8")


def time_places() -> dict[str, int]:
    """Where in an event's array the client time stands, by event type."""
    return {name: 1 + list(event.wire_fields()).index("client_time") for name, event in EVENT_TYPES.items()}


@lru_cache(maxsize=4)
def _filled(key: str) -> bytes:
    values = {
        "__TRACKER_PATH__": escape(config.web.tracker_path),
        "__PIXEL_ADDRESS__": escape(f"{config.web.pixel_path}?key={quote(key, safe='')}"),
        "__TIME_PLACES__": json.dumps(time_places()),
    }
    page = _page()
    for name, value in values.items():
        page = page.replace(name, value)
    return page.encode()


@cache
def _page() -> str:
    return resources.page("demo.html").read_text(encoding="utf-8")

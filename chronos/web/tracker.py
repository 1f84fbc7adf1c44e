"""`GET /tracker.js`, configured, and `GET /demo`, a page to try it on."""

import hashlib
import json
from functools import cache

from aiohttp.web import Request, Response
from faust.web import View

from chronos import resources
from chronos.app import app, config
from chronos.services import access
from chronos.settings.sections import Tracker as TrackerSettings

PLACEHOLDER = '"__CHRONOS_CONFIG__"'
EVENTS_PATH = "/api/events"


@app.page("/tracker.js")
class Tracker(View):
    """The script that a page includes."""

    async def get(self, request: Request) -> Response:
        """The bundle with this server's key and settings; 503 when there is no key to send with."""
        key = access.key_for_tracker
        if key is None:
            return Response(status=503, text="// no write key: run `chronos key new`\n")
        script = configured(key, config.tracker)
        etag = '"' + hashlib.blake2b(script, digest_size=8).hexdigest() + '"'
        headers = {"ETag": etag, "Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers=headers)
        return Response(body=script, content_type="text/javascript", charset="utf-8", headers=headers)


@app.page("/demo")
class Demo(View):
    """A page with something of every event type."""

    async def get(self, request: Request) -> Response:
        """The page."""
        return Response(body=_demo(), content_type="text/html", charset="utf-8")


def configured(key: str, settings: TrackerSettings) -> bytes:
    """The bundle, with its configuration in place of the placeholder."""
    values = {"key": key, "events_path": EVENTS_PATH, **settings.model_dump()}
    # `<` is escaped so that the script can stand inside a page as well.
    text = json.dumps(values).replace("<", "\\u003c")
    return _bundle().replace(PLACEHOLDER, text).encode()


@cache
def _bundle() -> str:
    return resources.tracker_bundle().read_text()


@cache
def _demo() -> bytes:
    return resources.page("demo.html").read_bytes()

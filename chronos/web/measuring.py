"""Measures requests: how many are being answered, and how long each took."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp.web import Request, StreamResponse, middleware

from chronos import __version__
from chronos.app import app
from chronos.metrics import BUILD, RECOVERING_PARTITIONS, REQUEST_SECONDS, REQUESTS, WINDOW_KEYS
from chronos.tables.window_panes import window_panes

# Open for as long as somebody looks at a page.
STREAMS = ("/api/live", "/api/windows/{name}/stream")
ELSEWHERE = "none"
Handler = Callable[[Request], Awaitable[StreamResponse]]


@middleware
async def measure(request: Request, handler: Handler) -> StreamResponse:
    """Count a request while it is answered, and note how long that took."""
    route = declared_path(request)
    is_stream = route in STREAMS
    began = time.perf_counter()
    with REQUESTS.labels("stream" if is_stream else "request").track_inprogress():
        try:
            return await handler(request)
        finally:
            if not is_stream:
                REQUEST_SECONDS.labels(route).observe(time.perf_counter() - began)


def declared_path(request: Request) -> str:
    """The path of the view that answers, ``/api/views/{name}``: there are few, whatever is asked for."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ELSEWHERE


# Outermost, so that what others refuse is measured, too.
cast(Any, app.web).web_app.middlewares.insert(0, measure)
BUILD.labels(__version__).set(1)
WINDOW_KEYS.set_function(lambda: window_panes.keys_held)
RECOVERING_PARTITIONS.set_function(lambda: len(window_panes.recovering))

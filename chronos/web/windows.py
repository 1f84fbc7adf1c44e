"""`GET /api/windows` and `GET /api/windows/VIEW`: windows of event time, from all workers."""

import asyncio
import math
import time
from collections.abc import Awaitable
from typing import Any

import msgspec
from aiohttp.web import Request, Response
from faust.web import View

from chronos.app import app
from chronos.errors import BadParameter, RequestError
from chronos.web import asking
from chronos.windows import question

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@app.page("/api/windows")
class Windows(View):
    """Which views of windows there are, and how far event time has come."""

    async def get(self, request: Request) -> Response:
        """``{"slot", "retention", "lateness", "watermark", "partitions", "complete", "views"}``."""
        return await answered(asking.overview())


@app.page("/api/windows/{name}")
class WindowsOfView(View):
    """Windows of one view."""

    async def get(self, request: Request, name: str) -> Response:
        """``{"view", "from", "to", "step", "slide", "watermark", "too_late", "complete", "windows"}``."""
        return await answered(_windows(request, name))


async def _windows(request: Request, name: str) -> dict[str, Any]:
    return await asking.windows(question.ask(asking.view(name).name, parameters(request), time.time()))


def parameters(request: Request) -> dict[str, str]:
    """The parameters of a request; raise BadParameter where one is there twice."""
    for name in request.query:
        if len(values := request.query.getall(name)) > 1:
            raise BadParameter(name=name, value=", ".join(values), reason="it once")
    return dict(request.query)


async def answered(work: Awaitable[dict[str, Any]]) -> Response:
    """What ``work`` gives as JSON, or why it gives nothing."""
    try:
        body = await asyncio.to_thread(msgspec.json.encode, await work)
        return Response(body=body, content_type="application/json", headers=HEADERS)
    except RequestError as error:
        return refused(error)


def refused(error: RequestError) -> Response:
    """The answer to a question that has none."""
    headers = dict(HEADERS)
    if error.retry_after:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    body = msgspec.json.encode({"success": False, "error": str(error)})
    return Response(status=error.status, body=body, content_type="application/json", headers=headers)

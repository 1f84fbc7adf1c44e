"""Server-sent events: how one is written, and how a stream of them begins.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
from contextlib import aclosing

import msgspec
from aiohttp import ClientConnectionResetError
from aiohttp.web import Request, StreamResponse

from chronos.web.broadcast import Broadcast, Message

SLOW_SECONDS = 20.0
RETRY_MILLISECONDS = 2000
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # nginx would otherwise keep events until it has a page of them.
    "X-Accel-Buffering": "no",
}


def encoded(event: str, data: bytes, id: str | None = None) -> bytes:
    """One event; ``data`` is JSON, which has no line breaks."""
    named = b"" if id is None else b"id: %b\n" % id.encode()
    return b"%bevent: %b\ndata: %b\n\n" % (named, event.encode(), data)


async def begun(request: Request) -> StreamResponse:
    """The response, with its head sent and the time after which a browser comes again."""
    response = StreamResponse(headers=HEADERS)
    await response.prepare(request)
    await response.write(b"retry: %d\n\n" % RETRY_MILLISECONDS)
    return response


async def stream(request: Request, event: str, broadcast: Broadcast) -> StreamResponse:
    """Send as ``event`` what ``broadcast`` says, and `still` where it says the same, until one of us goes."""
    response = await begun(request)
    known = request.headers.get("Last-Event-ID")
    try:
        async with aclosing(broadcast.listen(known)) as messages:
            async for one in messages:
                # Who takes nothing for so long has gone, or comes again by itself.
                async with asyncio.timeout(SLOW_SECONDS):
                    await response.write(_event(event, one, known))
                known = one.id
    except (ClientConnectionResetError, ConnectionError, TimeoutError):
        _cut(request)
    return response


def _event(event: str, one: Message, known: str | None) -> bytes:
    if one.id == known:
        return encoded("still", msgspec.json.encode({"now": one.now}))
    return encoded(event, one.body, one.id)


def _cut(request: Request) -> None:
    # Not closed in order: what a browser does not take would be waited for.
    if request.transport is not None:
        request.transport.abort()

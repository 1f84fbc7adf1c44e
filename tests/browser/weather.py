"""What may become of a beacon on its way: days on which the server, or what stands before it, is not well."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from browser.front import Front, Weather, fair

LOGIN = "<!doctype html><title>Log in to the network</title>"


async def html(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
    """A hotel's network answers in the server's place, and calls it a success."""
    return web.Response(text=LOGIN, content_type="text/html")


async def broken(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
    """A proxy in front of a server that is away."""
    return web.Response(status=503, text="no server available")


async def cut(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
    """The connection ends in the middle."""
    assert request.transport
    request.transport.abort()
    return web.Response()


async def silent(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
    """No answer ever comes."""
    await asyncio.Event().wait()
    raise AssertionError


async def silent_taker(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
    """The worker has the beacon, and its answer is lost."""
    await front.pass_on(request, body)
    return await silent(front, request, body)


def slow(seconds: float) -> Weather:
    """The way is long."""

    async def after_a_while(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await fair(front, request, body)

    return after_a_while


def busy(seconds: int) -> Weather:
    """The server wants to be left in peace for so long."""

    async def later(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
        return web.json_response({"success": False}, status=503, headers={"Retry-After": str(seconds)})

    return later


def first(count: int, bad: Weather) -> Callable[..., object]:
    """Bad for so many beacons, then fair."""
    left = count

    async def clearing(front: Front, request: web.Request, body: bytes) -> web.StreamResponse:
        nonlocal left
        left -= 1
        return await (bad if left >= 0 else fair)(front, request, body)

    return clearing

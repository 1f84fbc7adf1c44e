"""Where a worker listens: on a port of its own, and on the one that all workers of a machine share."""

import asyncio
import socket
from typing import Any

from aiohttp.web import Request, SockSite, StreamResponse
from faust.web.drivers.aiohttp import Web

from chronos.errors import PortTaken
from chronos.public_port import BACKLOG, PublicPort

JOIN_SECONDS = 15.0
LOOK_SECONDS = 0.2


class Listening(Web):
    """Faust's web server, with the public port: ``public`` is None where the worker's own one is that.

    A worker that starts beside others takes connections at the public port when it can answer all that is
    asked, or when nobody else is there. One that stops takes no more there, finishes what it has begun, and
    tells clients to connect anew.
    """

    def __init__(self, app: Any, public: PublicPort | None) -> None:
        super().__init__(app)
        self.is_leaving = False
        self._public = public
        self._sockets: list[socket.socket] = []
        self._sites: list[SockSite] = []
        self._opening: asyncio.Future[Any] | None = None
        self.web_app.on_response_prepare.append(self._last_answer)

    async def start_server(self) -> None:
        """Listen; raise PortTaken where another program does."""
        if self._public is not None:
            self._sockets = await asyncio.to_thread(self._public.take)
        try:
            await super().start_server()
        except OSError as error:
            conf = self.app.conf
            reason = error.strerror or str(error)
            raise PortTaken(host=conf.web_bind, port=conf.web_port, reason=reason) from error
        if self._public is not None:
            self._opening = self.add_future(self._open(self._public))

    async def leave(self) -> None:
        """Take no more connections at the public port, and ask those that are there to go."""
        self.is_leaving = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
        # What the kernel has for us by now is taken before; afterwards it would be reset.
        await asyncio.sleep(0)
        for site in self._sites:
            await site.stop()
        for one in self._sockets:
            one.close()
        self._sites.clear()
        if self._public is not None:
            self._public.leave()

    async def stop_server(self) -> None:
        """Finish the requests that run, and close all connections."""
        await self.leave()
        await super().stop_server()

    async def _open(self, public: PublicPort) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + JOIN_SECONDS
        while not self.app.has_joined and loop.time() < deadline:  # type: ignore[attr-defined]
            if not await asyncio.to_thread(public.is_shared):
                break
            await asyncio.sleep(LOOK_SECONDS)
        for one in self._sockets:
            self._sites.append(site := SockSite(self._runner, one, backlog=BACKLOG))
            await site.start()

    async def _last_answer(self, _: Request, response: StreamResponse) -> None:
        if self.is_leaving:
            response.force_close()
            response.headers["Connection"] = "close"  # the others are prepared by now

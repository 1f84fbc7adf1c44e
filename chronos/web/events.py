"""`POST /api/events`: a beacon comes in, and is answered once it is safe."""

import asyncio

from aiohttp.web import HTTPRequestEntityTooLarge, Request, Response
from faust.web import View

from chronos.app import app, config
from chronos.errors import BadRequest, EncodedBody, RequestError, RequestTimeout, TooLarge
from chronos.metrics import BEACONS
from chronos.services import access
from chronos.web import answers
from chronos.web.acceptance import accept

BODY_SECONDS = 30.0


@app.page(config.web.events_path)
class Events(View):
    """Beacons, as the tracker sends them; any Content-Type."""

    async def post(self, request: Request) -> Response:
        """Keep a beacon, or say why not."""
        origin = request.headers.get("Origin")
        allowed = None
        try:
            access.check_origin(origin, request.host)
            allowed = origin
            await accept(await _body(request))
        except RequestError as error:
            BEACONS.labels(str(error.status)).inc()
            return answers.refusal(error.status, str(error), allowed, error.retry_after)
        BEACONS.labels("200").inc()
        return answers.success(allowed)

    async def options(self, request: Request) -> Response:
        """Answer a preflight."""
        origin = request.headers.get("Origin")
        try:
            access.check_origin(origin, request.host)
        except RequestError as error:
            return answers.refusal(error.status, str(error), None)
        return answers.preflight(origin)


async def _body(request: Request) -> bytes:
    limit = config.limits.beacon_bytes
    if request.headers.get("Content-Encoding", "identity") != "identity":
        # It would be unpacked before anybody can tell how large it is, even after a refusal.
        if request.protocol is not None:
            request.protocol.force_close()
        raise EncodedBody
    if (request.content_length or 0) > limit:
        raise TooLarge(limit=limit)
    try:
        if request.content.is_eof():  # nearly all: it came with the head, there is nothing to wait for
            return await request.read()
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except HTTPRequestEntityTooLarge as error:
        raise TooLarge(limit=limit) from error
    except ConnectionResetError as error:  # nobody reads the answer, and nothing is wrong here
        raise BadRequest(reason="the body ended early") from error
    except TimeoutError as error:
        raise RequestTimeout(seconds=BODY_SECONDS) from error

"""`GET /api/events.gif?key=…`: a picture that records the pageview of a page without JavaScript."""

import base64
import time

from aiohttp.web import Request, Response
from faust.web import View

from chronos.app import app, config
from chronos.errors import BadRequest, RequestError
from chronos.metrics import BEACONS, IGNORED_PIXELS
from chronos.services import access
from chronos.web import answers, noscript
from chronos.web.acceptance import accept

# One transparent point.
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@app.page(config.web.pixel_path)
class Pixel(View):
    """A picture of one point for `<noscript>`."""

    async def get(self, request: Request) -> Response:
        """Record the pageview, unless somebody wants that it is not; or say what is wrong."""
        try:
            await _record(request)
        except RequestError as error:
            BEACONS.labels(str(error.status)).inc()
            refusal = answers.refusal(error.status, str(error), None, error.retry_after)
            refusal.headers["Cache-Control"] = "no-store"
            return refusal
        return _picture()

    async def head(self, request: Request) -> Response:
        """Record nothing: nobody opened a page."""
        return _picture()


async def _record(request: Request) -> None:
    page = noscript.page_of(request.headers)
    access.check_origin(noscript.origin_of(page), request.host)
    key = request.query.get("key")
    if key is None:
        raise BadRequest(reason="the address lacks ?key=WRITE_KEY; `chronos key list` shows the keys")
    access.project_of(key, named="the key in the address")
    if reason := noscript.reason_to_ignore(request.headers, config.tracker):
        IGNORED_PIXELS.labels(reason).inc()
        return
    await accept(noscript.beacon(key, page, request.headers, time.time_ns() // 1_000_000))
    BEACONS.labels("200").inc()


def _picture() -> Response:
    headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(body=PIXEL, content_type="image/gif", headers=headers)

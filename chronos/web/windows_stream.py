"""`GET /api/windows/VIEW/stream`: the newest windows as they change, as server-sent events."""

import time
from collections.abc import Mapping

from aiohttp.web import Request, StreamResponse
from faust.web import View

from chronos.app import app
from chronos.errors import ChronosError, RequestError
from chronos.web import asking, sse
from chronos.web.broadcast import Broadcast, Message, message
from chronos.web.windows import parameters, refused
from chronos.windows import question

Asked = tuple[tuple[str, str], ...]

_broadcasts: dict[tuple[str, Asked], Broadcast] = {}  # who asks the same listens to the same


@app.page("/api/windows/{name}/stream")
class WindowsStream(View):
    """The newest windows of one view."""

    async def get(self, request: Request, name: str) -> StreamResponse:
        """`event: windows` with the newest windows when they have changed, `event: still` when not."""
        try:
            asked = parameters(request)
            # Asked once beforehand, so that a wrong question is refused and not begun.
            await asking.windows(question.newest(name, asked, time.time()))
        except RequestError as error:
            return refused(error)
        return await sse.stream(request, "windows", _broadcast(name, asked))


def _broadcast(name: str, asked: Mapping[str, str]) -> Broadcast:
    for known, one in list(_broadcasts.items()):
        if not one.listeners:
            del _broadcasts[known]
    place = name, tuple(sorted(asked.items()))
    if place not in _broadcasts:
        _broadcasts[place] = Broadcast(lambda: _newest(name, asked), lambda: app.should_stop)
    return _broadcasts[place]


async def _newest(name: str, asked: Mapping[str, str]) -> Message:
    now = time.time()
    try:
        return message(round(now, 3), await asking.windows(question.newest(name, asked, now)))
    except ChronosError as error:
        return message(round(now, 3), {"view": name, "unavailable": str(error)})

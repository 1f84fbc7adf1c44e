"""What workers ask each other: `/internal/...`, for workers of the same database only."""

import msgspec
from aiohttp.web import Request, Response
from faust.web import View

from chronos import windowing
from chronos.app import app
from chronos.errors import BadRequest, RequestError, TooManyCounts
from chronos.web import asking, workers
from chronos.windows.question import Question

MSGPACK = "application/msgpack"


@app.page("/internal/windows/{view_id}")
class InternalWindows(View):
    """What this worker has of a view."""

    async def get(self, request: Request, view_id: str) -> Response:
        """A `Held`, as msgpack."""
        try:
            await workers.check(request)
            question, partitions = _understood(request, view_id)
            return _packed(asking.held(view_id, question, partitions))
        except TooManyCounts as error:
            return Response(status=workers.TOO_MANY_COUNTS, text=f"{error}\n")
        except RequestError as error:
            return Response(status=error.status, text=f"{error}\n")


@app.page("/internal/progress")
class InternalProgress(View):
    """How far this worker's partitions are."""

    async def get(self, request: Request) -> Response:
        """A `Known`, as msgpack."""
        try:
            await workers.check(request)
            return _packed(asking.known(asking.partitions_of(request.query)))
        except (KeyError, ValueError):
            return Response(status=400, text="partitions: expected numbers\n")
        except RequestError as error:
            return Response(status=error.status, text=f"{error}\n")


@app.page("/internal/recent")
class InternalRecent(View):
    """The newest events that this worker has counted."""

    async def get(self, request: Request) -> Response:
        """A list of events, as msgpack."""
        try:
            await workers.check(request)
            return _packed(windowing.recent.events())
        except RequestError as error:
            return Response(status=error.status, text=f"{error}\n")


def _understood(request: Request, view_id: str) -> tuple[Question, list[int]]:
    try:
        return asking.question_of(view_id, request.query), asking.partitions_of(request.query)
    except (KeyError, ValueError) as error:
        raise BadRequest(reason=f"not a question of another worker: {error!r}") from error


def _packed(content: object) -> Response:
    return Response(body=msgspec.msgpack.encode(content), content_type=MSGPACK)

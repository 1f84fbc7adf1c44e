"""`GET /health` and `GET /metrics`."""

from aiohttp.web import Request, Response, json_response
from faust.web import View
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chronos.app import app
from chronos.services import health


@app.page("/health")
class Health(View):
    """Whether this worker works."""

    async def get(self, request: Request) -> Response:
        """200 when ready, 503 with the problems when it waits."""
        report = health.report()
        return json_response(report, status=200 if report["status"] == "ready" else 503)


@app.page("/metrics")
class Metrics(View):
    """The numbers of this worker."""

    async def get(self, request: Request) -> Response:
        """All of them, in Prometheus' text format."""
        return Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

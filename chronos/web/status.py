"""`GET /health`, what probes and proxies ask below it, and `GET /metrics`."""

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


@app.page("/health/live")
class Live(View):
    """Whether this process is worth keeping: nothing else is to be mended by starting it anew."""

    async def get(self, request: Request) -> Response:
        """200 as long as it answers at all, 503 when it has crashed and is about to end."""
        if app.crashed:
            return json_response({"status": "crashed"}, status=503)
        return json_response({"status": "alive"})


@app.page("/health/ready")
class Ready(View):
    """Whether beacons may be sent here."""

    async def get(self, request: Request) -> Response:
        """200 when Kafka or the spool takes them, 503 with the reasons when not."""
        readiness = health.readiness()
        return json_response(readiness, status=503 if readiness["reasons"] else 200)


@app.page("/metrics")
class Metrics(View):
    """The numbers of this worker."""

    async def get(self, request: Request) -> Response:
        """All of them, in Prometheus' text format."""
        return Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

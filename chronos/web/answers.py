"""The answers to a beacon: the JSON of the wire format, with CORS for the page that sent it."""

import json
import math

from aiohttp.web import Response

PREFLIGHT_SECONDS = "600"
SUCCESS = b'{"success":true}'


def success(origin: str | None) -> Response:
    """Kafka, or the spool, has the beacon."""
    return Response(body=SUCCESS, content_type="application/json", headers=_cors(origin))


def refusal(status: int, reason: str, origin: str | None, retry_after: float | None = None) -> Response:
    """Nobody has the beacon; ``reason`` says why, ``retry_after`` when to come again, in seconds."""
    headers = _cors(origin)
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    body = json.dumps({"success": False, "error": reason}).encode()
    return Response(status=status, body=body, content_type="application/json", headers=headers)


def preflight(origin: str | None) -> Response:
    """What OPTIONS is told."""
    headers = _cors(origin)
    if origin is not None:
        headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "Content-Type"
        headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return Response(status=204, headers=headers)


def _cors(origin: str | None) -> dict[str, str]:
    # Credentials: sendBeacon always sends them, and a browser then wants this said.
    if origin is None:
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "Retry-After",
        "Vary": "Origin",
    }

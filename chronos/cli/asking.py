"""Asks a worker something over HTTP, for commands."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from chronos.cli import overview
from chronos.errors import ServiceError, TooManyCounts
from chronos.settings import Settings
from chronos.windows.answers import MOST_COUNTS

PATIENCE = 60.0  # seconds that an answer may take
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def ask(settings: Settings, path: str, parameters: Mapping[str, str] | None = None) -> Any:
    """The JSON that the first worker answers; raise ServiceError where there is none, or TooManyCounts."""
    address = overview.web_address(settings)
    query = f"?{urlencode(parameters)}" if parameters else ""
    request = urllib.request.Request(f"{address}{path}{query}", headers=headers(settings, address))
    # A proxy that the environment names is not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        reason = _reason(error.read()) or f"answers {error.code}"
        if reason == str(too_many := TooManyCounts(limit=MOST_COUNTS)):
            raise too_many from error
        raise ServiceError(service=f"The worker at {address}", reason=reason) from error
    except (OSError, ValueError) as error:
        reason = f"no answer ({getattr(error, 'reason', error)}); does it run? `chronos status` says so"
        raise ServiceError(service=f"The worker at {address}", reason=reason) from error


def headers(settings: Settings, address: str) -> dict[str, str]:
    """What lets us read from a worker that is not on this machine."""
    keys = [key.key for key in settings.active_read_keys]
    if not keys or urlsplit(address).hostname in LOOPBACK:
        return {}
    return {"Authorization": f"Bearer {keys[-1]}"}


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return ""

"""Asks a running worker something over HTTP, for commands."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chronos.cli import ways
from chronos.errors import ServiceError, TooManyCounts
from chronos.settings import Settings
from chronos.windows.answers import MOST_COUNTS

PATIENCE = 60.0  # seconds that an answer may take


def ask(settings: Settings, path: str, parameters: Mapping[str, str] | None = None) -> Any:
    """The JSON that a worker answers; raise ServiceError where there is none, or TooManyCounts."""
    worker = ways.of(settings).any_worker()
    query = f"?{urlencode(parameters)}" if parameters else ""
    name = f"The worker at {worker.place()}"
    try:
        answer = worker.get(f"{path}{query}", PATIENCE)
        said = json.loads(answer.body) if answer.status == 200 else None
    except (OSError, ValueError) as error:
        reason = f"no answer ({error}); does it run? `chronos status` says so"
        raise ServiceError(service=name, reason=reason) from error
    if answer.status == 200:
        return said
    reason = _reason(answer.body) or f"answers {answer.status}"
    if reason == str(too_many := TooManyCounts(limit=MOST_COUNTS)):
        raise too_many
    raise ServiceError(service=name, reason=reason)


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return ""

"""Asks a running worker something over HTTP, for commands."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlencode

from chronos.cli import ways
from chronos.errors import ServiceError, TooManyCounts
from chronos.probing import Answer
from chronos.settings import Settings
from chronos.windows.answers import MOST_COUNTS

PATIENCE = 60.0  # seconds that an answer may take

Get = Callable[[str, float], Answer]
Ask = Callable[..., Any]


def ask(settings: Settings, path: str) -> Any:
    """The JSON that a worker answers; raise ServiceError where there is none, or TooManyCounts."""
    with talking(settings) as asks:
        return asks(path)


@contextmanager
def talking(settings: Settings) -> Iterator[Ask]:
    """Yield what does as `ask`, also with parameters, for many questions to one worker."""
    worker = ways.of(settings).any_worker()
    with worker.talking() as get:
        yield partial(_ask, get, f"The worker at {worker.place()}")


def _ask(get: Get, name: str, path: str, parameters: Mapping[str, str] | None = None) -> Any:
    query = f"?{urlencode(parameters)}" if parameters else ""
    try:
        answer = get(f"{path}{query}", PATIENCE)
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

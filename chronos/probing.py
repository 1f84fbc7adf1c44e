"""Asks a worker, with the standard library alone: for supervisors, containers and commands."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a worker answered: an HTTP status, and the body."""

    status: int
    body: bytes


def get(url: str, seconds: float, headers: Mapping[str, str] | None = None) -> Answer:
    """What is answered at ``url``, be it an error; OSError where there is no answer."""
    # A proxy that the environment names is not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=dict(headers or {})), timeout=seconds) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
    except urllib.error.URLError as error:
        raise OSError(str(error.reason)) from error
    except http.client.HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from error


def problem(url: str, seconds: float) -> str | None:
    """What ``/health``, or what is below it, says is wrong, in a line; None where nothing is."""
    try:
        answer = get(url, seconds)
    except OSError as error:
        return f"no answer from {url} ({error})"
    return None if answer.status == 200 else reasons(answer) or f"{url} answers {answer.status}"


def reasons(answer: Answer) -> str:
    """The problems that an answer of ``/health`` names, in a line; empty where it names none."""
    try:
        said = json.loads(answer.body)
        return "; ".join(said.get("problems") or said["reasons"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""

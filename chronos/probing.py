"""Asks a worker whether it works, with the standard library alone: for supervisors and containers."""

import json
import urllib.error
import urllib.request


def problem(url: str, seconds: float) -> str | None:
    """What ``/health`` at ``url`` says is wrong, in a line; None where nothing is."""
    # A proxy that the environment names is not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds):
            return None
    except urllib.error.HTTPError as error:
        return _problems(error.read()) or f"{url} answers {error.code}"
    except OSError as error:
        return f"no answer from {url} ({getattr(error, 'reason', error)})"


def _problems(body: bytes) -> str:
    try:
        return "; ".join(json.loads(body)["problems"])
    except (ValueError, KeyError, TypeError):
        return ""

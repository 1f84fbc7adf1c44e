"""Asks the worker of this container whether it works: ``python -m chronos.containers.probe``."""

import json
import os
import sys
import urllib.error
import urllib.request

SECONDS = 15.0


def problem(url: str) -> str | None:
    """What ``/health`` at ``url`` says is wrong, in a line; None where nothing is."""
    # A proxy that the environment names is not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS):
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


if __name__ == "__main__":
    found = problem(f"http://127.0.0.1:{os.environ.get('CHRONOS_WEB_PORT', '6066')}/health")
    sys.exit(found)

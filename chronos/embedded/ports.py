"""Chooses ports: the usual one, or the next free one where that is taken, and keeps to the choice."""

import socket
from collections.abc import Collection

from chronos.embedded import cache, files
from chronos.embedded.errors import NoFreePort

TRIES = 200
LAST_PORT = 65_535

_claims: dict[int, int] = {}


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on ``port`` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port whose last connections are in TIME_WAIT is free to a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def choose(usual: int, kept: int | None, spoken_for: Collection[int], host: str = "127.0.0.1") -> int:
    """The kept port, the usual one or the next that is free, in this order; NoFreePort where none is."""
    candidates = [kept] if kept else []
    last = min(usual + TRIES, LAST_PORT)
    candidates += range(usual, last + 1)
    for port in candidates:
        if port not in spoken_for and is_free(port, host) and claim(port):
            return port
    raise NoFreePort(first=usual, last=last, host=host)


def claim(port: int) -> bool:
    """Reserve ``port`` until this process ends; False where another supervisor of this user has done so.

    A service listens only seconds after its port was chosen, and meanwhile the port looks free to others.
    """
    if port in _claims:
        return True
    try:
        descriptor = files.hold(cache.folder("ports") / str(port), 0)
    except OSError:
        return True  # without a place for claims, a start that loses the race chooses again
    if descriptor is None:
        return False
    _claims[port] = descriptor
    return True

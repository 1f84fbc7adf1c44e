"""Shortens what Compose says to what a person waits for, and finds in it what went wrong."""

import re
from collections.abc import Callable

from chronos.containers import engine, names
from chronos.containers.errors import CommandFailed, NoImage, NotHealthy, PortTaken

LINE = re.compile(r"^(Container |Image |)(\S+)\s+(\w+)")
SHOWN = {"Pulling": "pulls its image", "Pulled": "has its image", "Healthy": "works"}
TAKEN = re.compile(r"port is already allocated|address already in use|ports are not available", re.I)
PORT = re.compile(r"[\d.\]]:(\d+)\b")
UNHEALTHY = re.compile(r"container (\S+) (?:is unhealthy|exited \((\d+)\))", re.I)
NO_IMAGE = re.compile(
    r"manifest unknown|manifest for|pull access denied|no such image|failed to resolve|dial tcp|i/o timeout"
    r"|TLS handshake|request canceled",
    re.I,
)
NOT_PULLED = re.compile(r"(?m)^ *(\S+) Error ")
IMAGE = re.compile(r"[a-z][\w./-]*:[\w][\w.-]*")


def teller(tell: Callable[[str], None], project: str) -> Callable[[str], None]:
    """What hears each line of Compose and tells those that matter, each once."""
    told: set[str] = set()

    def hear(line: str) -> None:
        found = LINE.match(line.strip())
        if found and found[3] in SHOWN:
            name = names.of_container(found[2].removeprefix(f"{project}-")) if found[1] else found[2]
            text = f"{name:<12} {SHOWN[found[3]]}"
            if text not in told:
                told.add(text)
                tell(text)

    return hear


def wrong(said: str, project: str, image: str, reason: Callable[[str], str | None]) -> Exception:
    """The error for what Compose said at last; ``reason`` tells of a service why it does not work."""
    last = engine.last_words(said)
    if TAKEN.search(last):
        ports = PORT.findall(last)
        return PortTaken(port=ports[0] if ports else "of a service")
    if ill := UNHEALTHY.search(last):
        name = names.of_container(ill[1].removeprefix(f"{project}-"))
        why = reason(name) or (f"it ended with exit code {ill[2]}" if ill[2] else "its health check fails")
        return NotHealthy(name=name, reason=why)
    if NO_IMAGE.search(last):
        named, of_service = IMAGE.search(last), NOT_PULLED.search(said)
        name = named[0] if named else f"of {of_service[1]}" if of_service else image
        return NoImage(image=name, reason=last)
    command = "docker compose up"
    return engine.failure([command], said, lambda text: CommandFailed(command=command, reason=text))

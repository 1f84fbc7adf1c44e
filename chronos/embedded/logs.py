"""The logs of the services: files that they write themselves, so that they outlive any pipe."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

LARGE_BYTES = 20_000_000
POLL_SECONDS = 0.2
BLOCK_BYTES = 65_536


def open_for_append(path: Path) -> IO[bytes]:
    """Open the log ``path``, put aside as ``….1`` first where it has grown large."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGE_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def size(path: Path) -> int:
    """How long the log is now, in bytes; what is written later begins there."""
    return path.stat().st_size if path.exists() else 0


def last_lines(path: Path, count: int, since: int = 0) -> list[str]:
    """The last ``count`` lines of the log, of those that begin at ``since`` bytes or later."""
    if not path.exists() or count < 1:
        return []
    with path.open("rb") as file:
        end = file.seek(0, 2)
        block = b""
        while end > since and block.count(b"\n") <= count:
            start = max(since, end - BLOCK_BYTES)
            file.seek(start)
            block = file.read(end - start) + block
            end = start
    return block.decode(errors="replace").splitlines()[-count:]


def reason(path: Path, since: int, count: int = 3) -> str:
    """The last lines that say something, in one line; empty where the log says nothing."""
    lines = [part.strip() for line in last_lines(path, 200, since) for part in _said(line)]
    # A stack trace says less than the line above it.
    lines = [line for line in lines if line and not line.startswith(("at ", "... ", "File "))]
    return " | ".join(line[:300] for line in lines[-count:])


def _said(line: str) -> list[str]:
    """What a line says, which may be the JSON of a worker's log."""
    try:
        content = json.loads(line) if line.startswith("{") else None
        return [content["message"], *content.get("exception", "").splitlines()[-1:]] if content else [line]
    except (ValueError, KeyError):
        return [line]


def _pause() -> None:
    time.sleep(POLL_SECONDS)


def follow(path: Path, pause: Callable[[], object] = _pause) -> Iterator[str]:
    """Yield what is appended to the log from now on, for ever; a new file is followed, too."""
    position = size(path)
    while True:
        if size(path) < position:
            position = 0
        if size(path) > position:
            with path.open("rb") as file:
                file.seek(position)
                text = file.read()
            position += len(text)
            yield text.decode(errors="replace")
        pause()

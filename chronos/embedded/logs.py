"""The logs of the services: files that they write themselves, so that they outlive any pipe."""

import json
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from chronos.embedded import log_times

LARGE_BYTES = 20_000_000
BLOCK_BYTES = 65_536


def open_for_append(path: Path) -> IO[bytes]:
    """Open the log ``path``, put aside as ``….1`` first where it has grown large."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGE_BYTES:
        path.replace(aside(path))
    return path.open("ab")


def aside(path: Path) -> Path:
    """Where the log ``path`` is put when it has grown large."""
    return path.with_suffix(".log.1")


def whole_lines(path: Path) -> int:
    """How many bytes of the log are lines that have ended."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        end = file.seek(0, 2)
        while end > 0:
            start = max(0, end - BLOCK_BYTES)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def past(path: Path, count: int | None, since: float | None, end: int) -> list[str] | Iterator[str]:
    """The lines of the log up to ``end`` bytes, and before them of the one put aside.

    The last ``count`` of them, all where it is None, of those written at ``since`` (seconds since 1970) or
    later.
    """
    if since is not None:
        lines = _lines_since(path, since, end)
        return lines if count is None else list(deque(lines, count))
    count = 0 if count is None else count
    newest = last_lines(path, count, end=end)
    return last_lines(aside(path), count - len(newest)) + newest


def _lines_since(path: Path, since: float, end: int) -> Iterator[str]:
    for one, limit in ((aside(path), None), (path, end)):
        if not one.exists():
            continue
        place = log_times.offset_since(one, since)
        with one.open("rb") as file:
            file.seek(place)
            while (limit is None or file.tell() < limit) and (line := file.readline()):
                yield line.decode(errors="replace").rstrip("\r\n")


def size(path: Path) -> int:
    """How long the log is now, in bytes; what is written later begins there."""
    return path.stat().st_size if path.exists() else 0


def last_lines(path: Path, count: int, since: int = 0, end: int | None = None) -> list[str]:
    """The last ``count`` lines of the log, of those between ``since`` and ``end`` bytes."""
    if not path.exists() or count < 1:
        return []
    with path.open("rb") as file:
        end = file.seek(0, 2) if end is None else end
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

"""Small files that several processes share: written whole or not at all, and locks."""

import contextlib
import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chronos.embedded.errors import Damaged
from chronos.errors import NO_ROOM

SECRET = 0o600
BLOCK_BYTES = 4096  # in which a disk is given out
SPARE_BYTES = 2048  # to grow by when nothing of it is left
LOCK_POLL_SECONDS = 0.05


def write_whole(path: Path, text: str, mode: int = SECRET) -> None:
    """Replace ``path`` at once, so that a reader sees the old text or the new, also after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` to ``path``, readable by its owner only; on a full disk where the old one stands."""
    text = json.dumps(value, indent=2) + "\n"
    blocks = -(-(len(text) + SPARE_BYTES) // BLOCK_BYTES)
    try:
        write_whole(path, text.ljust(blocks * BLOCK_BYTES))
    except OSError as error:
        if error.errno not in NO_ROOM or not _written_in_place(path, text):
            raise


def read_json(path: Path) -> dict[str, Any]:
    """The object in ``path``; empty where there is no such file."""
    try:
        with path.open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # nobody is writing in place
            found = json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Damaged(path=path, reason=error) from error
    if not isinstance(found, dict):
        raise Damaged(path=path, reason="it holds no object")
    return found


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock ``path``, waiting for whoever has it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def hold(path: Path, seconds: float) -> int | None:
    """Take the lock ``path`` within ``seconds`` and return its descriptor, or None; closing releases it."""
    descriptor = _open(path)
    deadline = time.monotonic() + seconds
    while not _try(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            os.close(descriptor)
            return None
        time.sleep(LOCK_POLL_SECONDS)
    return descriptor


def sign(descriptor: int, text: str) -> None:
    """Write into a lock that is held who holds it, in the room that whoever held it before had."""
    os.truncate(descriptor, os.pwrite(descriptor, text.encode(), 0))


def is_held(path: Path) -> bool:
    """Whether some process holds the lock ``path``."""
    if not path.exists():
        return False
    descriptor = _open(path)
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _written_in_place(path: Path, text: str) -> bool:
    """Whether there is a file that is as long; what it has of the disk is enough then."""
    if not path.exists() or len(text) > path.stat().st_size:
        return False
    with path.open("r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(text.ljust(path.stat().st_size).encode())
        os.fsync(file.fileno())
    return True


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, SECRET)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

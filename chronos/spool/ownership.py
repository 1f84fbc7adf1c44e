"""Whose folder it is: a lock that the kernel lets go of when its process dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

LOCK = "spool.lock"


def take(folder: Path, *, create: bool) -> int | None:
    """Lock the folder and return the lock's descriptor; None where it is another's, or not a spool.

    Without ``create`` a folder that no worker ever owned is left as it is.
    """
    path = folder / LOCK
    try:
        fd = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, fd)
        if _locked(fd) and _is_still(path, fd):
            stack.pop_all()
            return fd
    return None


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, fd: int) -> bool:
    # Another worker may have retired the folder between our open and our flock: then we hold nothing.
    try:
        return os.path.samestat(path.stat(), os.fstat(fd))
    except FileNotFoundError:
        return False


def is_held(folder: Path, fd: int) -> bool:
    """Whether ``fd`` is still the lock of the folder, which may have been deleted."""
    return _is_still(folder / LOCK, fd)


@contextlib.contextmanager
def orphan(folder: Path) -> Iterator[bool]:
    """Hold the folder of a dead worker for a moment; give False where its worker is alive."""
    fd = take(folder, create=False)
    try:
        yield fd is not None
    finally:
        if fd is not None:
            os.close(fd)


def retire(folder: Path) -> None:
    """Remove a folder that holds no more segments; what else is in it keeps it there."""
    (folder / LOCK).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def siblings(folder: Path) -> list[Path]:
    """Return the other workers' folders."""
    return sorted(path for path in folder.parent.iterdir() if path.is_dir() and path.name != folder.name)

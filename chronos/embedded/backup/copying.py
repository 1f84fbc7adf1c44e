"""Copies a folder whose files change meanwhile, so that little is left to copy once they are still."""

import contextlib
import os
import shutil
from pathlib import Path


def copy_changed(source: Path, target: Path, leave: frozenset[str] = frozenset()) -> int:
    """Make ``target`` what ``source`` is; return how many bytes were copied.

    A file that has the same size and time of change is taken for the same, so a second call copies what has
    changed since the first. A file that goes away meanwhile is left out, and so are those called as in
    ``leave``.
    """
    copied = 0
    names = set()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        if path.name in leave:
            continue
        with contextlib.suppress(FileNotFoundError):
            there = target / path.name
            copied += copy_changed(path, there, leave) if path.is_dir() else _copy(path, there)
            names.add(path.name)
    for path in target.iterdir():
        if path.name not in names:
            _remove(path)
    return copied


def size(folder: Path) -> int:
    """Bytes of all files below ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _copy(source: Path, target: Path) -> int:
    now = source.stat()
    if target.exists():
        then = target.stat()
        if (then.st_size, then.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
            return 0
    shutil.copyfile(source, target)
    shutil.copymode(source, target)
    # The time from before: what is written to it meanwhile makes it another file.
    os.utime(target, ns=(now.st_atime_ns, now.st_mtime_ns))
    return now.st_size


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()

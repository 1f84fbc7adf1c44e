"""What the services take of this machine: memory, and disk below the state directory."""

import contextlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from chronos.embedded.account import ELSEWHERE
from chronos.embedded.brokers import KAFKA, is_broker

PARTS = ("kafka", "postgres", "spool", "log")
BLOCK_BYTES = 512


@dataclass(frozen=True)
class Disk:
    """Bytes of a disk, those that are free, and those of each part of the state directory, ``other`` too."""

    size: int
    free: int
    parts: Mapping[str, int] = field(default_factory=dict)


def memory(pid: int | None) -> int | None:
    """Bytes that a process and its children hold; None where nobody can tell.

    What they share counts once, where the system says so (Linux does).
    """
    if pid is None:
        return None
    try:
        parent = psutil.Process(pid)
        processes = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return None
    held = [_held(process) for process in processes]
    return sum(one for one in held if one is not None) if held[0] is not None else None


def disk(home: Path) -> Disk:
    """What the state directory takes."""
    brokers = [path.name for path in home.glob(f"{KAFKA}-*") if is_broker(path.name)]
    parts = {name: _bytes_below(home / name) for name in PARTS}
    parts[KAFKA] += sum(_bytes_below(home / name) for name in brokers)
    parts["postgres"] += _bytes_below(_elsewhere(home))
    parts["other"] = sum(_sizes(home, but=(*PARTS, *brokers)))
    return replace(room(home), parts=parts)


def room(home: Path) -> Disk:
    """The disk that has the state directory, or will have it when the first start makes it; no parts."""
    found = shutil.disk_usage(next(folder for folder in (home, *home.parents) if folder.exists()))
    return Disk(found.total, found.free)


def spools(home: Path) -> dict[str, int]:
    """Bytes that wait in the spool of each worker that has one here."""
    try:
        folders = [Path(entry.path) for entry in os.scandir(home / "spool") if entry.is_dir()]
    except OSError:
        return {}
    return {one.name: sum(_lengths(one)) for one in sorted(folders)}


def _held(process: psutil.Process) -> int | None:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    except psutil.AccessDenied:
        with contextlib.suppress(psutil.Error):
            return int(process.memory_info().rss)
    except psutil.Error:
        pass
    return None


def _elsewhere(home: Path) -> Path:
    """Where PostgreSQL's data is when its account cannot enter ``home``; else a folder that there is not."""
    kept = home / "postgres.id"
    return ELSEWHERE / kept.read_text().strip() if kept.exists() else home / "postgres.id"


def _lengths(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        # A segment is deleted once Kafka has it.
        with contextlib.suppress(OSError):
            if path.is_file():
                yield path.stat().st_size


def _bytes_below(folder: Path) -> int:
    return sum(_sizes(folder))


def _sizes(folder: Path, but: Collection[str] = ()) -> Iterator[int]:
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name not in but]
    except OSError:
        return
    for entry in entries:
        # Files come and go while the services run.
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(Path(entry.path))
            else:
                yield entry.stat(follow_symlinks=False).st_blocks * BLOCK_BYTES

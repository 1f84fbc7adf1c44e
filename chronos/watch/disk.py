"""Names the disk of a state directory, the same for all workers that share it: it is full for all at once."""

import contextlib
import os
import socket
import tempfile
from pathlib import Path


def named(home: Path) -> str:
    """As `name`, once the directory keeps it."""
    with contextlib.suppress(OSError):  # it is kept already, or nothing can be
        _note(_place(home), _own(home))
    return name(home)


def name(home: Path) -> str:
    """``host:path`` of the worker that was there first, which the directory keeps.

    Workers in containers have a host name each, which a new container does not have again.
    """
    try:
        return _place(home).read_text(encoding="utf-8")
    except OSError:
        return _own(home)


def _own(home: Path) -> str:
    return f"{socket.gethostname()}:{home}"


def _place(home: Path) -> Path:
    return home / "watch" / "disk"


def _note(place: Path, text: str) -> None:
    """Make the file, whole from the first moment on; FileExistsError where another has."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=place.parent, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.link(file.name, place)

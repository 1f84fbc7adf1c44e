"""Names the disk of a state directory, the same for all workers that share it: it is full for all at once."""

import contextlib
import os
import socket
import tempfile
from pathlib import Path


def name(home: Path) -> str:
    """``host:path`` of the worker that was there first, which the directory keeps.

    Workers in containers have a host name each, which a new container does not have again.
    """
    own, place = f"{socket.gethostname()}:{home}", home / "watch" / "disk"
    try:
        with contextlib.suppress(FileExistsError):
            _note(place, own)
        return place.read_text(encoding="utf-8")
    except OSError:
        return own


def _note(place: Path, text: str) -> None:
    """Make the file, whole from the first moment on; FileExistsError where another has."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=place.parent, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.link(file.name, place)

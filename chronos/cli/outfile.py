"""A file that is there whole or not at all, compressed where its name says so; `-` is the standard output."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from chronos.cli.errors import CannotWrite, IsThere

STANDARD_OUTPUT = "-"


class Out:
    """Takes bytes, and counts them before they are compressed; raises CannotWrite where the disk does not."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.written = 0
        self._stream = stream
        self._name = name

    def write(self, data: bytes) -> None:
        """Write all of it; a reader that is gone is a BrokenPipeError, which ends a command quietly."""
        try:
            self._stream.write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CannotWrite(path=self._name, reason=error.strerror or error) from error
        self.written += len(data)


def check_is_free(name: str, force: bool) -> None:
    """Raise IsThere for a file that would be replaced."""
    if name != STANDARD_OUTPUT and not force and Path(name).exists():
        raise IsThere(path=name)


@contextmanager
def opened(name: str, force: bool = False) -> Iterator[Out]:
    """A file that takes its name at the end, when it is on disk; what was not finished leaves nothing."""
    if name == STANDARD_OUTPUT:
        yield Out(sys.stdout.buffer, "the standard output")
        sys.stdout.buffer.flush()
        return
    check_is_free(name, force)
    path = Path(name)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            stream = gzip.GzipFile(path.stem, "wb", fileobj=file) if path.suffix == ".gz" else file
            yield Out(cast(BinaryIO, stream), name)
            if stream is not file:
                stream.close()
            file.flush()
            os.fsync(file.fileno())
        _name(part, path, force)
    except OSError as error:
        raise CannotWrite(path=name, reason=error.strerror or error) from error
    finally:
        part.unlink(missing_ok=True)


def _name(part: Path, path: Path, force: bool) -> None:
    if force:
        part.replace(path)
        return
    try:
        # Unlike a rename this replaces nothing that came meanwhile.
        path.hardlink_to(part)
    except FileExistsError as error:
        raise IsThere(path=path) from error

"""Follows a log that is written: also when it is put aside and a new one begins, or is not there yet."""

import os
from pathlib import Path
from typing import IO


class Follower:
    """What stands in the log ``path`` behind ``start`` bytes, and is appended to it, line by line."""

    def __init__(self, path: Path, start: int = 0) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._rest = b""
        self._waited = False
        if self._open():
            assert self._file
            self._file.seek(start)

    def lines(self) -> list[str]:
        """Those that were written since the last call, without their ends.

        One that has no end yet comes at the call after the next, if nothing was added to it.
        """
        found = self._read()
        if self._moved():
            found += self._read()  # the last words of the file that was put aside
            if (self._rest + found)[-1:] not in (b"", b"\n"):
                found += b"\n"
            self.close()
            self._open()
            found += self._read()
        *whole, rest = (self._rest + found).split(b"\n")
        if rest and not found and self._waited:
            whole, rest = [rest], b""
        self._waited = bool(rest) and not found
        self._rest = rest
        return [line.decode(errors="replace") for line in whole]

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _open(self) -> bool:
        try:
            self._file = self._path.open("rb")
        except FileNotFoundError:
            self._file = None
        return self._file is not None

    def _read(self) -> bytes:
        if self._file is None:
            return b""
        if os.fstat(self._file.fileno()).st_size < self._file.tell():
            self._file.seek(0)  # emptied in its place
        return self._file.read()

    def _moved(self) -> bool:
        """Whether another file has that name now, or the first one came."""
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        if self._file is None:
            return True
        own = os.fstat(self._file.fileno())
        return (there.st_dev, there.st_ino) != (own.st_dev, own.st_ino)

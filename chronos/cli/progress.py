"""Shows how far the download of Kafka has come."""

import contextlib
from types import TracebackType
from typing import TextIO

EVERY = 10


class Progress:
    """One line that changes where a person looks, a few plain lines elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._open_line = False

    def __call__(self, there: int, jars: int, megabytes: float, megabytes_in_all: float) -> None:
        """Show that so many jars and megabytes are there."""
        text = f"Fetching Kafka, once: {there} of {jars} jars, {megabytes:.0f} of {megabytes_in_all:.0f} MB"
        if self._terminal:
            self._write(f"\r{text}")
            self._open_line = True
        elif there % EVERY == 0 or there == jars:
            self._write(f"{text}\n")

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._open_line:
            self._write("\n")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)
            self._stream.flush()

"""One file of the spool: records one behind the other, written once, read from the front."""

import contextlib
import errno
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from chronos.models.message import Message
from chronos.spool import disk
from chronos.spool.framing import (
    HEADER_BYTES,
    CorruptRecord,
    MissingFile,
    TornRecord,
    frame,
    framed_bytes,
    read_header,
    read_record,
)
from chronos.spool.message import decode

SUFFIX = ".spool"
CORRUPT_SUFFIX = ".corrupt"


@dataclass(slots=True, eq=False)
class Segment:
    """A file of the spool, and how far it was sent.

    ``size`` and ``count`` are the bytes and records that an fsync has confirmed (or that were found in
    the file); ``offset`` and ``sent`` are those of them that Kafka has.
    """

    path: Path
    size: int = 0
    count: int = 0
    offset: int = 0
    sent: int = 0

    @property
    def waiting(self) -> int:
        """How many records were not sent yet."""
        return max(self.count - self.sent, 0)


@dataclass(slots=True)
class Chunk:
    """A run of messages from a segment.

    ``end`` is the offset behind them; ``problem`` is why the segment cannot be read any further.
    """

    messages: list[Message] = field(default_factory=list)
    end: int = 0
    problem: TornRecord | CorruptRecord | None = None


class Appender:
    """Writes to a segment; an append is on the disk, or it is not in the segment."""

    def __init__(self, folder: Path, number: int) -> None:
        # The number sorts by age; the rest keeps apart what two workers made in the same nanosecond.
        path = folder / f"{number:020d}-{secrets.token_hex(4)}{SUFFIX}"
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.segment = Segment(path)

    def append(self, payloads: Sequence[bytes]) -> None:
        """Write the payloads as records and fsync; raise OSError where the disk does not take them."""
        data = b"".join(map(frame, payloads))
        _write_all(self._fd, data, self.segment.size)
        os.fsync(self._fd)
        if not os.fstat(self._fd).st_nlink:  # somebody has deleted it: nobody will find what is in it
            raise FileNotFoundError(errno.ENOENT, "the file was deleted", str(self.segment.path))
        self.segment.size += len(data)
        self.segment.count += len(payloads)

    def cut_back(self) -> None:
        """Drop what a failed append may have left behind the last good record."""
        # Where this fails too, the leftover lies behind everything good, and nothing is written after it.
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, self.segment.size)

    def close(self) -> None:
        """Close the file; what is in the segment was fsync'd before."""
        with contextlib.suppress(OSError):
            os.close(self._fd)


def _write_all(fd: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, offset)
        view, offset = view[written:], offset + written


def number_of(path: Path) -> int:
    """Return the number that a segment's name begins with, 0 where there is none."""
    digits = path.name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def found(path: Path) -> Segment:
    """Return the segment that is in a file, its records counted by their headers alone.

    What cannot be read is not counted; it is a problem only when the segment is sent.
    """
    segment = Segment(path, size=path.stat().st_size)
    with contextlib.suppress(TornRecord, CorruptRecord, OSError), path.open("rb") as file:
        left = segment.size
        while left > 0:
            length, _ = read_header(file, left)
            file.seek(length, os.SEEK_CUR)
            left -= HEADER_BYTES + length
            segment.count += 1
    return segment


def read_chunk(segment: Segment, most_messages: int, most_bytes: int) -> Chunk:
    """Read on from where the segment was sent up to, at least one message where there is one.

    Raises OSError only where trying again may help: a block that cannot be read is a problem of the
    segment, like a record that does not match its checksum.
    """
    chunk = Chunk(end=segment.offset)
    try:
        with segment.path.open("rb") as file:
            file.seek(segment.offset)
            _fill(chunk, file, segment.size, most_messages, segment.offset + most_bytes)
    except (TornRecord, CorruptRecord) as problem:
        chunk.problem = problem
    except FileNotFoundError:
        chunk.problem = MissingFile()
    except msgspec.MsgspecError as error:
        chunk.problem = CorruptRecord(reason=f"a record is not a message: {error}")
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        chunk.problem = CorruptRecord(reason=f"the disk cannot be read: {error.strerror}")
    return chunk


def _fill(chunk: Chunk, file: BinaryIO, size: int, most_messages: int, enough: int) -> None:
    while chunk.end < size and chunk.end < enough and len(chunk.messages) < most_messages:
        payload = read_record(file, size - chunk.end)
        chunk.messages.append(decode(payload))
        chunk.end += framed_bytes(payload)


def set_aside(segment: Segment) -> Path:
    """Rename the file so that it is kept and not read again; return its new path."""
    kept = segment.path.with_suffix(CORRUPT_SUFFIX)
    segment.path.rename(kept)
    disk.sync_folder(kept.parent)
    return kept

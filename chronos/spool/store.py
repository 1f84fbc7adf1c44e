"""The segments of one folder, oldest first. Everything here blocks, and is called in threads."""

import bisect
import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from chronos.spool import disk, ownership
from chronos.spool.framing import CorruptRecord, MissingFile, TornRecord
from chronos.spool.segment import (
    CORRUPT_SUFFIX,
    SUFFIX,
    Appender,
    Chunk,
    Segment,
    found,
    number_of,
    read_chunk,
    set_aside,
)

logger = logging.getLogger(__name__)

CHUNK_MESSAGES = 200
CHUNK_BYTES = 4_000_000


class Store:
    """Appends to its newest segment and reads the oldest; a segment that is read is not appended to."""

    def __init__(self, folder: Path, segment_bytes: int) -> None:
        self.corrupt = 0
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._segments: list[Segment] = []
        self._appender: Appender | None = None
        # Guards the two above. Adding up the segments needs no lock: the list changes in single steps.
        self._changing = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes on disk, of segments that are not yet sent to the end."""
        return sum(segment.size for segment in tuple(self._segments))

    @property
    def waiting(self) -> int:
        """Records that were not sent yet."""
        return sum(segment.waiting for segment in tuple(self._segments))

    def load(self) -> None:
        """Find what an earlier process left in the folder."""
        self.corrupt = len(list(self._folder.glob(f"*{CORRUPT_SUFFIX}")))
        with self._changing:
            self._segments = [found(path) for path in _segment_paths(self._folder)]

    def append(self, payloads: Sequence[bytes]) -> None:
        """Keep the payloads; on an OSError none of them is kept, and the next append works on a new file."""
        with self._changing:
            appender = self._appender or self._start()
            try:
                appender.append(payloads)
            except OSError:
                self._give_up(appender)
                raise
            if appender.segment.size >= self._segment_bytes:
                self._seal()

    def next_chunk(self) -> tuple[Segment, Chunk] | None:
        """Read on in the oldest segment; None where nothing waits."""
        with self._changing:
            if not self._segments:
                return None
            segment = self._segments[0]
            if self._appender and self._appender.segment is segment:
                self._seal()
        return segment, read_chunk(segment, CHUNK_MESSAGES, CHUNK_BYTES)

    def finish(self, segment: Segment, problem: TornRecord | CorruptRecord | None) -> None:
        """Delete a segment that was sent, or set it aside where the rest of it cannot be read."""
        if isinstance(problem, CorruptRecord):
            kept = set_aside(segment)
            self.corrupt += 1
            logger.error("%s: at offset %d %s; the rest is kept there", kept, segment.offset, problem)
        elif isinstance(problem, MissingFile):
            logger.error("%s was deleted, and with it %d beacons that waited", segment.path, segment.waiting)
        else:
            if problem:
                logger.warning("%s: at offset %d %s; ignored", segment.path, segment.offset, problem)
            segment.path.unlink(missing_ok=True)
        with self._changing, contextlib.suppress(ValueError):  # a cancelled drain may have been faster
            self._segments.remove(segment)

    def adopt(self, limit: int) -> int:
        """Take over the segments of dead workers as far as they fit under ``limit``; return how many."""
        return sum(self._adopt_from(folder, limit) for folder in ownership.siblings(self._folder))

    def close(self) -> None:
        """Close the file that is open."""
        with self._changing:
            self._seal()

    def _start(self) -> Appender:
        # A clock that was set back must not put new records before old ones.
        newest = number_of(self._segments[-1].path) if self._segments else 0
        appender = Appender(self._folder, max(time.time_ns(), newest + 1))
        try:
            disk.sync_folder(self._folder)
        except OSError:
            appender.close()
            appender.segment.path.unlink(missing_ok=True)
            raise
        self._appender = appender
        self._segments.append(appender.segment)
        return appender

    def _give_up(self, appender: Appender) -> None:
        # After a failed fsync nobody knows what is on the disk, so nothing is written behind it either.
        appender.cut_back()
        self._seal()
        if not appender.segment.size:
            self._segments.remove(appender.segment)
            appender.segment.path.unlink(missing_ok=True)

    def _seal(self) -> None:
        if self._appender:
            self._appender.close()
            self._appender = None

    def _add(self, segment: Segment) -> None:
        with self._changing:
            bisect.insort(self._segments, segment, key=lambda other: other.path.name)

    def _adopt_from(self, folder: Path, limit: int) -> int:
        taken = 0
        try:
            with ownership.orphan(folder) as is_orphan:
                if is_orphan:
                    taken = self._move_from(folder, limit)
        except OSError as error:
            # It is still there for the next look, and no reason to stop the work that is one's own.
            logger.error("%s: cannot take over %s: %s", self._folder, folder, error)
        if taken:
            logger.info("%s: took over %d segments from %s", self._folder, taken, folder)
        return taken

    def _move_from(self, folder: Path, limit: int) -> int:
        taken = 0
        for path in _segment_paths(folder):
            # One is always taken by an empty spool: else what is larger than the limit would lie for ever.
            if self._segments and self.size + path.stat().st_size > limit:
                break
            self._add(found(path.rename(self._folder / path.name)))
            taken += 1
        if taken:
            disk.sync_folder(self._folder)
            disk.sync_folder(folder)
        if not _segment_paths(folder):
            ownership.retire(folder)
        return taken


def _segment_paths(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))

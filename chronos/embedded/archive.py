"""Kafka's classes as its JVM maps them: made once for each user, beside a broker that runs.

Without it each start reads and checks six thousand classes, which is half of its CPU time. It is used only
whole: its name holds its checksum. It is never changed in place, so any number of brokers may start with it.
"""

import asyncio
import hashlib
import logging
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chronos.embedded import cache, files

log = logging.getLogger(__name__)

SECONDS = 180.0
POLITELY = ("nice", "-n", "10")
BLOCK_BYTES = 1 << 20
UNUSED_SECONDS = 30 * 86_400


@dataclass(frozen=True)
class Archive:
    """The archive for this JVM with these jars; ``folder`` is shared by all projects of a user."""

    folder: Path
    key: str

    @classmethod
    def of(cls, java: Sequence[str], jars: Sequence[Path]) -> "Archive":
        """That of the command ``java`` (the program and its options), with the class path ``jars``."""
        release = Path(java[0]).parents[1] / "release"
        version = release.read_bytes() if release.exists() else b""
        heap = ("-Xms", "-Xmx")  # an archive fits any
        words = [*(word for word in java[1:] if not word.startswith(heap)), *map(str, jars)]
        key = hashlib.sha256(version + "\0".join(words).encode()).hexdigest()[:16]
        return cls(cache.folder("classes"), key)

    def find(self) -> Path | None:
        """The archive; None where there is none, or a damaged one, which is removed."""
        for path in self.folder.glob(f"{self.key}-*.jsa"):
            if path.name == self._name(path):
                os.utime(path)
                return path
            log.warning("%s was damaged, and is made anew", path)
            path.unlink(missing_ok=True)
        return None

    def options(self, notes: Path | None = None) -> list[str]:
        """For a start: to map the archive, or to write into ``notes`` which classes it should have."""
        try:
            if notes:
                notes.unlink(missing_ok=True)
            if found := self.find():
                return [f"-XX:SharedArchiveFile={found}"]
        except OSError as error:
            log.warning("%s cannot be used: %s", self.folder, error)
            return []
        return [f"-XX:DumpLoadedClassList={notes}"] if notes else []

    async def make(self, java: Sequence[str], environment: Mapping[str, str], notes: Path) -> None:
        """Make it of the classes in ``notes``, unless it is there, or another process makes it just now.

        Whatever goes wrong is logged: without an archive Kafka starts, too.
        """
        try:
            lock = await asyncio.to_thread(files.hold, self.folder / ".lock", 0)
            if lock is None:
                return
            try:
                if self.find() is None:
                    await self._make(java, environment, notes)
            finally:
                os.close(lock)
        except OSError as error:
            log.warning("no archive of Kafka's classes: %s", error)

    async def _make(self, java: Sequence[str], environment: Mapping[str, str], notes: Path) -> None:
        self._remove_unused()
        with tempfile.TemporaryDirectory(prefix=".", dir=self.folder) as scratch:
            fresh, classes = Path(scratch) / "fresh.jsa", _whole_lines(notes, Path(scratch) / "classes")
            options = ["-Xshare:dump", f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={fresh}"]
            said = await _run([*POLITELY, *java, *options], environment)
            if not fresh.exists():
                log.warning("no archive of Kafka's classes: %s", said[-300:])
                return
            fresh.replace(self.folder / self._name(fresh))
            log.info("Kafka starts faster from now on: its classes are in %s", self.folder)

    def _name(self, path: Path) -> str:
        return f"{self.key}-{_checksum(path):08x}.jsa"

    def _remove_unused(self) -> None:
        for path in self.folder.glob("*.jsa"):
            if path.stat().st_mtime < time.time() - UNUSED_SECONDS:
                path.unlink()
        for left in self.folder.glob(".*/"):  # by a process that was killed: the lock is ours
            shutil.rmtree(left, ignore_errors=True)


async def _run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run it, and return what it said; ended when this is cancelled, or takes too long."""
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        return f"it took longer than {SECONDS:.0f} s"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said.decode(errors="replace")


def _whole_lines(notes: Path, target: Path) -> Path:
    text = notes.read_text()
    target.write_text(text[: text.rfind("\n") + 1])  # Java may be writing the last one
    return target


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            checksum = zlib.crc32(block, checksum)
    return checksum

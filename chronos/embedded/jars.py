"""Kafka's jars: fetched once for each user from Maven Central by jgo, each checked against a pinned hash."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chronos.embedded import cache, files
from chronos.embedded.errors import JarsUnavailable, MissingExtra

PINS = Path(__file__).with_name("jars.sha256")
DOWNLOADS = 4
MEGABYTE = 1_000_000

Progress = Callable[[int, int, float, float], None]
"""Called with jars there, jars in all, megabytes there, megabytes in all."""


@dataclass(frozen=True)
class Jar:
    """One jar, by its Maven coordinates, with what it must be."""

    sha256: str
    size: int
    coordinates: str

    @property
    def file_name(self) -> str:
        """How Maven calls it."""
        _, artifact, version = self.coordinates.split(":")
        return f"{artifact}-{version}.jar"

    def is_at(self, path: Path) -> bool:
        """Whether this very jar lies at ``path``."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


def pinned(pins: Path = PINS) -> list[Jar]:
    """The jars that make up Kafka."""
    rows = [line.split() for line in pins.read_text().splitlines() if line and not line.startswith("#")]
    return [Jar(sha256, int(size), coordinates) for sha256, size, coordinates in rows]


def kafka_version() -> str:
    """The version of Kafka that the jars are: ``4.3.1``."""
    coordinates = (jar.coordinates.split(":") for jar in pinned())
    return next(version for _, artifact, version in coordinates if artifact.startswith("kafka_"))


def missing(jars: Sequence[Jar], target: Path) -> list[Jar]:
    """Those that are not there, or not whole."""
    return [jar for jar in jars if not jar.is_at(target / jar.file_name)]


def class_path() -> list[Path]:
    """Where the pinned jars are, once they were fetched."""
    return [cache.folder("jars") / jar.file_name for jar in pinned()]


def ensure(progress: Progress, jars: Sequence[Jar] | None = None, target: Path | None = None) -> list[Path]:
    """Fetch what is missing; return the class path. JarsUnavailable where that is not possible.

    Goes on where an earlier call was interrupted; two calls at once fetch each jar once.
    """
    jars = pinned() if jars is None else jars
    target = cache.folder("jars") if target is None else target
    if missing(jars, target):
        with files.locked(target / ".lock"):
            _fetch(missing(jars, target), jars, target, progress)
    return [target / jar.file_name for jar in jars]


def _fetch(wanted: Sequence[Jar], jars: Sequence[Jar], target: Path, progress: Progress) -> None:
    there = set(jars) - set(wanted)
    with _scratch(target) as scratch, ThreadPoolExecutor(DOWNLOADS) as pool:
        downloads = {pool.submit(_download, jar, scratch, target): jar for jar in wanted}
        try:
            _report(there, jars, progress)
            for download in as_completed(downloads):
                download.result()
                there.add(downloads[download])
                _report(there, jars, progress)
        except (OSError, RuntimeError) as error:  # what requests and jgo raise
            pool.shutdown(wait=False, cancel_futures=True)
            raise JarsUnavailable(reason=_in_short(error), folder=target) from error


def _download(jar: Jar, scratch: Path, target: Path) -> None:
    path = from_maven(jar.coordinates, scratch)
    if not jar.is_at(path):
        path.unlink()
        raise RuntimeError(f"{jar.file_name} is not the file that was pinned")
    path.replace(target / jar.file_name)


def from_maven(coordinates: str, scratch: Path) -> Path:
    """Download one jar below ``scratch``."""
    try:
        from jgo.maven import MavenContext
    except ImportError as error:
        raise MissingExtra(package="jgo", setting="[kafka] bootstrap") from error
    group, artifact, version = coordinates.split(":")
    context = MavenContext(repo_cache=scratch)
    return context.project(group, artifact).at_version(version).artifact().resolve()


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    # What an interrupted download left is no jar, and nobody else is here: the lock is ours.
    scratch = target / ".incoming"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _report(there: set[Jar], jars: Sequence[Jar], progress: Progress) -> None:
    have, whole = sum(jar.size for jar in there), sum(jar.size for jar in jars)
    progress(len(there), len(jars), have / MEGABYTE, whole / MEGABYTE)


def _in_short(error: Exception) -> str:
    if isinstance(error, ConnectionError) or type(error).__name__ == "ConnectionError":
        return "no connection to Maven Central"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__

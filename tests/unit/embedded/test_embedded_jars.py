import hashlib
import re
from pathlib import Path

import pytest
import requests

from chronos.embedded import cache, files, jars
from chronos.embedded.errors import JarsUnavailable
from chronos.embedded.jars import Jar

CONTENT = {"org.a:one:1.0": b"first", "org.b:two:2.0": b"second one"}


def pinned(coordinates: str) -> Jar:
    content = CONTENT[coordinates]
    return Jar(hashlib.sha256(content).hexdigest(), len(content), coordinates)


JARS = [pinned(coordinates) for coordinates in CONTENT]


class Maven:
    """Stands for Maven Central: writes what it has below ``scratch``, and counts."""

    def __init__(self) -> None:
        self.content = dict(CONTENT)
        self.asked: list[str] = []

    def __call__(self, coordinates: str, scratch: Path) -> Path:
        self.asked.append(coordinates)
        scratch.mkdir(parents=True, exist_ok=True)
        path = scratch / coordinates.replace(":", "_")
        path.write_bytes(self.content[coordinates])
        return path


@pytest.fixture
def maven(monkeypatch: pytest.MonkeyPatch) -> Maven:
    made = Maven()
    monkeypatch.setattr(jars, "from_maven", made)
    return made


def ensure(target: Path, seen: list[tuple[int, int]] | None = None) -> list[Path]:
    def progress(there: int, in_all: int, megabytes: float, megabytes_in_all: float) -> None:
        if seen is not None:
            seen.append((there, in_all))

    return jars.ensure(progress, JARS, target)


def test_all_are_fetched_and_counted(tmp_path: Path, maven: Maven) -> None:
    seen: list[tuple[int, int]] = []
    paths = ensure(tmp_path, seen)
    assert [path.read_bytes() for path in paths] == list(CONTENT.values())
    assert [path.name for path in paths] == ["one-1.0.jar", "two-2.0.jar"]
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert not (tmp_path / ".incoming").exists()


def test_nothing_is_fetched_twice(tmp_path: Path, maven: Maven) -> None:
    ensure(tmp_path)
    maven.asked.clear()
    ensure(tmp_path)
    assert maven.asked == []


@pytest.mark.parametrize("damage", [b"firs", b"First", b""], ids=["half", "changed", "empty"])
def test_damaged_jar_is_fetched_again(tmp_path: Path, maven: Maven, damage: bytes) -> None:
    ensure(tmp_path)[0].write_bytes(damage)
    maven.asked.clear()
    assert ensure(tmp_path)[0].read_bytes() == b"first"
    assert maven.asked == ["org.a:one:1.0"]


def test_what_an_interrupted_download_left_is_thrown_away(tmp_path: Path, maven: Maven) -> None:
    half = tmp_path / ".incoming" / "org.a_one_1.0"
    half.parent.mkdir()
    half.write_bytes(b"fir")
    assert ensure(tmp_path)[0].read_bytes() == b"first"


def test_interrupted_fetch_goes_on_with_the_rest(tmp_path: Path, maven: Maven) -> None:
    maven.content["org.b:two:2.0"] = b"cut off"
    with pytest.raises(JarsUnavailable):
        ensure(tmp_path)
    assert not (tmp_path / "two-2.0.jar").exists()
    (tmp_path / "one-1.0.jar").write_bytes(b"first")
    maven.content = dict(CONTENT)
    maven.asked.clear()
    ensure(tmp_path)
    assert maven.asked == ["org.b:two:2.0"]


def test_jar_that_is_not_the_pinned_one_is_refused(tmp_path: Path, maven: Maven) -> None:
    maven.content["org.a:one:1.0"] = b"evil!"
    with pytest.raises(JarsUnavailable, match=re.escape("one-1.0.jar is not the file that was pinned")):
        ensure(tmp_path)
    assert not (tmp_path / "one-1.0.jar").exists()


def test_without_a_network_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Path:
        raise requests.ConnectionError("https://…: Max retries exceeded")

    monkeypatch.setattr(jars, "from_maven", fail)
    with pytest.raises(JarsUnavailable) as caught:
        ensure(tmp_path)
    message = str(caught.value)
    assert "no connection to Maven Central" in message
    assert all(way in message for way in ("connect to the internet", f"copy {tmp_path}", "[kafka] bootstrap"))


def test_another_start_that_fetches_is_waited_for(tmp_path: Path, maven: Maven) -> None:
    with files.locked(tmp_path / ".lock"):
        for coordinates, content in CONTENT.items():
            (tmp_path / pinned(coordinates).file_name).write_bytes(content)
    ensure(tmp_path)
    assert maven.asked == []


def test_cache_is_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.folder("jars") == tmp_path / "chronos" / "jars"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder("jars") == tmp_path / ".cache" / "chronos" / "jars"


def test_pinned_jars_are_one_kafka() -> None:
    names = [jar.coordinates.rpartition(":")[0] for jar in jars.pinned()]
    assert len(set(names)) == len(names) > 40
    versions = {
        jar.coordinates.split(":")[2] for jar in jars.pinned() if "org.apache.kafka" in jar.coordinates
    }
    assert len(versions) == 1
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) and jar.size > 0 for jar in jars.pinned())
    assert "://" not in jars.PINS.read_text()

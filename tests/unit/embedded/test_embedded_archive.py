import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from chronos.embedded import archive, files
from chronos.embedded.archive import Archive

JARS = [Path("/jars/kafka.jar")]
# Java as far as an archive goes: writes one of the classes that were noted, or fails.
JAVA = """
import sys
options = dict(word.removeprefix("-XX:").split("=", 1) for word in sys.argv[1:] if "=" in word)
classes = open(options["SharedClassListFile"]).read()
if classes == "bad\\n":
    sys.exit("no such class")
open(options["SharedArchiveFile"], "w").write(classes)
"""


def java_of(folder: Path, program: str = JAVA) -> list[str]:
    (folder / "java.py").write_text(program)
    return [sys.executable, str(folder / "java.py")]


def notes_of(folder: Path, text: str = "kafka/Kafka id: 0\nhalf a li") -> Path:
    (folder / "classes").write_text(text)
    return folder / "classes"


java = pytest.fixture(lambda tmp_path: java_of(tmp_path), name="java")
notes = pytest.fixture(lambda tmp_path: notes_of(tmp_path), name="notes")


async def made(java: list[str], notes: Path) -> Path:
    one = Archive.of(java, JARS)
    await one.make(java, os.environ, notes)
    found = one.find()
    assert found
    return found


async def test_first_start_notes_the_classes_and_later_ones_map_the_archive(
    java: list[str], notes: Path, tmp_path: Path
) -> None:
    one = Archive.of(java, JARS)
    assert one.options(notes) == [f"-XX:DumpLoadedClassList={notes}"]
    assert one.options() == []
    path = await made(java, notes_of(tmp_path))
    assert path.read_text() == "kafka/Kafka id: 0\n"
    assert one.options(notes) == one.options() == [f"-XX:SharedArchiveFile={path}"]


async def test_damaged_archive_is_not_used_and_made_anew(java: list[str], notes: Path) -> None:
    path = await made(java, notes)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"X")
    assert Archive.of(java, JARS).find() is None
    assert not path.exists()
    assert (await made(java, notes)).read_bytes() == whole


async def test_another_java_or_other_jars_have_an_archive_of_their_own(java: list[str], notes: Path) -> None:
    await made(java, notes)
    assert Archive.of([*java, "-XX:+UseG1GC"], JARS).find() is None
    assert Archive.of(java, [*JARS, Path("/jars/more.jar")]).find() is None
    assert Archive.of([*java, "-Xmx256m"], JARS).find(), "the heap makes no difference"


async def test_a_failure_leaves_nothing_and_says_why(
    java: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = Archive.of(java, JARS)
    await one.make(java, os.environ, notes_of(tmp_path, "bad\n"))
    assert "no such class" in caplog.text
    assert [path.name for path in one.folder.iterdir()] == [".lock"]


async def test_two_at_once_make_one(java: list[str], notes: Path) -> None:
    one = Archive.of(java, JARS)
    lock = files.hold(one.folder / ".lock", 0)
    assert lock is not None
    await one.make(java, os.environ, notes)
    assert one.find() is None, "somebody else makes it"
    os.close(lock)
    await asyncio.gather(*(one.make(java, os.environ, notes) for _ in range(3)))
    assert len(list(one.folder.glob("*.jsa"))) == 1


async def test_what_takes_too_long_is_ended(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(archive, "SECONDS", 0.2)
    java = java_of(tmp_path, "import time; time.sleep(600)")
    await Archive.of(java, JARS).make(java, os.environ, notes)
    assert "took longer" in caplog.text


async def test_archives_that_nobody_uses_are_removed(java: list[str], notes: Path) -> None:
    old = await made([*java, "-old"], notes)
    os.utime(old, (time.time() - 40 * 86_400,) * 2)
    new = await made(java, notes)
    assert list(new.parent.glob("*.jsa")) == [new]


async def test_unusable_folder_stops_nothing(
    java: list[str], notes: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    one = Archive.of(java, JARS)
    await one.make(java, os.environ, notes)
    assert "no archive of Kafka's classes" in caplog.text
    assert one.options() == []

import errno
import os
import stat
import tempfile
from pathlib import Path

import pytest

from chronos.embedded import files
from chronos.embedded.errors import Damaged


def test_written_file_is_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.json"
    files.write_json(path, {"a": 1})
    files.write_json(path, {"a": 2})
    assert files.read_json(path) == {"a": 2}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    files.write_whole(path, "old")

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT], ids=errno.errorcode.get)
def test_without_room_for_another_file_the_old_one_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    path = tmp_path / "file.json"
    files.write_json(path, {"services": ["kafka", "postgres"], "revision": 1})
    before = path.stat()

    def fail(**_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "mkstemp", fail)
    for services in ([], ["an address that is longer"] * 50, []):
        files.write_json(path, {"services": services})
        assert files.read_json(path) == {"services": services}
    after = path.stat()
    assert (after.st_ino, after.st_blocks) == (before.st_ino, before.st_blocks)
    for name, value in (("file.json", "long" * 3000), ("another.json", "")):
        with pytest.raises(OSError, match=os.strerror(code)):
            files.write_json(tmp_path / name, {"services": value})
    assert files.read_json(path) == {"services": []}


def test_a_disk_that_fails_is_not_one_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.json"
    files.write_json(path, {"a": 1})

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "it broke")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="it broke"):
            files.write_json(path, {"a": 2})
    assert files.read_json(path) == {"a": 1}


def test_missing_file_is_an_empty_object(tmp_path: Path) -> None:
    assert files.read_json(tmp_path / "none") == {}


def test_broken_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("{")
    with pytest.raises(Damaged, match="delete it"):
        files.read_json(tmp_path / "broken")


def test_lock_is_held_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not files.is_held(path)
    held = files.hold(path, 0)
    assert held is not None
    assert files.is_held(path)
    assert files.hold(path, 0) is None
    os.close(held)
    assert not files.is_held(path)


def test_a_lock_says_who_holds_it_and_nothing_of_who_did(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    for text in ('{"pid": 12345}', '{"pid": 7}'):
        held = files.hold(path, 0)
        assert held is not None
        files.sign(held, text)
        os.close(held)
        assert path.read_text() == text


def test_locked_releases_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(KeyError), files.locked(path):
        assert files.is_held(path)
        raise KeyError
    assert not files.is_held(path)

import os
import stat
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


def test_locked_releases_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(KeyError), files.locked(path):
        assert files.is_held(path)
        raise KeyError
    assert not files.is_held(path)

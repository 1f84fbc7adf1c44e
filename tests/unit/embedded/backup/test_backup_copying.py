"""A folder that changes while it is copied: a second copy has what changed, and only that."""

import os
from pathlib import Path

from chronos.embedded.backup.copying import copy_changed, size


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_all_is_copied_at_first_and_what_changed_later(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "events-0").mkdir(parents=True)
    (source / "events-0" / "0.log").write_text("old")
    (source / "events-0" / "3.log").write_text("new")
    (source / "meta").write_text("id")
    assert copy_changed(source, target) == 8
    assert copy_changed(source, target) == 0
    (source / "events-0" / "3.log").write_text("new, and more")
    (source / "events-0" / "0.log").unlink()
    (source / "events-1").mkdir()
    (source / "events-1" / "0.log").write_text("x")
    assert copy_changed(source, target) == 14
    assert contents(target) == contents(source)
    assert size(target) == 16


def test_a_file_of_the_same_size_is_copied_again_when_it_was_written_to(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    file = source / "checkpoint"
    file.write_text("12")
    copy_changed(source, target)
    before = file.stat()
    file.write_text("34")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert copy_changed(source, target) == 2
    assert contents(target) == {"checkpoint": "34"}


def test_what_is_to_be_left_and_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "worker-1").mkdir(parents=True)
    (source / "worker-1" / "spool.lock").write_text("")
    (source / "worker-1" / "1.segment").write_text("beacon")
    copy_changed(source, target, frozenset({"spool.lock"}))
    assert contents(target) == {"worker-1/1.segment": "beacon"}
    assert copy_changed(tmp_path / "none", tmp_path / "empty") == 0
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_folder_that_is_gone_is_gone_from_the_copy(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "deleted-0").mkdir(parents=True)
    (source / "deleted-0" / "0.log").write_text("x")
    copy_changed(source, target)
    (source / "deleted-0" / "0.log").unlink()
    (source / "deleted-0").rmdir()
    copy_changed(source, target)
    assert list(target.iterdir()) == []

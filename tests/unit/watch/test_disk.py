"""The disk of a state directory has one name."""

import socket
from pathlib import Path

import pytest

from chronos.watch import disk


def test_it_is_called_alike_by_workers_of_several_containers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = set()
    for host in ("3f2a", "77c1"):
        monkeypatch.setattr(socket, "gethostname", lambda host=host: host)
        names |= {disk.named(tmp_path), disk.name(tmp_path)}
    assert names == {f"3f2a:{tmp_path}"}


def test_other_directories_have_other_names(tmp_path: Path) -> None:
    assert disk.name(tmp_path / "a") != disk.name(tmp_path / "b")


def test_a_directory_that_takes_no_file_is_named_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "watch").write_text("in the way")
    assert disk.named(tmp_path) == f"{socket.gethostname()}:{tmp_path}"


def test_who_only_looks_makes_nothing(tmp_path: Path) -> None:
    assert disk.name(tmp_path / ".chronos") == f"{socket.gethostname()}:{tmp_path / '.chronos'}"
    assert list(tmp_path.iterdir()) == []

"""A backup says what it is, and a damaged one says what is wrong with it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from chronos.embedded.backup.errors import NotABackup
from chronos.embedded.backup.manifest import FORMAT, NAME, Manifest, checksums

OFFSETS = {"events": {"0": 12, "1": 0}}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "0.log").write_bytes(b"beacons")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    made = Manifest(FORMAT, "2026-11-28T10:00:00+00:00", "0.1.0", "18", "4.3.1", OFFSETS, checksums(tmp_path))
    made.write(tmp_path)
    return tmp_path


def test_what_was_written_is_read(backup: Path) -> None:
    found = Manifest.read(backup)
    assert found.offsets == OFFSETS
    assert list(found.files) == ["kafka/0.log"], "PostgreSQL has a manifest of its own"
    assert found.differences(backup) == []


def test_each_file_that_is_not_what_it_was_is_named(backup: Path) -> None:
    found = Manifest.read(backup)
    (backup / "kafka" / "0.log").write_bytes(b"beac0ns")
    (backup / "more").touch()
    assert found.differences(backup) == ["more does not belong to it", "kafka/0.log was changed"]
    (backup / "kafka" / "0.log").unlink()
    (backup / "more").unlink()
    assert found.differences(backup) == ["kafka/0.log is missing"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "it has no manifest.json"),
        ("{", "manifest.json: "),
        ('{"format": 1}', "missing 6 required"),
        ("[]", "manifest.json: "),
    ],
    ids=["none", "cut off", "a part", "not an object"],
)
def test_what_is_no_backup_is_refused(backup: Path, text: str | None, says: str) -> None:
    (backup / NAME).unlink()
    if text is not None:
        (backup / NAME).write_text(text)
    with pytest.raises(NotABackup, match=says) as caught:
        Manifest.read(backup)
    assert str(backup) in str(caught.value)


def test_a_later_format_is_refused(backup: Path) -> None:
    replace(Manifest.read(backup), format=FORMAT + 1).write(backup)
    with pytest.raises(NotABackup, match=f"it has format {FORMAT + 1}, this Chronos knows {FORMAT}"):
        Manifest.read(backup)


def test_a_manifest_is_for_its_owner_only(backup: Path) -> None:
    assert (backup / NAME).stat().st_mode & 0o077 == 0
    assert json.loads((backup / NAME).read_text())["kafka"] == "4.3.1"

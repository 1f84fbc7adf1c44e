"""`chronos backup` and `chronos restore` refuse what they cannot do, and say what would be right."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from chronos.embedded.backup.manifest import FORMAT, Manifest

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("CHRONOS_KAFKA_BOOTSTRAP", "kafka:9092", "Kafka is not run by `chronos start` ([kafka] bootstrap"),
        ("CHRONOS_TIMESCALEDB_URL", "postgresql://u:secret@db/x", "([timescaledb] url says where it is)"),
    ],
    ids=["kafka", "database"],
)
def test_services_that_are_elsewhere_are_not_backed_up(
    config: Path, run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = run("backup", "copy", code=1).stderr
    assert says in said
    assert "docs/operations.md" in said
    assert "secret" not in said
    assert not (config.parent / "copy").exists()


def test_a_folder_that_is_there_is_left_alone(config: Path, run: Run) -> None:
    (config.parent / "copy").mkdir()
    assert "is there already: name a folder that is not" in run("backup", "copy", code=1).stderr


def test_what_does_not_run_is_not_backed_up(config: Path, run: Run) -> None:
    assert "postgres does not run: `chronos start postgres` first" in run("backup", "copy", code=1).stderr
    assert sorted(path.name for path in config.parent.iterdir() if "copy" in path.name) == []


def test_what_is_no_backup_is_not_restored(config: Path, run: Run) -> None:
    assert "it has no manifest.json" in run("restore", "copy", code=1).stderr


def test_a_changed_backup_is_not_restored(config: Path, run: Run) -> None:
    copy = config.parent / "copy"
    copy.mkdir()
    files = {"kafka/0.log": "0"}
    Manifest(FORMAT, "2026-11-28T10:00:00+00:00", "0.1.0", "18", "4.3.1", {}, files).write(copy)
    said = run("restore", "--check", "copy", code=1).stderr
    assert "copy is not a whole backup: kafka/0.log is missing" in said

"""A restore that was cut off is told of by whoever finds it, and leaves nothing when it is run again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chronos.cli import main
from chronos.embedded import account
from chronos.embedded.backup import database, restoring, unfinished
from chronos.embedded.backup.errors import AnotherBackup, HasData
from chronos.embedded.backup.manifest import FORMAT, POSTGRES, Manifest
from chronos.embedded.backup.taking import alone
from chronos.embedded.home import Home
from chronos.embedded.postgres import Postgres
from chronos.settings import Settings

MANIFEST = Manifest(FORMAT, "2026-11-28T10:00:00+00:00", "0.1.0", "18", "4.3.1", {}, {})
CUT_OFF = {"while it copies": (database, "put_back"), "when half has its name": (restoring, "_into_place")}

Restore = Callable[[], None]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / ".chronos")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    backup = tmp_path / "backup"
    for name in ("kafka", "spool", "undeliverable", POSTGRES):
        (backup / name).mkdir(parents=True)
        (backup / name / "file").write_text(name)
    return backup


@pytest.fixture
def restore(home: Home, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Restore:
    monkeypatch.setattr(account, "ELSEWHERE", tmp_path / "of the account")
    return lambda: restoring.restore(Settings().model_copy(update={"home": home.path}), source, MANIFEST)


def cut_off(restore: Restore, monkeypatch: pytest.MonkeyPatch, module: Any, function: str) -> None:
    """Interrupt a restore after the first call of a function."""
    whole = getattr(module, function)

    def interrupted(*arguments: Any) -> None:
        whole(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as changed, pytest.raises(KeyboardInterrupt):
        changed.setattr(module, function, interrupted)
        restore()


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("file"))


@pytest.mark.parametrize("where", CUT_OFF)
def test_one_that_was_cut_off_is_told_of_and_run_again(
    restore: Restore, home: Home, source: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    cut_off(restore, monkeypatch, *CUT_OFF[where])
    for command in ("start", "status", "init"):
        said = CliRunner().invoke(main, [command])
        assert (said.exit_code, f"run it again, `chronos restore {source}`" in said.stderr) == (1, True)
    (home.path / "kafka-2.restoring").mkdir()  # of a backup of more brokers
    restore()
    assert files(home.path) == ["kafka/file", "spool/file", "undeliverable/file"]
    assert files(Postgres("postgres", Settings(home=home.path)).data.parent) == ["data/file"]
    assert not list(home.path.glob("*restoring*"))
    unfinished.check(home)


def test_one_that_is_under_way_is_not_called_cut_off(home: Home, source: Path) -> None:
    home.make()
    unfinished.begin(home, source, placing=False)
    with alone(home), pytest.raises(AnotherBackup):
        unfinished.check(home)


def test_data_that_came_since_is_not_taken_for_a_copy(
    restore: Restore, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(restore, monkeypatch, database, "put_back")
    (home.path / "kafka").mkdir()
    (home.path / "kafka" / "file").write_text("beacons")
    with pytest.raises(HasData, match="kafka has data already"):
        restore()
    assert (home.path / "kafka" / "file").read_text() == "beacons"

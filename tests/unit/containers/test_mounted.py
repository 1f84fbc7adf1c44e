"""Secrets are made once, and containers read them, while other people of the host do not."""

import stat
from pathlib import Path

import pytest

from chronos import settings
from chronos.containers import mounted
from chronos.embedded.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CHRONOS_HOME", str(tmp_path / "state"))
    return Home(tmp_path / "state")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_random_and_made_once(home: Home, tmp_path: Path) -> None:
    mounted.make_secrets(home)
    folder = home.path / "docker" / "secrets"
    first = {path.name: path.read_text() for path in folder.iterdir()}
    mounted.make_secrets(home)
    assert {path.name: path.read_text() for path in folder.iterdir()} == first
    assert set(first) == {*mounted.PASSWORDS, "timescaledb_url", "pipelinedb_url"}
    assert len({first[name] for name in mounted.PASSWORDS}) == len(mounted.PASSWORDS)
    password = first["postgres_password"]
    assert first["timescaledb_url"] == f"postgresql://chronos:{password}@timescaledb:5432/chronos"
    other = Home(tmp_path / "other")
    assert mounted.password(other, "postgres_password") != password


def test_only_the_owner_reaches_what_containers_may_read(home: Home) -> None:
    mounted.make_secrets(home)
    mounted.publish(home, settings.load())
    assert mode(home.path / "docker") == 0o700
    assert {mode(path) for path in (home.path / "docker" / "secrets").iterdir()} == {0o644}
    assert mode(home.path / "docker" / "config") == 0o755


def test_containers_get_the_file_the_views_and_the_environment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("chronos.toml").write_text(
        'write_keys = ["a-key-of-the-unit-tests"]\n[pipelinedb]\nviews = "mine"\n'
    )
    Path("mine/deep").mkdir(parents=True)
    Path("mine/deep/view.sql").write_text("select 1")
    Path("mine/deep/view.sql").chmod(0o600)
    Path("secret").write_text("23\n")
    monkeypatch.setenv("CHRONOS_LIMITS_STOP_SECONDS_FILE", str(Path("secret").absolute()))
    monkeypatch.setenv("CHRONOS_WEB_ALLOWED_ORIGINS", '["https://$shop.example"]')
    monkeypatch.setenv("CHRONOS_WEB_PORT", "7000")
    mounted.publish(home, settings.load())
    config = home.path / "docker" / "config"
    assert (config / "chronos.toml").read_text() == Path("chronos.toml").read_text()
    assert mode(config / "chronos.toml") == mode(config / "views" / "deep" / "view.sql") == 0o644
    assert (config / "worker.env").read_text().splitlines() == [
        "CHRONOS_LIMITS_STOP_SECONDS=23",
        'CHRONOS_WEB_ALLOWED_ORIGINS=["https://$shop.example"]',
    ]
    assert mode(config / "worker.env") == 0o600


def test_what_is_no_more_goes_away(home: Home) -> None:
    Path("chronos.toml").write_text("")
    Path("views").mkdir()
    mounted.publish(home, settings.load())
    Path("chronos.toml").unlink()
    Path("views").rmdir()
    mounted.publish(home, settings.load())
    assert [path.name for path in (home.path / "docker" / "config").iterdir()] == ["worker.env"]

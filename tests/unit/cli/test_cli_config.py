import json
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from chronos.cli import doubts
from chronos.settings import ReadKeyFields, Settings, WriteKeyFields, load

Run = Callable[..., Result]
KEY = "a-key-for-tests-only"


def test_what_is_shown_is_a_chronos_toml_that_says_the_same(run: Run, config: Path) -> None:
    before = load()
    shown = run("config", "show", "--secrets").output
    assert 'web.allowed_origins = ["http://localhost:*", "http://127.0.0.1:*"]  # chronos.toml:' in shown
    assert "kafka.bootstrap is unset" in shown
    config.write_text(shown)
    assert load() == before


def test_each_value_has_its_source(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("[web]\nport = 7000\n")
    monkeypatch.setenv("CHRONOS_WEB_HOST", "0.0.0.0")
    lines = [line.split() for line in run("config", "show").output.splitlines()]
    assert ["web.port", "=", "7000", "#", "chronos.toml:2"] in lines
    assert ["web.host", "=", '"0.0.0.0"', "#", "environment", "variable", "CHRONOS_WEB_HOST"] in lines
    assert ["kafka.partitions", "=", "6", "#", "default"] in lines
    rows = {one["name"]: one for one in json.loads(run("config", "show", "--json").output)}
    expected = {"name": "web.port", "value": 7000, "source": "file", "place": f"{config}:2"}
    assert rows["web.port"] == expected


def test_secrets_are_masked_unless_they_are_asked_for(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", "postgresql://me:geheim@host/db")
    secrets = [tomllib.loads(config.read_text())["write_keys"][0]["key"], "geheim"]
    for arguments in (["config", "show"], ["config", "show", "--json"]):
        hidden, shown = run(*arguments).output, run(*arguments, "--secrets").output
        assert [secret in hidden for secret in secrets] == [False, False]
        assert [secret in shown for secret in secrets] == [True, True]


def test_all_mistakes_are_said_at_once_with_their_places(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("[web]\nprot = 1\nallowed_origins = ['shop.example']\n[kafka]\npartitions = 0\n")
    monkeypatch.setenv("CHRONOS_WEB_PORT", "many")
    monkeypatch.setenv("CHRONOS_KAFKA_BOOTSTARP", "a:1")
    monkeypatch.setenv("CHRONOS_WEBPORT", "1")
    lines = run("config", "check", code=1).output.splitlines()
    assert lines[-1] == "6 things wrong"
    for place, right in (
        ("line 2: web.prot = 1", "did you mean web.port?"),
        ("line 3: web.allowed_origins", "scheme://host[:port]"),
        ("line 5: kafka.partitions = 0", "greater than 0"),
        ("environment variable CHRONOS_WEB_PORT", "valid integer"),
        ("CHRONOS_WEBPORT", "did you mean CHRONOS_WEB_PORT?"),
        ("CHRONOS_KAFKA_BOOTSTARP", "did you mean kafka.bootstrap?"),
    ):
        [line] = [line for line in lines if place in line]
        assert line.startswith("Wrong:    ")
        assert right in line


def test_no_secret_stands_in_what_is_wrong(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text(
        "read_keys = ['geheim-a']\n[alerts]\nsmtp_pasword = 'harmless'\nsmtp_token = 'geheim-b'\n"
        "[timescaledb]\nurl = 'postgres//me:geheim-c@h'\n[sinks]\napi_key = 'geheim-d'\n"
        "[sinks.bucket]\nuse = 7\nsecret_access_key = 'geheim-e'\n"
    )
    monkeypatch.setenv("CHRONOS_WRITE_KEYS", '["geheim-f')
    said = run("config", "check", code=1).output
    assert "geheim" not in said
    monkeypatch.delenv("CHRONOS_WRITE_KEYS")
    said = run("config", "check", code=1).output
    assert "geheim" not in said
    assert said.splitlines()[-1] == "6 things wrong"


def test_views_and_windows_of_ones_own_are_checked(run: Run, config: Path) -> None:
    with config.open("a") as file:
        file.write('\n[windows.by_page]\nevent = "pageview"\nkey = "url"\n')
    views = config.parent / "views"
    views.mkdir()
    (views / "mine.sql").write_text("create table x (a int);")
    said = run("config", "check", code=1).output
    assert "windows.by_page.event" in said
    assert "did you mean pageviews?" in said
    assert "mine.sql:1" in said
    assert "2 things wrong" in said


def test_nothing_is_wrong_and_nothing_doubtful(run: Run, config: Path) -> None:
    config.write_text(f'write_keys = ["{KEY}"]\n[web]\nallowed_origins = ["https://shop.example"]\n')
    assert run("config", "check").output == "All is right\n"
    run("init", "--force")
    said = run("config", "check").output
    assert said.endswith("Nothing is wrong, 1 doubtful\n")
    assert "Doubtful: web.allowed_origins: pages of this machine may send" in said


def changed(**sections: dict[str, Any]) -> Settings:
    """Settings with nothing doubtful but what is changed."""
    fine = Settings().model_copy(
        update={
            "write_keys": [WriteKeyFields(key=KEY)],
            "web": Settings().web.model_copy(update={"allowed_origins": ["https://shop.example"]}),
        }
    )
    more = {name: getattr(fine, name).model_copy(update=values) for name, values in sections.items()}
    return fine.model_copy(update=more)


@pytest.mark.parametrize(
    ("section", "values", "doubt"),
    [
        ("web", {"allowed_origins": ["http://127.0.0.1:*"]}, "pages of this machine may send"),
        ("web", {"allowed_origins": ["*"]}, "the pages of everybody may send"),
        ("web", {"allowed_origins": ["https://a.example", "null"]}, "sandboxed frames of everybody"),
        ("web", {"allowed_origins": ["https://a.example:443"]}, "https://a.example is meant"),
        ("web", {"host": "0.0.0.0", "allowed_origins": ["https://a.example"]}, "there is no read key"),
        ("kafka", {"bootstrap": "a:1,b:1,c:1"}, "with 1 of 3 brokers"),
        ("kafka", {"retention_hours": 2}, "away for 2 h"),
        ("limits", {"spool_bytes": 0}, "refused (503) as soon as Kafka is away"),
        ("pipelinedb", {"mode": "chronos", "url": "postgresql://a/b"}, "it is not used"),
    ],
)
def test_what_is_doubtful_is_said(tmp_path: Path, section: str, values: dict[str, Any], doubt: str) -> None:
    assert doubts.doubts(changed(), tmp_path / "none") == []
    [said] = doubts.doubts(changed(**{section: values}), tmp_path / "none")
    assert said.startswith(f"{section}.")
    assert doubt in said


def test_keys_that_let_nobody_in_are_doubtful(tmp_path: Path) -> None:
    none = changed().model_copy(update={"write_keys": []})
    assert "no beacon is accepted" in doubts.doubts(none, tmp_path / "none")[0]
    public = changed().model_copy(update={"read_keys": [ReadKeyFields(key=KEY, name="grafana")]})
    assert "that of grafana is a write key, too" in doubts.doubts(public, tmp_path / "none")[0]


def test_a_file_with_secrets_is_for_its_owner(run: Run, config: Path) -> None:
    run("key", "new", "--read", "grafana")
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert "chmod 600" not in run("config", "check").output
    config.chmod(0o644)
    assert "(mode 644); chmod 600" in run("config", "check").output


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "expected a file, and it is a folder"), (b"\xff\xfe", "not TOML: expected a file of UTF-8 text")],
    ids=["a folder", "no text"],
)
def test_what_is_no_file_of_settings_is_not_taken_for_none(
    run: Run, config: Path, content: bytes | None, said: str
) -> None:
    config.unlink()
    if content is None:
        config.mkdir()
    else:
        config.write_bytes(content)
    assert f"{config}: {said}" in run("config", "check", code=1).output
    assert f"{config}: {said}" in run("status", code=1).output


@pytest.mark.parametrize("option", ["--rate", "--late"])
def test_not_a_number_is_no_number(run: Run, config: Path, option: str) -> None:
    assert f"Invalid value for '{option}': 'nan' is not a number" in run("demo", option, "nan", code=2).output

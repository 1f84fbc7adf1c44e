"""Settings from files that the environment names, as secrets are given."""

from pathlib import Path

import pytest

from chronos import settings
from chronos.errors import ConfigurationError
from chronos.settings import problems

SECRET = "hunter2-is-no-password"
URL = f"postgresql://chronos:{SECRET}@database/chronos"


def secret(text: str | bytes) -> str:
    file = Path("secret").absolute()
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def told() -> str:
    with pytest.raises(ConfigurationError) as error:
        settings.load()
    return str(error.value)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_setting_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL_FILE", secret(URL + end))
    assert settings.load().timescaledb.url == URL


def test_a_file_wins_over_chronos_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("chronos.toml").write_text('[timescaledb]\nurl = "postgresql://a/b"')
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL_FILE", secret(URL))
    assert settings.load().timescaledb.url == URL


def test_lists_and_sections_are_json_in_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WRITE_KEYS_FILE", secret('["a-key-of-the-unit-tests"]'))
    assert [key.key for key in settings.load().active_keys] == ["a-key-of-the-unit-tests"]
    monkeypatch.delenv("CHRONOS_WRITE_KEYS_FILE")
    monkeypatch.setenv("CHRONOS_WEB_FILE", secret('{"port": 7000}'))
    assert settings.load().web.port == 7000


def test_an_empty_name_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_PIPELINEDB_URL_FILE", "")
    assert settings.load().pipelinedb.url is None


def test_both_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL_FILE", secret(URL))
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", "postgresql://a/b")
    assert told() == (
        "environment variables CHRONOS_TIMESCALEDB_URL and CHRONOS_TIMESCALEDB_URL_FILE: expected one of them"
    )


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL_FILE", "/run/secrets/none")
    assert told() == (
        "environment variable CHRONOS_TIMESCALEDB_URL_FILE = '/run/secrets/none': No such file or directory"
    )


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        pytest.param(
            "TIMESCALEDB_URL",
            SECRET,
            "timescaledb.url = ...: expected postgresql://user",
            id="not a URL",
        ),
        pytest.param(
            "TIMESCALEDB_URL",
            f"postgresql://chronos:x@host:{SECRET}/d",
            "timescaledb.url = ...: expected postgresql://user",
            id="a password for a port",
        ),
        pytest.param("WRITE_KEYS", f'["{SECRET}"', "write_keys = ...: expected JSON", id="not JSON"),
        pytest.param("WRITE_KEYS", f'["a b {SECRET}"]', "write_keys.0.key = ...: string", id="not a key"),
        pytest.param("WEB", f'{{"{SECRET}": 1}}', "web.", id="no such setting"),
        pytest.param("WEB", f'{{"host": 1, "x": "{SECRET}"}}', "web.x = ...: no such", id="unknown value"),
        pytest.param("WEB_ALLOWED_ORIGINS", f'["{SECRET}"]', "web.allowed_origins = ...: an", id="an origin"),
        pytest.param("HOME", SECRET.encode() + b"\xff", "expected a file of UTF-8 text", id="not text"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_without_its_content(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str | bytes, line: str
) -> None:
    monkeypatch.setenv(f"CHRONOS_{name}_FILE", secret(text))
    said = told()
    assert f"environment variable CHRONOS_{name}_FILE" in said
    assert line in said
    assert f"'{SECRET}'" not in said
    assert f":{SECRET}" not in said


def test_a_file_of_what_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_PROT_FILE", "x")
    assert "environment variable CHRONOS_WEB_PROT_FILE: web.prot_file = ...: no such setting" in told()
    assert "CHRONOS_WEB_PORT_FILE" in problems.known_variables(settings.Settings)


@pytest.mark.parametrize(("name", "expected"), [("", "worker-6066"), ("slot-2", "slot-2")])
def test_a_worker_has_folders_of_its_own(monkeypatch: pytest.MonkeyPatch, name: str, expected: str) -> None:
    monkeypatch.setenv("CHRONOS_WORKER", name)
    assert settings.load().worker_name == expected


def test_the_name_of_a_worker_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WORKER", "../other")
    assert "worker = '../other'" in told()

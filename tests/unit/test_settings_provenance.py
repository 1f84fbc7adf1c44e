from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chronos import settings
from chronos.settings import Settings, problems, provenance
from chronos.settings.provenance import Setting

TOML = """\
write_keys = ["a-key-for-tests-only"]

[web]
port = 7000  # mine
host = "0.0.0.0"

[tracker.events]
clicks = false

[windows.by_page]
key = "url"
"""
Find = Callable[..., dict[str, Setting]]


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Find:
    """Settings by name, with variables of the environment."""
    (tmp_path / "chronos.toml").write_text(TOML)

    def find(**variables: str) -> dict[str, Setting]:
        for name, text in variables.items():
            monkeypatch.setenv(name, text)
        return {one.name: one for one in provenance.every(settings.load())}

    return find


def test_every_setting_is_told(found: Find) -> None:
    leaves = {
        key for _, key, field in problems.variables(Settings) if not hasattr(field.annotation, "model_fields")
    }
    assert leaves <= set(found())


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("web.port", 7000, 4),
        ("web.host", "0.0.0.0", 5),
        ("tracker.events.clicks", False, 8),
        ("windows.by_page.key", "url", 11),
        ("write_keys", [{"key": "a-key-for-tests-only", "name": "default"}], 1),
    ],
)
def test_what_the_file_says_has_its_line(
    found: Find, tmp_path: Path, name: str, value: Any, line: int
) -> None:
    assert found()[name] == Setting(name, value, "file", f"{tmp_path / 'chronos.toml'}:{line}")


def test_what_nobody_says_is_the_default(found: Find) -> None:
    assert found()["web.tracker_path"] == Setting("web.tracker_path", "/tracker.js", "default")
    assert found()["kafka.bootstrap"] == Setting("kafka.bootstrap", None, "default")
    assert found()["windows.by_page.event"].source == "default"


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("CHRONOS_WEB_PORT", "7100", "web.port", 7100),
        ("CHRONOS_WEB", '{"port": 7200}', "web.port", 7200),
        ("CHRONOS_TRACKER_EVENTS", '{"clicks": true}', "tracker.events.clicks", True),
        ("CHRONOS_HOME", "/elsewhere", "home", "/elsewhere"),
    ],
)
def test_the_environment_wins(found: Find, variable: str, text: str, name: str, value: Any) -> None:
    assert found(**{variable: text})[name] == Setting(name, value, "environment", variable)


def test_a_variable_is_named_only_for_what_it_says(found: Find) -> None:
    told = found(CHRONOS_WEB='{"host": "::1"}', CHRONOS_KAFKA_BOOTSTRAP="")
    assert told["web.port"].source == "file"
    assert told["web.host"].place == "CHRONOS_WEB"
    assert told["kafka.bootstrap"].source == "default"  # one that is empty says nothing


def test_the_more_special_variable_wins(found: Find) -> None:
    told = found(CHRONOS_WEB='{"port": 7200}', CHRONOS_WEB_PORT="7300")
    assert told["web.port"] == Setting("web.port", 7300, "environment", "CHRONOS_WEB_PORT")

"""Settings of chronos.toml and of the environment."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from chronos import settings
from chronos.errors import ConfigurationError
from chronos.settings import Settings, problems
from chronos.settings.web import Web

KEY = "a-key-of-the-unit-tests"


def write(text: str, path: str = "chronos.toml") -> Path:
    file = Path(path).absolute()
    file.write_text(text)
    return file


def value(loaded: Settings, key: str) -> Any:
    found: Any = loaded
    for name in key.split("."):
        found = getattr(found, name)
    return found


def test_everything_has_a_default() -> None:
    loaded = settings.load()
    defaults = Settings()
    places = {"home": Path(".chronos"), "pipelinedb": defaults.pipelinedb}  # as seen from the file
    assert loaded.model_copy(update=places) == defaults
    assert loaded.write_keys == []


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("kafka.bootstrap", '[kafka]\nbootstrap = "a:1,b:2"', "a:1,b:2"),
        ("timescaledb.url", '[timescaledb]\nurl = "postgresql://a/b"', "postgresql://a/b"),
        ("pipelinedb.url", '[pipelinedb]\nurl = "postgres://a/b"', "postgres://a/b"),
        ("web.port", "[web]\nport = 7000", 7000),
        (
            "web.allowed_origins",
            '[web]\nallowed_origins = ["https://*.a", "null", "*"]',
            ["https://*.a", "null", "*"],
        ),
        ("tracker.events.clicks", "[tracker.events]\nclicks = false", False),
        ("tracker.form_values", '[tracker]\nform_values = ["plan"]', ["plan"]),
        ("tracker.consent", '[tracker]\nconsent = "required"', "required"),
        ("web.vitals_path", '[web]\ntracker_path = "/a/b.js"', "/a/b.vitals.js"),
        ("web.pixel_path", '[web]\nevents_path = "/in"', "/in.gif"),
        ("windows.enabled", "[windows]\nenabled = false", False),
        ("windows.lateness_hours", "windows = {lateness_hours = 3}", 3),
        ("limits.stop_seconds", "[limits]\nstop_seconds = 2", 2.0),
    ],
)
def test_the_file_sets(key: str, text: str, expected: Any) -> None:
    write(text)
    assert value(settings.load(), key) == expected


@pytest.mark.parametrize(
    ("variable", "text", "key", "expected"),
    [
        ("CHRONOS_KAFKA_BOOTSTRAP", "a:1", "kafka.bootstrap", "a:1"),
        ("CHRONOS_TIMESCALEDB_URL", "postgresql://a/b", "timescaledb.url", "postgresql://a/b"),
        ("CHRONOS_WEB_PORT", "7000", "web.port", 7000),
        ("CHRONOS_WEB_REQUIRE_ORIGIN", "true", "web.require_origin", True),
        ("CHRONOS_WEB_ALLOWED_ORIGINS", '["https://a"]', "web.allowed_origins", ["https://a"]),
        ("CHRONOS_LIMITS_KAFKA_TIMEOUT_SECONDS", "0.5", "limits.kafka_timeout_seconds", 0.5),
        ("CHRONOS_TRACKER_STORAGE_BYTES", "70000", "tracker.storage_bytes", 70_000),
        ("CHRONOS_TRACKER_EVENTS", '{"clicks": false}', "tracker.events.clicks", False),
    ],
)
def test_the_environment_sets_and_wins(
    variable: str, text: str, key: str, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[web]\nport = 1\nhost = "::"\n[kafka]\nbootstrap = "file:1"')
    monkeypatch.setenv(variable, text)
    loaded = settings.load()
    assert value(loaded, key) == expected
    assert loaded.web.host == "::", "and what it does not set stays as in the file"


def sections(model: type[BaseModel], above: str = "") -> list[tuple[str, Any]]:
    """Every setting of a model and of those in it, with its dotted key."""
    found: list[tuple[str, Any]] = []
    for name, field in model.model_fields.items():
        found.append((above + name, field))
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += sections(field.annotation, f"{above}{name}.")
    return found


@pytest.mark.parametrize(("key", "field"), sections(Settings), ids=[key for key, _ in sections(Settings)])
def test_every_setting_says_what_it_is_for(key: str, field: Any) -> None:
    assert field.description


def test_every_setting_of_the_environment_is_one_of_the_table() -> None:
    variables = [variable for variable, *_ in problems.variables(Settings)]
    assert len(variables) == len(set(variables))
    assert {"CHRONOS_HOME", "CHRONOS_WRITE_KEYS", "CHRONOS_WEB_PORT", "CHRONOS_LIMITS_SPOOL_BYTES"} <= set(
        variables
    )


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        pytest.param(None, "{config}/.chronos", id="beside the file"),
        pytest.param("state", "{config}/state", id="relative to the file"),
        pytest.param("../state", "{above}/state", id="above the file"),
        pytest.param("/var/lib/chronos", "/var/lib/chronos", id="absolute"),
        pytest.param("~/chronos", "{user}/chronos", id="of the user"),
    ],
)
def test_the_state_directory_is_seen_from_the_file(
    home: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "project"
    config.mkdir()
    monkeypatch.setenv("CHRONOS_CONFIG", str(config / "chronos.toml"))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    if home:
        monkeypatch.setenv("CHRONOS_HOME", home)
    where = expected.format(config=config, above=tmp_path, user=tmp_path / "user")
    assert settings.load().home == Path(where)


def test_the_file_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("[web]\nport = 1")
    monkeypatch.setenv("CHRONOS_CONFIG", str(write("[web]\nport = 2", "other.toml")))
    assert settings.load().web.port == 2


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({}, "chronos.toml"),
        ({"CHRONOS_CONFIG": ""}, "chronos.toml"),
        ({"CHRONOS_CONFIG": "a.toml"}, "a.toml"),
    ],
    ids=["not set", "empty", "set"],
)
def test_the_path_of_the_file_is_absolute(environment: dict[str, str], path: str) -> None:
    assert settings.config_path(environment) == Path(path).absolute()


def test_a_key_may_be_written_short_or_with_what_is_known_of_it() -> None:
    write(
        f'write_keys = ["{KEY}", {{key = "{KEY}-2", name = "shop", created = 2026-01-01T00:00:00Z,'
        " revoked = 2026-02-01T00:00:00Z}]"
    )
    short, long = settings.load().write_keys
    assert (short.key, short.name, short.revoked) == (KEY, "default", None)
    assert (long.name, long.revoked) == ("shop", datetime(2026, 2, 1, tzinfo=UTC))
    assert settings.load().active_keys == [short]


def test_settings_cannot_be_changed() -> None:
    loaded = settings.load()
    with pytest.raises(ValueError, match="frozen"):
        loaded.web.port = 1  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        loaded.home = Path("x")  # type: ignore[misc]


def test_what_the_tracker_is_told_is_nothing_where_nothing_is_set() -> None:
    assert settings.load().tracker.model_dump(exclude_defaults=True) == {}
    write("[tracker]\nclick_text = true\n[tracker.events]\nclicks = true\nlosses = false")
    told = settings.load().tracker.model_dump(exclude_defaults=True)
    assert told == {"click_text": True, "events": {"losses": False}}


def test_a_variable_of_somebody_else_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOSPHERE_URL", "x")
    assert settings.load()


def test_reading_the_settings_leaves_the_environment_and_the_folder_as_they_are() -> None:
    before = dict(os.environ)
    with pytest.raises(ConfigurationError):
        write("x = 1")
        settings.load()
    assert dict(os.environ) == before
    assert [path.name for path in Path().iterdir()] == ["chronos.toml"]


@pytest.mark.parametrize(
    ("text", "replication"),
    [
        ("brokers = 1", 1),
        ("brokers = 3", 3),
        ("brokers = 3\nreplication = 2", 2),
        ('brokers = 3\nbootstrap = "broker:9092"', 1),
    ],
)
def test_replicas_follow_the_brokers_of_this_machine(text: str, replication: int) -> None:
    write(f"[kafka]\n{text}")
    assert settings.load().kafka.replication == replication


def test_brokers_of_the_environment_have_replicas_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_BROKERS", "3")
    assert settings.load().kafka.replication == 3


def test_two_brokers_are_refused() -> None:
    write("[kafka]\nbrokers = 2")
    with pytest.raises(ConfigurationError, match="expected 1 or 3"):
        settings.load()


@pytest.mark.parametrize(
    ("web", "url"),
    [
        ({}, "http://127.0.0.1:6066"),
        ({"host": "10.0.0.1", "own_port": 6067}, "http://10.0.0.1:6067"),
        ({"host": "::1"}, "http://[::1]:6066"),
        ({"host": "0.0.0.0"}, "http://shop-1:6066"),
        ({"host": "0.0.0.0", "advertised_url": "http://nat.example:80"}, "http://nat.example:80"),
    ],
    ids=["default", "own-port", "ipv6", "all-addresses", "advertised"],
)
def test_other_workers_reach_this_one_at_its_own_address(
    monkeypatch: pytest.MonkeyPatch, web: dict[str, Any], url: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "shop-1")
    assert Web(**web).own_url == url

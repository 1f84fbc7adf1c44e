"""What is wrong with the settings is told in one line: the key, its value, where it is, what is expected."""

from pathlib import Path

import pytest

from chronos import settings
from chronos.errors import ConfigurationError

FILE = "{file}"


def told(text: str | bytes | None = None) -> list[str]:
    """The lines of the error, with the file's path shortened."""
    file = Path("chronos.toml").absolute()
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as error:
        settings.load()
    return str(error.value).replace(str(file), FILE).splitlines()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            "[web]\nport = 0",
            "{file}, line 2: web.port = 0: input should be greater than or equal to 1",
            id="out of range",
        ),
        pytest.param(
            '[kafka]\n\n# a comment\npartitions = "many"',
            "{file}, line 4: kafka.partitions = 'many': input should be a valid integer",
            id="wrong type",
        ),
        pytest.param("web.port = 0", "{file}, line 1: web.port = 0:", id="dotted key"),
        pytest.param(
            "[tracker]\nflush_interval_ms = 60000\nmouse_interval_ms = 20",
            "{file}, line 3: tracker.mouse_interval_ms = 20: expected at least 24 with this",
            id="more mouse positions than a beacon may have",
        ),
        pytest.param("home = '.'\nweb = {port = 0}", "{file}, line 2: web.port = 0:", id="inline table"),
        pytest.param("[ web ]\nport=0", "{file}, line 2: web.port = 0:", id="spaces in the header"),
        pytest.param(
            '[web]\nport = 1\nhost = "a"\n[limits]\nport = 1',
            "{file}, line 5: limits.port = 1: no such setting",
            id="in the wrong table",
        ),
        pytest.param("\n\nprot = 1", "{file}, line 3: prot = 1: no such setting", id="unknown at the top"),
        pytest.param(
            "[webb]\nport = 1",
            "{file}, line 1: webb = {{'port': 1}}: no such setting; did you mean web?",
            id="unknown table",
        ),
        pytest.param(
            "[tracker.events]\nclicks = 7",
            "{file}, line 2: tracker.events.clicks = 7: input should be a valid boolean",
            id="table in a table",
        ),
        pytest.param("web = 5", "{file}, line 1: web = 5: expected a table", id="no table"),
        pytest.param(
            '[kafka]\nbootstrap = "localhost"',
            "{file}, line 2: kafka.bootstrap = 'localhost': expected host:port, or host:port,host:port",
            id="no port",
        ),
        pytest.param(
            '[web]\nallowed_origins = ["https://a/"]',
            "an origin is scheme://host[:port] without a path, got 'https://a/'",
            id="origin with a path",
        ),
        pytest.param(
            '[web]\nallowed_origins = ["localhost"]',
            "an origin is scheme://host[:port]",
            id="origin without scheme",
        ),
        pytest.param(
            '[web]\ntracker_path = "t.js"',
            "{file}, line 2: web.tracker_path = 't.js': expected a path such as /tracker.js:"
            " parts of letters, digits, `-`, `_` and `.`, each behind a `/`, none of them `.` or `..`",
            id="path without a slash",
        ),
        pytest.param(
            '[web]\ntracker_path = "/tracker"',
            "web.tracker_path = '/tracker': expected a path that ends with .js, such as /tracker.js",
            id="script that is none by its name",
        ),
        pytest.param(
            '[web]\nevents_path = "/health"',
            "web.events_path = '/health': expected a path such as /api/events: Chronos answers /health",
            id="path of Chronos itself",
        ),
        pytest.param(
            '[web]\nevents_path = "/t.js"\ntracker_path = "/t.js"',
            "{file}, line 2: web.events_path = '/t.js': expected a path of its own: /t.js is the tracker's"
            " (tracker_path = '/t.js')",
            id="one path for two",
        ),
        pytest.param(
            '[tracker]\ntransport = "xhr"',
            "tracker.transport = 'xhr': input should be 'fetch' or 'beacon'",
            id="none of those",
        ),
        pytest.param(
            'write_keys = ["short"]',
            "{file}, line 1: write_keys.0.key = ***: string should have at least 16 characters",
            id="short key",
        ),
        pytest.param(
            '[[write_keys]]\nkey = "a-key-of-the-unit-tests"\n\n[[write_keys]]\nkey = "short"',
            "{file}, line 5: write_keys.1.key = ***",
            id="second of two keys",
        ),
        pytest.param(
            '[[write_keys]]\nname = "shop"',
            "{file}, line 1: write_keys.0.key: missing",
            id="key that is missing",
        ),
        pytest.param(
            "[windows]\nretention_hour = 5",
            "{file}, line 2: windows.retention_hour = 5: no such setting; did you mean windows.retention_",
            id="no setting of windows, and no table",
        ),
        pytest.param(
            "[windows]\nretention_hours = 12",
            "{file}, line 1: windows.lateness_hours = 24: expected less than retention_hours, which is 12",
            id="windows that are gone before the last event comes",
        ),
        pytest.param(
            '[windows.slow]\nevent = "web_vitals"',
            "{file}, line 1: windows.slow.key: missing",
            id="window without a key",
        ),
        pytest.param(
            '[windows.slow]\nkey = "name"\nfilters = "true"',
            "{file}, line 3: windows.slow.filters = 'true': no such setting",
            id="window with what it does not take",
        ),
        pytest.param("x = [", "{file}: not TOML: ", id="not TOML"),
        pytest.param(
            "[web]\nhost = 'a'\n# port\nport = 1\nport = 2",
            "{file}, line 5: not TOML: web.port is given twice, first on line 4: leave one of them",
            id="key twice",
        ),
        pytest.param(
            "[[write_keys]]\nkey = 'a'\n[[write_keys]]\nkey = 'a'\nkey = 'a'",
            "{file}, line 5: not TOML: write_keys.1.key is given twice, first on line 4: leave one",
            id="key of a list twice",
        ),
        pytest.param(
            "[app]\n\n[sinks]\n[app]\nmodules = []",
            "{file}, line 4: not TOML: table [app] is there already, on line 1: put what stands here into",
            id="table twice",
        ),
        pytest.param(
            '[web]\nhost = "a\nport = 2',
            "{file}, line 2: not TOML: a text has no quote at its end",
            id="no quote at the end",
        ),
        pytest.param('home = "a', "{file}: not TOML: a text has no quote at its end", id="no quote at all"),
        pytest.param("home = 'a", "{file}: not TOML: a text has no quote at its end", id="no single quote"),
        pytest.param("x = [1", "{file}: not TOML: a list has no ] at its end", id="no bracket"),
        pytest.param(
            "[web]\nhost = localhost",
            "{file}, line 2: not TOML: a value is expected: a text stands in quotes",
            id="no quotes",
        ),
        pytest.param(
            '[web]\nhost = "C:\\path"',
            "{file}, line 2: not TOML: a \\ in a text is written \\\\",
            id="backslash",
        ),
        pytest.param(b'home = "\xff"', "{file}: not TOML: expected a file of UTF-8 text", id="not UTF-8"),
    ],
)
def test_of_the_file(text: str | bytes, line: str) -> None:
    assert line.format(file=FILE) in told(text)[0]


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        pytest.param(
            "CHRONOS_WEB_PORT",
            "0",
            "environment variable CHRONOS_WEB_PORT: web.port = '0': input should be greater",
            id="out of range",
        ),
        pytest.param(
            "CHRONOS_WEB_PROT",
            "1",
            "environment variable CHRONOS_WEB_PROT: web.prot = '1': no such setting; did you mean web.port?",
            id="unknown in a table",
        ),
        pytest.param(
            "CHRONOS_WEBPORT",
            "1",
            "CHRONOS_WEBPORT: no such variable in the environment; did you mean CHRONOS_WEB_PORT?",
            id="unknown",
        ),
        pytest.param(
            "CHRONOS_WRITE_KEYS",
            '["short"]',
            "environment variable CHRONOS_WRITE_KEYS: write_keys.0.key = ***",
            id="in a list",
        ),
        pytest.param(
            "CHRONOS_WEB",
            '{"port": 0}',
            "environment variable CHRONOS_WEB: web.port = 0",
            id="in a table as JSON",
        ),
        pytest.param(
            "CHRONOS_WEB_ALLOWED_ORIGINS",
            "https://shop.example",
            "CHRONOS_WEB_ALLOWED_ORIGINS: web.allowed_origins = 'https://shop.example': expected JSON",
            id="not JSON, in a table",
        ),
        pytest.param(
            "CHRONOS_WRITE_KEYS",
            "a-key-of-the-unit-tests",
            "environment variable CHRONOS_WRITE_KEYS: write_keys = ...: expected JSON",
            id="not JSON",
        ),
        pytest.param(
            "CHRONOS_WINDOWS_LATENESS_HOURS",
            "48",
            "variable CHRONOS_WINDOWS_LATENESS_HOURS: windows.lateness_hours = '48': expected less",
            id="of windows",
        ),
        pytest.param(
            "CHRONOS_WINDOWS_SLOW",
            '{"key": "name"}',
            'environment variable CHRONOS_WINDOWS_SLOW: windows.slow = \'{"key": "name"}\': no such setting',
            id="a window in a variable",
        ),
        pytest.param(
            "CHRONOS_TRACKER_EVENTS",
            "no",
            "environment variable CHRONOS_TRACKER_EVENTS: tracker.events = 'no': expected JSON",
            id="events",
        ),
    ],
)
def test_of_the_environment(variable: str, value: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert line in told()[0]


def test_the_environment_is_named_where_it_hides_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_PORT", "0")
    assert told("[web]\nport = 6066")[0].startswith("environment variable CHRONOS_WEB_PORT")


def test_each_variable_that_is_not_json_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_ALLOWED_ORIGINS", "https://shop.example")
    monkeypatch.setenv("CHRONOS_WEB_HOST", "not JSON either, and need not be")
    monkeypatch.setenv("CHRONOS_WRITE_KEYS", "[")
    assert [line.split(":")[0].split()[-1] for line in told()] == [
        "CHRONOS_WRITE_KEYS",
        "CHRONOS_WEB_ALLOWED_ORIGINS",
    ]


def test_every_problem_has_its_line() -> None:
    lines = told("[web]\nport = 0\nhost = 1\n[kafka]\npartitions = 0\nreplicas = 3")
    assert len(lines) == 4


@pytest.mark.parametrize("password", ["secret", "sec:ret", "sec@ret", "s@e@cret", "sec/ret"])
@pytest.mark.parametrize("scheme", ["mysql", "postgress"])
def test_a_password_is_not_shown(scheme: str, password: str) -> None:
    [line] = told(f'[timescaledb]\nurl = "{scheme}://chronos:{password}@host/db"')
    assert f"'{scheme}://chronos:***@host/db'" in line


def test_a_long_value_is_shown_in_part() -> None:
    [line] = told(f'[web]\nport = "{"x" * 10_000}"')
    assert len(line) < 300


@pytest.mark.parametrize("value", ["nan", "inf", "-1.0"])
def test_a_duration_is_a_finite_number(value: str) -> None:
    assert "limits.kafka_timeout_seconds" in told(f"[limits]\nkafka_timeout_seconds = {value}")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('webhook_url = "ftp://hooks.example/very-secret"', "expected an address such as https://"),
        ('webhook_url = "https://[/very-secret"', "expected an address such as https://"),
        ("smtp_password = ['very-secret']", "input should be a valid string"),
        ('smtp_host = "mail.example.org"', "a mail needs smtp_from and at least one address in smtp_to"),
        (
            'smtp_from = "me@example.org"\nsmtp_to = ["you@example.org"]',
            "a mail needs a server: set smtp_host",
        ),
        ('smtp_to = ["you, me"]', "expected an address such as me@example.org"),
    ],
)
def test_what_is_wrong_with_alerts_is_said_without_their_secrets(text: str, expected: str) -> None:
    Path("chronos.toml").write_text(f"[alerts]\n{text}\n")
    with pytest.raises(ConfigurationError) as error:
        settings.load()
    assert expected in str(error.value)
    assert "very-secret" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("retention_bytes = 0", True),
        ("retention_bytes = 25165824", True),
        ("retention_bytes = 25165823", False),
        ("replication = 3\nretention_bytes = 25165824", False),
        ("partitions = 1\nretention_bytes = 4194304", True),
    ],
)
def test_a_budget_has_to_have_room_for_segments(text: str, is_right: bool) -> None:
    Path("chronos.toml").write_text(f"[kafka]\n{text}\n")
    if is_right:
        assert settings.load().kafka.retention_bytes >= 0
        return
    with pytest.raises(ConfigurationError, match=r"retention_bytes = 2516582\d: expected 0"):
        settings.load()

"""Who may send, and from where."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from beacons import config

from chronos import settings
from chronos.errors import Unauthorised
from chronos.web.access import Access

OLD, NEW, REVOKED = "the-oldest-of-the-keys", "the-newest-of-the-keys", "the-key-that-is-revoked"
NEWER = "a-key-that-is-newer-still"
KEYS: list[dict[str, Any]] = [
    {"key": OLD, "name": "shop"},
    {"key": REVOKED, "name": "gone", "revoked": datetime(2026, 1, 1, tzinfo=UTC)},
    {"key": NEW, "name": "blog"},
]


def access(**web: Any) -> Access:
    return Access(config(*KEYS, **web))


def allows(origin: str | None, **web: Any) -> bool:
    try:
        access(**web).check_origin(origin)
    except Unauthorised:
        return False
    return True


@pytest.mark.parametrize(("key", "project"), [(OLD, "shop"), (NEW, "blog")], ids=["shop", "blog"])
def test_a_key_names_the_project_to_which_it_writes(key: str, project: str) -> None:
    assert access().project_of(key) == project


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="empty"),
        pytest.param("another-key-that-nobody-has", id="unknown"),
        pytest.param(OLD[:-1], id="cut off"),
        pytest.param(OLD + "x", id="with something behind"),
        pytest.param(OLD.upper(), id="in capitals"),
        pytest.param(REVOKED, id="revoked"),
        pytest.param("ключ", id="not ASCII"),
        pytest.param("\ud800", id="not even a text in UTF-8"),
    ],
)
def test_any_other_key_is_refused(key: str) -> None:
    with pytest.raises(Unauthorised, match="ACCESS_KEY is not a write key") as refused:
        access().project_of(key)
    assert refused.value.status == 401


def test_a_refusal_calls_the_key_as_the_request_does() -> None:
    with pytest.raises(Unauthorised, match="the key in the address is not a write key"):
        access().project_of("x", named="the key in the address")


def test_a_server_without_keys_refuses_all() -> None:
    with pytest.raises(Unauthorised):
        Access(config()).project_of("")


def test_a_refusal_does_not_tell_the_keys() -> None:
    with pytest.raises(Unauthorised) as refused:
        access().project_of("x")
    assert not any(key in str(refused.value) for key in (OLD, NEW, REVOKED))


@pytest.mark.parametrize(
    ("project", "key"),
    [(None, NEWER), ("shop", NEWER), ("blog", NEW), ("gone", None), ("no such", None), ("", None)],
)
def test_the_tracker_gets_the_newest_key_that_is_not_revoked(project: str | None, key: str | None) -> None:
    found = Access(config(*KEYS, {"key": NEWER, "name": "shop"})).newest_key(project)
    assert (found.key if found else None) == key


def test_without_a_key_there_is_no_newest_one() -> None:
    assert Access(config()).newest_key() is None


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"),
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example", "https://SHOP.example", True),
        ("https://shop.example", "http://shop.example", False),
        ("https://shop.example", "https://shop.example:8443", False),
        ("https://shop.example", "https://shop.example.evil.example", False),
        ("https://shop.example", "https://evil.example/https://shop.example", False),
        ("https://shop.example", "https://shopXexample", False),
        ("https://shop.example", "null", False),
        ("https://shop.example", "", False),
        ("https://shop.example:8443", "https://shop.example:8443", True),
        ("https://shop.example:8443", "https://shop.example", False),
        ("https://shop.example:8443", "https://shop.example:84430", False),
        ("https://*.example", "https://shop.example", True),
        ("https://*.example", "https://example", False),
        ("https://*.example", "https://a.shop.example", False),
        ("https://*.example", "https://evil.test/.example", False),
        ("https://*.example", "https://user@shop.example", False),
        ("https://*.example", "https://.example", False),
        ("http://localhost:*", "http://localhost", True),
        ("http://localhost:*", "http://localhost:3000", True),
        ("http://localhost:*", "http://localhost:", False),
        ("http://localhost:*", "http://localhost:3000.evil.example", False),
        ("http://localhost:*", "http://localhost.evil.example", False),
        ("http://[::1]:3000", "http://[::1]:3000", True),
        ("http://[::1]:*", "http://[::1]:3000", True),
        ("http://[::1]:*", "http://[::1]", True),
        ("http://[::1]", "http://[::1]:3000", False),
        ("null", "null", True),
        ("null", "https://null", False),
        ("*", "https://anything.example:1", True),
        ("*", "null", True),
        ("*", "https://a b", False),
    ],
)
def test_an_origin_is_allowed_by_a_pattern(pattern: str, origin: str, allowed: bool) -> None:
    assert allows(origin, allowed_origins=[pattern]) is allowed


def test_any_of_several_patterns_allows_and_none_allows_nothing() -> None:
    assert allows("https://b", allowed_origins=["https://a", "https://b"])
    assert not allows("https://b", allowed_origins=[])


@pytest.mark.parametrize(("required", "allowed"), [(False, True), (True, False)], ids=["passes", "required"])
def test_a_request_without_an_origin(required: bool, allowed: bool) -> None:
    assert allows(None, require_origin=required) is allowed


def test_a_refusal_names_the_origin_in_part_and_the_setting() -> None:
    with pytest.raises(Unauthorised, match=r"\[web\] allowed_origins") as refused:
        access().check_origin("https://" + "a" * 10_000)
    assert len(str(refused.value)) < 300


class ConfigFile:
    """A chronos.toml in the current folder, each version of it newer than the last."""

    def __init__(self) -> None:
        self.path = Path("chronos.toml").absolute()
        self.version = 0

    def write(self, text: str) -> None:
        self.path.write_text(text)
        self.version += 1
        os.utime(self.path, (self.version, self.version))

    def keys(self, *keys: str, web: str = "") -> None:
        self.write(f"write_keys = {list(keys)}\n[web]\n{web}\n")


@pytest.fixture
def file() -> ConfigFile:
    file = ConfigFile()
    file.keys(OLD, web='allowed_origins = ["https://old"]')
    return file


@pytest.fixture
def running(file: ConfigFile) -> Access:
    return Access(settings.load())


def test_takes_keys_and_origins_from_the_file_when_it_changes(running: Access, file: ConfigFile) -> None:
    file.keys(NEW, web='allowed_origins = ["https://new"]\nrequire_origin = true')
    running.reload()
    assert [key.key for key in running.keys] == [NEW]
    running.check_origin("https://new")
    for origin in ("https://old", None):
        with pytest.raises(Unauthorised):
            running.check_origin(origin)


def test_a_file_that_did_not_change_is_not_read_again(
    running: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "load", lambda: pytest.fail("read again"))
    running.reload()


def test_a_file_that_changed_is_read_once(running: Access, file: ConfigFile) -> None:
    file.keys(NEW)
    running.reload()
    running.keys = []
    running.reload()
    assert running.keys == []


@pytest.mark.parametrize("text", ["write_keys = [", "unknown = 1", 'write_keys = ["short"]'])
def test_a_broken_file_changes_nothing_and_is_logged(
    running: Access, file: ConfigFile, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    file.write(text)
    running.reload()
    assert [key.key for key in running.keys] == [OLD]
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "keys and origins stay as they were" in record.getMessage()


def test_a_broken_file_that_is_mended_is_taken(running: Access, file: ConfigFile) -> None:
    file.write("write_keys = [")
    running.reload()
    file.keys(NEW)
    running.reload()
    assert [key.key for key in running.keys] == [NEW]


def test_a_file_that_is_away_for_a_moment_changes_nothing(running: Access, file: ConfigFile) -> None:
    file.path.unlink()
    running.reload()
    assert [key.key for key in running.keys] == [OLD]
    file.keys(NEW)
    running.reload()
    assert [key.key for key in running.keys] == [NEW]


def test_a_file_that_appears_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    running = Access(settings.load())
    running.reload()
    assert running.keys == []
    ConfigFile().keys(NEW)
    running.reload()
    assert [key.key for key in running.keys] == [NEW]


@pytest.mark.parametrize(
    ("origin", "host", "may"),
    [
        ("http://here:6066", "here:6066", True),
        ("http://here:6067", "here:6066", False),
        ("null", "null", False),
        ("http://", "", False),
    ],
    ids=["its own", "another port", "no origin at all", "empty"],
)
def test_pages_of_the_address_that_was_called_may_always_send(origin: str, host: str, may: bool) -> None:
    strict = access(allowed_origins=["https://shop.example"])
    if may:
        strict.check_origin(origin, host)
    else:
        with pytest.raises(Unauthorised):
            strict.check_origin(origin, host)


def refused(running: Access, *origins: str) -> list[str]:
    for origin in origins:
        with pytest.raises(Unauthorised):
            running.check_origin(origin)
    return running.refused_origins()


def test_origins_that_were_refused_are_told_with_what_lets_them_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 0.0
    running = Access(config(*KEYS, allowed_origins=["https://a"]), clock=lambda: now)
    running.check_origin("https://a")
    assert running.refused_origins() == []
    [said] = refused(running, "https://b", "https://b")
    assert said.startswith("pages of https://b tried to send and may not: `chronos origin add https://b`")
    [record] = caplog.records
    assert "pages of https://b may not send" in record.getMessage()
    now = 3000.0
    [said] = refused(running, *(f"https://{name}.example" for name in "cdefg"))
    assert "pages of https://g.example, https://f.example, https://e.example and 3 more tried" in said
    now = 3700.0
    assert "and 2 more" in running.refused_origins()[0]
    now = 7000.0
    assert running.refused_origins() == []


def test_what_is_no_origin_is_not_told_to_type() -> None:
    assert refused(access(), "https://x; rm -rf /", "https://x`id`", "data:,", "HTTPS://X") == []
    assert refused(access(), "null") != []


def test_no_more_refused_origins_are_remembered_than_people_look_at() -> None:
    [said] = refused(access(), *(f"https://{number}.example" for number in range(100)))
    assert "and 17 more" in said


def test_an_origin_that_was_let_in_is_not_told_any_more(running: Access, file: ConfigFile) -> None:
    assert refused(running, "https://new") != []
    file.keys(NEW, web='allowed_origins = ["https://new"]')
    running.reload()
    assert running.refused_origins() == []

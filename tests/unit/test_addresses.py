"""Where the services are, and how an address is shown."""

import json
from pathlib import Path

import pytest

from chronos import addresses, settings
from chronos.addresses import Addresses
from chronos.database.address import shown
from chronos.errors import MissingAddress
from chronos.settings import Settings

EMBEDDED = {"kafka": "127.0.0.1:9092", "timescaledb": "postgresql://chronos@127.0.0.1:5432/chronos"}


def config(text: str = "", embedded: dict[str, str] | None = None) -> Settings:
    """Settings of a file, with what `chronos start` chose, if it runs anything."""
    Path("chronos.toml").write_text(text)
    loaded = settings.load()
    if embedded is not None:
        loaded.home.mkdir()
        addresses.embedded_path(loaded).write_text(json.dumps(embedded))
    return loaded


def test_the_services_that_chronos_start_runs() -> None:
    assert addresses.resolve(config(embedded=EMBEDDED)) == Addresses(**EMBEDDED, pipelinedb=None)


def test_the_settings_win() -> None:
    text = '[kafka]\nbootstrap = "a:1,b:2"\n[timescaledb]\nurl = "postgresql://a/b"\n[pipelinedb]\nurl = "postgres://c/d"'
    expected = Addresses("a:1,b:2", "postgresql://a/b", "postgres://c/d")
    assert addresses.resolve(config(text)) == expected
    assert addresses.resolve(config(text, embedded=None)) == expected


def test_one_of_each() -> None:
    found = addresses.resolve(config('[kafka]\nbootstrap = "a:1"', embedded=EMBEDDED))
    assert (found.kafka, found.timescaledb) == ("a:1", EMBEDDED["timescaledb"])


@pytest.mark.parametrize(
    ("text", "embedded", "message"),
    [
        pytest.param("", None, "where Kafka is: set [kafka] bootstrap in chronos.toml or", id="nothing"),
        pytest.param(
            "", {"timescaledb": "x"}, "CHRONOS_KAFKA_BOOTSTRAP, or run `chronos start`", id="no Kafka"
        ),
        pytest.param("", {"kafka": "x"}, "where TimescaleDB is: set [timescaledb] url", id="no TimescaleDB"),
        pytest.param('[kafka]\nbootstrap = "a:1"', None, "CHRONOS_TIMESCALEDB_URL", id="settings of one"),
    ],
)
def test_what_is_nowhere_is_named_with_what_to_do(
    text: str, embedded: dict[str, str] | None, message: str
) -> None:
    with pytest.raises(MissingAddress) as missing:
        addresses.resolve(config(text, embedded))
    assert message in str(missing.value)


def test_nothing_embedded_is_no_address() -> None:
    assert addresses.embedded(config()) == {}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("postgresql://chronos:secret@db.example:5433/events", "db.example:5433/events"),
        ("postgresql://chronos:s@cr:et@db.example/events", "db.example:5432/events"),
        ("postgresql://db.example/events?password=secret", "db.example:5432/events"),
        ("postgresql:///events", "localhost:5432/events"),
        ("postgresql://chronos:secret@a:1,b:2/events", "a:1,b:2/events"),
        ("postgresql://chronos:secret@[::1]:5433/events", "[::1]:5433/events"),
        ("postgresql://chronos:secret@db.example:port/events", "db.example:port/events"),
        ("postgresql://", "localhost:5432"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, text: str) -> None:
    assert shown(url) == text

"""In which order a backup is made: what is copied later has all that belongs to what was copied before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chronos.embedded.backup import database, taking
from chronos.embedded.backup.manifest import Manifest
from chronos.embedded.home import Home
from chronos.settings import Settings


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, in its order; the services themselves are not there."""
    found: list[str] = []
    copy: Callable[..., int] = taking.copy_changed

    def base_backup(_: Any, __: str, target: Path) -> None:
        found.append("database")
        target.mkdir()
        (target / "PG_VERSION").write_text("18\n")

    def copied(source: Path, *more: Any) -> int:
        found.append(source.name)
        return copy(source, *more)

    def offsets(_: Settings) -> dict[str, dict[str, int]]:
        found.append("offsets")
        return {"events": {"0": 9}}

    @contextmanager
    def paused(*_: Any) -> Iterator[None]:
        found.append("Kafka stops")
        yield
        found.append("Kafka starts")

    monkeypatch.setattr(database, "base_backup", base_backup)
    monkeypatch.setattr(taking.cluster, "password", lambda _: "secret")
    monkeypatch.setattr(taking.client, "paused", paused)
    monkeypatch.setattr(taking, "copy_changed", copied)
    monkeypatch.setattr(taking, "_offsets", offsets)
    monkeypatch.setattr(taking, "_running", lambda *_: frozenset({"kafka"}))
    return found


def test_the_database_is_copied_first_then_the_spool_and_kafka_last_while_it_is_away(
    done: list[str], tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    (home.path / "kafka").mkdir()
    (home.path / "kafka" / "0.log").write_text("beacons")
    settings = Settings().model_copy(update={"home": home.path})
    taking.take(settings, tmp_path / "copy", lambda *_: None)
    expected = ["database", "offsets", "spool", "undeliverable", "kafka", "Kafka stops", "kafka"]
    assert done == [*expected, "Kafka starts"]
    manifest = Manifest.read(tmp_path / "copy")
    assert (manifest.postgres, manifest.offsets) == ("18", {"events": {"0": 9}})
    assert "kafka/0.log" in manifest.files
    assert manifest.differences(tmp_path / "copy") == []

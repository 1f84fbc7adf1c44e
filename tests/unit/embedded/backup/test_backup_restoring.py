"""A restore refuses what would cost data, or what could not be read here, and touches nothing then."""

from pathlib import Path

import psutil
import pytest

from chronos.embedded.backup import database, restoring
from chronos.embedded.backup.errors import HasData, MustNotRun, OtherVersion
from chronos.embedded.backup.manifest import FORMAT, Manifest
from chronos.embedded.home import Home
from chronos.embedded.jars import kafka_version
from chronos.embedded.state import RUNNING, ServiceState, State
from chronos.settings import Settings


def manifest(kafka: str = "4.3.1") -> Manifest:
    return Manifest(FORMAT, "2026-11-28T10:00:00+00:00", "0.1.0", "18", kafka, {}, {})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


def restore(home: Home) -> None:
    source = home.path.parent / "copy"
    source.mkdir()
    restoring.restore(Settings().model_copy(update={"home": home.path}), source, manifest())


@pytest.mark.parametrize("folder", ["kafka/data", "kafka-2", "spool/worker-6066", "undeliverable"])
def test_what_is_there_is_not_written_over(home: Home, folder: str) -> None:
    precious = home.path / folder / "0.log"
    precious.parent.mkdir(parents=True)
    precious.write_text("beacons")
    with pytest.raises(HasData, match=str(home.path / folder.partition("/")[0])):
        restore(home)
    assert precious.read_text() == "beacons"
    assert not list(home.path.glob(f"*{restoring.SUFFIX}"))


def test_nothing_is_put_below_what_runs(home: Home) -> None:
    own = psutil.Process()
    service = ServiceState("kafka", RUNNING, own.pid, create_time=own.create_time())
    State(1, [service]).write(home)
    with pytest.raises(MustNotRun, match="kafka"):
        restore(home)


def test_data_of_a_newer_kafka_is_not_given_to_an_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "verify", lambda *_: None)
    manifest(kafka_version()).write(tmp_path)
    assert restoring.check(tmp_path).kafka == kafka_version()
    manifest("99.0.0").write(tmp_path)
    with pytest.raises(OtherVersion, match=r"99\.0\.0"):
        restoring.check(tmp_path)

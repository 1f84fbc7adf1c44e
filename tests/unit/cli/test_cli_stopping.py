"""`chronos stop` says when beacons are not taken any more, and stops whatever is wrong with the settings."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import seen_states as states
from click.testing import Result
from project import Project
from seen_states import EVENTS

from chronos import addresses
from chronos.cli import looking, stopping
from chronos.embedded.client import Overview
from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, Desired, ServiceState, State
from chronos.errors import ServiceError
from chronos.kafka_state import KafkaState

BROKERS = ("kafka-1", "kafka-2", "kafka-3")


def seen(*in_sync: int) -> KafkaState:
    """A cluster of which only these brokers are there."""
    first = replace(states.partition(EVENTS), replicas=(1, 2, 3), in_sync=in_sync)
    found = states.kafka(first, configs={"min.insync.replicas": "2"})
    return replace(found, brokers=dict.fromkeys(in_sync, "host"), known=frozenset({1, 2, 3}))


def said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, state: KafkaState | None, *names: str
) -> str:
    async def look(*_: Any) -> KafkaState:
        if state is None:
            raise ServiceError(service="Kafka", reason="no broker answers")
        return state

    monkeypatch.setattr(looking, "kafka", look)
    monkeypatch.setattr(addresses, "kafka", lambda _: "there:1")
    running = [ServiceState(name, RUNNING, 7) for name in BROKERS[: len(state.brokers) if state else 3]]
    stopping._warn(states.settings(), Overview(Desired(BROKERS), running, True), frozenset(names))
    return capsys.readouterr().err


def test_it_is_said_when_too_few_are_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said(capsys, monkeypatch, seen(1, 2), "kafka-2")
    assert text.startswith("Without kafka-2 1 partitions take nothing, since kafka-3 is away: beacons go to")
    text = said(capsys, monkeypatch, seen(1, 2, 3), "kafka-2", "kafka-3")
    assert text.startswith("Without kafka-2 and kafka-3 1 partitions take nothing: beacons go to the spool")


def test_nothing_is_said_where_enough_are_left_all_are_meant_or_nobody_knows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(capsys, monkeypatch, seen(1, 2, 3), "kafka-3") == ""
    assert said(capsys, monkeypatch, seen(1, 2, 3), *BROKERS) == ""
    assert said(capsys, monkeypatch, seen(1, 2), "worker-1") == ""
    assert said(capsys, monkeypatch, None, "kafka-3") == ""


@pytest.fixture
def worker(config: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is found as worker-1 of this folder, and that nobody looks after."""
    home = Home(config.parent / ".chronos")
    home.make()
    marker = str(home.path / "faust" / "worker-1")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", marker]) as process:
        born = psutil.Process(process.pid).create_time()
        State(1, [ServiceState("worker-1", RUNNING, process.pid, born)]).write(home)
        Desired(("worker-1",), 1).write(home)
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("text", "says"),
    [("x = [", "not TOML"), ("[web]\nport = 0", "line 2: web.port = 0")],
    ids=["no TOML", "value"],
)
def test_what_runs_is_stopped_whatever_is_wrong_with_the_file(
    config: Path, worker: "subprocess.Popen[bytes]", text: str, says: str
) -> None:
    config.write_text(text)
    said = Project(config.parent).run("stop", "worker")
    assert says in said
    assert f"Stopping what runs in {config.parent / '.chronos'} all the same" in said
    assert said.startswith("Stopped worker-1\n")
    assert worker.wait(30) < 0


def test_what_is_elsewhere_by_a_file_with_a_wrong_value_is_found(
    run: Callable[..., Result], config: Path, tmp_path: Path
) -> None:
    Home(tmp_path / "other").make()
    config.write_text('home = "other"\n[web]\nport = 0')
    assert f"Stopping what runs in {tmp_path / 'other'}" in run("stop").stderr


def test_where_nothing_ever_ran_the_file_is_to_be_mended(run: Callable[..., Result], config: Path) -> None:
    config.write_text("x = [")
    assert "all the same" not in run("stop", code=1).stderr

import shutil
from pathlib import Path

import pytest

from chronos.embedded import client
from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, STOPPED, Desired, ServiceState, State


def test_nothing_is_desired_at_first(home: Home) -> None:
    assert Desired.read(home) == Desired()
    assert State.read(home) == State()


def test_change_is_a_new_revision_with_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_PORT", "7000")
    monkeypatch.setenv("CHRONOS_CONFIG", "/some/chronos.toml")
    Desired().changed({"postgres", "kafka"}).write(home)
    environment = {"CHRONOS_CONFIG": "/some/chronos.toml", "CHRONOS_WEB_PORT": "7000"}
    assert Desired.read(home) == Desired(("kafka", "postgres"), 1, environment)
    assert Desired.read(home).changed(set()).revision == 2


def test_environment_names_the_configuration_file_always(home: Home) -> None:
    assert Desired().changed(set()).environment["CHRONOS_CONFIG"].endswith("/chronos.toml")


def test_state_is_read_as_it_was_written(home: Home) -> None:
    state = State(
        3, [ServiceState("kafka", RUNNING, 1, 2.5, "127.0.0.1:9092", restarts=1, error="x", note="y")]
    )
    state.write(home)
    assert State.read(home) == state


def test_overview_corrects_what_is_no_longer_true(home: Home) -> None:
    State(1, [ServiceState("kafka", RUNNING, 2**22 + 1, 1.0)]).write(home)
    Desired(("kafka",), 1).write(home)
    seen = client.overview(home)
    assert (seen.services[0].state, seen.services[0].pid, seen.supervised) == (STOPPED, None, False)
    assert seen.services[0].error == "its process is gone"
    assert seen.not_running == ["kafka"]


def test_what_runs_for_a_folder_does_not_run_for_its_copy(home: Home, tmp_path: Path) -> None:
    State(3, [ServiceState("kafka", RUNNING, 1, 2.5, "127.0.0.1:9092")]).write(home)
    copy = Home(tmp_path / "copy")
    shutil.copytree(home.path, copy.path)
    assert State.read(copy) == State()
    assert State.read(home).services[0].pid == 1

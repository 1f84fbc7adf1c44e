"""Workers that share a state directory have folders of their own, and find again what is theirs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chronos.containers import slots
from chronos.containers.errors import NoSlot, NotWritable

HOLD = "from pathlib import Path; from chronos.containers import slots; import sys, os; "
EXEC = "print(slots.take(Path(sys.argv[1])), flush=True); os.execvp('cat', ['cat'])"


def holder(home: Path) -> "subprocess.Popen[str]":
    """A process that takes a slot and then becomes another program, as a worker does."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD + EXEC, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def name_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_each_has_its_own_until_it_ends_and_what_it_left_goes_to_the_next(tmp_path: Path) -> None:
    with holder(tmp_path) as first, holder(tmp_path) as second:
        taken = {name_of(first): first, name_of(second): second}
        assert set(taken) == {"slot-1", "slot-2"}
        taken["slot-1"].kill()
        taken["slot-1"].wait()
        with holder(tmp_path) as third:
            assert name_of(third) == "slot-1"
            third.kill()
        taken["slot-2"].kill()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "slots").write_text("a file is in the way")
    with pytest.raises(NotWritable, match="cannot be written"):
        slots.take(tmp_path)


def test_there_are_so_many_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MOST", 0)
    with pytest.raises(NoSlot, match="There are 0 workers"):
        slots.take(tmp_path)


def test_a_worker_is_run_in_place_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from chronos.cli import main

    became: list[tuple[list[str], str]] = []

    def execute(_: str, command: list[str], environment: dict[str, str]) -> None:
        became.append((command[1:], environment["CHRONOS_WORKER"]))

    monkeypatch.setattr(os, "execve", execute)
    monkeypatch.setenv("CHRONOS_HOME", str(tmp_path))
    assert CliRunner().invoke(main, ["worker", "--log-level", "warning"]).exit_code == 0
    monkeypatch.setenv("CHRONOS_WORKER", "mine")
    assert CliRunner().invoke(main, ["worker"]).exit_code == 0
    monkeypatch.setenv("CHRONOS_LOG_FORMAT", "json")
    assert CliRunner().invoke(main, ["worker"]).exit_code == 0
    assert became == [
        (["-m", "faust", "-A", "chronos", "worker", "-l", "warning"], "slot-1"),
        (["-m", "faust", "-A", "chronos", "worker"], "mine"),  # [log] level says it
        (["-m", "faust", "--quiet", "-A", "chronos", "worker"], "mine"),
    ]

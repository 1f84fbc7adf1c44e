"""An interrupt ends a command without a word, whenever it comes."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

CONSOLE_SCRIPT = (sys.executable, str(Path(sys.executable).with_name("chronos")))
MODULE = (sys.executable, "-m", "chronos")
INTERRUPT = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)"


def run(
    program: Sequence[str], *arguments: str, instead_of: str, folder: Path, hold: str = INTERRUPT
) -> tuple[int, str]:
    """Exit code and words of a command that is interrupted when it imports a module."""
    (folder / f"{instead_of}.py").write_text(hold)
    done = subprocess.run(
        [*program, *arguments],
        env={"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=50,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("program", [CONSOLE_SCRIPT, MODULE], ids=["chronos", "python -m chronos"])
@pytest.mark.parametrize("module", ["click", "pydantic"], ids=["the command line", "what a command needs"])
def test_while_it_imports(program: Sequence[str], module: str, tmp_path: Path) -> None:
    assert run(program, "status", instead_of=module, folder=tmp_path) == (130, "")


def test_not_where_interrupts_are_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a process that is started has it, too
    try:
        (tmp_path / "click.py").write_text(INTERRUPT.replace("60", "0") + "; raise SystemExit(7)")
        done = subprocess.run([*MODULE], env={"PYTHONPATH": str(tmp_path)}, timeout=50, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.returncode == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_is_an_interrupt_too(number: int, tmp_path: Path) -> None:
    """So what a command does when it is interrupted is done: here, in the middle of an import."""
    hold = f"import os, signal, time; os.kill(os.getpid(), {int(number)}); time.sleep(60)"
    code, said = run(MODULE, "status", instead_of="pydantic", folder=tmp_path, hold=hold)
    assert (code, said) == (130, "")


def test_a_command_outlives_its_terminal_where_that_was_asked_for(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        hold = "import os, signal; os.kill(os.getpid(), signal.SIGHUP); raise SystemExit(7)"
        assert run(MODULE, "status", instead_of="pydantic", folder=tmp_path, hold=hold) == (7, "")
    finally:
        signal.signal(signal.SIGHUP, before)

"""Docker's program is called, heard and ended in time."""

import sys
import time

import pytest

from chronos.containers import engine
from chronos.containers.errors import CommandFailed, EngineAway, NoDocker

STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
print("begun", flush=True)
time.sleep(60)
"""


def test_each_line_is_told_when_it_is_said() -> None:
    told: list[str] = []
    said = engine.stream(
        [sys.executable, "-c", "print('a'); print('b'); raise SystemExit(3)"], None, told.append
    )
    assert (told, said) == (["a", "b"], ["a", "b", "3"])


def test_what_takes_too_long_is_ended_and_known_as_late() -> None:
    began = time.monotonic()
    said = engine.stream([sys.executable, "-c", STUBBORN], None, lambda _: None, 3)
    assert said[-1] == engine.LATE
    assert time.monotonic() - began < 60


def test_a_program_that_is_not_there_is_docker() -> None:
    for call in (engine.run, lambda command: engine.stream(command, None, print)):
        with pytest.raises(NoDocker):
            call(["no-such-program"])  # type: ignore[operator]


def test_a_failure_says_its_last_words() -> None:
    program = "import sys; sys.exit('first\\nError response from daemon: the last\\n')"
    with pytest.raises(CommandFailed, match=r"failed: the last$"):
        engine.run([sys.executable, "-c", program])


def test_an_engine_that_does_not_answer_is_away() -> None:
    with pytest.raises(EngineAway, match="no answer within 1 s"):
        engine.run([sys.executable, "-c", "import time; time.sleep(60)"], seconds=1)


def test_json_comes_as_a_list_or_by_lines() -> None:
    expected = [{"a": 1}, {"a": 2}]
    assert engine.objects('[{"a": 1}, {"a": 2}]') == expected
    assert engine.objects('{"a": 1}\n{"a": 2}\n') == expected

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from click.testing import Result

from chronos.embedded.home import Home
from chronos.embedded.logs import aside
from chronos.embedded.state import Desired

Run = Callable[..., Result]

LOGS = {
    "kafka": ["2026-11-28 10:00:01,500 [main] INFO started", "2026-11-28 10:00:04,000 [main] WARN slow"],
    "worker-1": [
        "+banner+",
        "[2026-11-28 10:00:00,100] [1] [INFO] Starting...",
        "Traceback:",
        "[2026-11-28 10:00:03,000] [1] [INFO] Ready",
    ],
    "worker-2": ["[2026-11-28 10:00:02,000] [2] [INFO] Ready"],
}


@pytest.fixture
def home(config: Path) -> Home:
    """Where two workers and Kafka should run, and have written."""
    made = Home(config.parent / ".chronos")
    made.make()
    Desired(("kafka", "worker-1", "worker-2"), 1).write(made)
    for name, lines in LOGS.items():
        made.log(name).write_text("".join(f"{line}\n" for line in lines))
    return made


def test_one_service_is_shown_as_it_wrote(run: Run, home: Home) -> None:
    assert run("log", "worker-1").output.splitlines() == LOGS["worker-1"]
    assert run("log", "worker-1", "-n", "2").output.splitlines() == LOGS["worker-1"][-2:]


def test_several_come_in_the_order_of_their_times_with_their_names(run: Run, home: Home) -> None:
    assert run("log", "kafka", "worker").output.splitlines() == [
        "worker-1 | +banner+",
        "worker-1 | [2026-11-28 10:00:00,100] [1] [INFO] Starting...",
        "worker-1 | Traceback:",
        "kafka    | 2026-11-28 10:00:01,500 [main] INFO started",
        "worker-2 | [2026-11-28 10:00:02,000] [2] [INFO] Ready",
        "worker-1 | [2026-11-28 10:00:03,000] [1] [INFO] Ready",
        "kafka    | 2026-11-28 10:00:04,000 [main] WARN slow",
    ]


def test_since_a_time_of_this_machine(run: Run, home: Home) -> None:
    said = run("log", "kafka", "worker", "--since", "2026-11-28T10:00:02.5").output.splitlines()
    assert [line.rpartition(" ")[2] for line in said] == ["Ready", "slow"]
    assert run("log", "kafka", "--since", "10m").output == ""
    assert run("log", "kafka", "--since", "99999d", "-n", "1").output.splitlines() == LOGS["kafka"][-1:]


@pytest.mark.parametrize("since", ["10x", "yesterday", "2026-13-01"])
def test_what_is_no_time_is_refused_with_examples(run: Run, home: Home, since: str) -> None:
    said = run("log", "kafka", "--since", since, code=2).output
    assert repr(since) in said
    assert "30m" in said


def test_an_unknown_service_names_the_known(run: Run, home: Home) -> None:
    assert (
        "kafka, postgres, worker, kafka-N, worker-N, supervisor"
        in run("log", "kafka", "redis", code=2).output
    )
    assert "there are: kafka, worker-1, worker-2" in run("log", "worker-3", code=1).output


def test_without_a_service_the_known_are_named(run: Run, home: Home) -> None:
    said = run("log", "-f", code=2).output
    assert (
        "name a service, or several: known are kafka, postgres, worker, kafka-N, worker-N, supervisor" in said
    )


def test_names_have_colours_in_a_terminal_only(home: Home) -> None:
    command = [sys.executable, "-m", "chronos", "log", "kafka", "worker"]
    said = pexpect.run(" ".join(command), encoding="utf-8", timeout=60)
    assert "\x1b[36mkafka    | \x1b[0m2026" in said


def test_following_goes_on_when_a_log_is_put_aside_until_ctrl_c(home: Home) -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "chronos", "log", "kafka", "worker-1", "-n", "1", "-f"],
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "TERM": "dumb"},
    )
    child.expect("WARN slow")
    with home.log("kafka").open("a") as file:
        file.write("2026-11-28 10:00:05,000 [main] last words\n")
    home.log("kafka").replace(aside(home.log("kafka")))
    child.expect("last words")
    home.log("kafka").write_text("2026-11-28 10:00:06,000 [main] a new life\n")
    child.expect("a new life")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert "Traceback" not in str(child.before)
    assert "Aborted" not in str(child.before)
    assert child.exitstatus == 0

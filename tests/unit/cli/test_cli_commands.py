import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from chronos.cli import main, selection
from chronos.settings import Settings

Run = Callable[..., Result]
THREE_BROKERS = Settings().model_copy(update={"kafka": Settings().kafka.model_copy(update={"brokers": 3})})
KAFKA_ELSEWHERE = Settings().model_copy(
    update={"kafka": Settings().kafka.model_copy(update={"bootstrap": "broker:9092"})}
)


def test_commands_come_in_the_order_in_which_one_meets_them(run: Run) -> None:
    output = run("--help").output
    listed = [line.split()[0] for line in output.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == [
        "init",
        "start",
        "stop",
        "restart",
        "status",
        "log",
        "doctor",
        "demo",
        "topics",
        "alerts",
        "psql",
        "export",
        "replay",
        "migrate",
        "install-kafka",
        "install-pipeline",
        "views",
        "windows",
        "sinks",
        "events",
        "dashboards",
        "key",
        "origin",
        "snippet",
        "config",
        "backup",
        "restore",
        "worker",
        "completion",
        "help",
    ]


def commands(command: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    """The names of a command and of all below it."""
    yield names
    for name, inner in command.commands.items() if isinstance(command, click.Group) else ():
        yield from commands(inner, *names, name)


each_command = pytest.mark.parametrize("names", list(commands(main)), ids=" ".join)


def examples(text: str) -> list[str]:
    """The lines of the block of examples in a help."""
    _, _, rest = text.partition("\n  Example")
    return [line.strip() for line in rest.partition("\n\n")[0].splitlines()[1:]]


def words(example: str) -> list[str]:
    """What an example types behind `chronos`, up to the next shell's word, or what it says about that."""
    found = re.search(r"(?<![/\w])chronos((?: (?!  )[^ |>)'\"]+|\"[^\"]*\")*)", example)
    return shlex.split(found[1]) if found else []


@each_command
def test_every_command_has_examples_of_itself(run: Run, names: tuple[str, ...]) -> None:
    lines = examples(run(*names, "--help").output)
    assert [line for line in lines if " ".join(("chronos", *names)) in line], lines
    for line in lines:
        found: click.Command = main
        for word in words(line):
            if isinstance(found, click.Group) and not (found.invoke_without_command and word[0] == "-"):
                assert word in found.commands, line
                found = found.commands[word]


@each_command
def test_help_of_a_command_is_its_option(run: Run, names: tuple[str, ...]) -> None:
    assert run("help", *names).output == run(*names, "--help").output


def test_help_of_what_there_is_not(run: Run) -> None:
    assert "did you mean start?" in run("help", "strat", code=2).output
    assert "known are list, new, revoke" in run("help", "key", "x", code=2).output
    assert "start has none below it" in run("help", "start", "now", code=2).output


@pytest.mark.parametrize("command", ["start", "stop", "restart", "migrate", "views rebuild"])
def test_commands_that_take_long_can_be_quiet(run: Run, command: str) -> None:
    assert "--quiet" in run(*command.split(), "--help").output


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from chronos.cli import main; main(['--help'], standalone_mode=False);"
        "print({'faust', 'pydantic', 'aiokafka', 'asyncpg', 'psutil'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.splitlines()[-1] == "set()"


@pytest.mark.parametrize("command", ["start", "stop", "restart", "log"])
def test_unknown_service_is_wrong_usage_and_names_the_known(run: Run, command: str) -> None:
    output = run(command, "redis", code=2).output
    assert "no service 'redis'" in output
    assert "kafka, postgres, worker" in output


@pytest.mark.parametrize("command", ["start", "stop", "restart", "status", "log worker", "key list"])
def test_without_a_project_the_next_step_is_init(run: Run, command: str) -> None:
    output = run(*command.split(), code=1).output
    assert output.startswith("Error: There is no ")
    assert "chronos init" in output
    assert len(output.splitlines()) == 1


def test_migrate_without_a_database_says_where_to_name_one(run: Run, config: Path) -> None:
    assert "CHRONOS_TIMESCALEDB_URL" in run("migrate", code=1).output


def test_wrong_settings_are_told_by_every_command(run: Run, config: Path) -> None:
    config.write_text("[web]\nprot = 1\n")
    for command in ("start", "status", "migrate"):
        assert "web.prot" in run(command, code=1).output


def test_stop_without_anything_running(run: Run, config: Path) -> None:
    assert "Nothing of that was running" in run("stop").output


def test_log_shows_the_last_lines(run: Run, config: Path) -> None:
    assert "`chronos start` makes" in run("log", "kafka", code=1).output
    folder = config.parent / ".chronos" / "log"
    folder.mkdir(parents=True)
    (folder / "worker-1.log").write_text("one\ntwo\nthree\n")
    assert run("log", "worker", "-n", "2").output == "two\nthree\n"


@pytest.mark.parametrize(
    ("given", "workers", "desired", "names"),
    [
        ((), None, (), "kafka postgres worker-1"),
        ((), 2, (), "kafka postgres worker-1 worker-2"),
        ((), None, ("worker-1", "worker-2"), "kafka postgres worker-1 worker-2"),
        (("kafka",), None, (), "kafka"),
        (("postgres", "kafka"), None, (), "kafka postgres"),
        (("worker",), None, (), "kafka postgres worker-1"),
        (("worker-2",), None, (), "kafka postgres worker-2"),
    ],
)
def test_what_start_starts(
    given: tuple[str, ...], workers: int | None, desired: tuple[str, ...], names: str
) -> None:
    chosen = selection.to_start(given, workers, Settings(), desired)
    assert chosen.names == set(names.split())
    assert chosen.edit(set(desired)) == chosen.names | set(desired)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (("kafka",), "kafka-1 kafka-2 kafka-3"),
        (("kafka-2",), "kafka-2"),
        (("worker",), "kafka-1 kafka-2 kafka-3 postgres worker-1"),
    ],
)
def test_kafka_means_all_brokers(given: tuple[str, ...], names: str) -> None:
    assert selection.to_start(given, None, THREE_BROKERS, ()).names == set(names.split())
    running = {"kafka-1", "kafka-2", "kafka-3", "postgres", "worker-1"}
    left = running - {name for name in names.split() if name.startswith("kafka")}
    if "worker" not in given:
        assert selection.to_stop(given, running, THREE_BROKERS).edit(running) == left


def test_fewer_workers_than_before() -> None:
    chosen = selection.to_start(("worker",), 1, Settings(), ("worker-1", "worker-2"))
    assert chosen.edit({"kafka", "worker-1", "worker-2"}) == {"kafka", "postgres", "worker-1"}


def test_service_with_an_address_is_used_and_not_started() -> None:
    chosen = selection.to_start((), None, KAFKA_ELSEWHERE, ("kafka",))
    assert chosen.names == {"postgres", "worker-1"}
    assert chosen.edit({"kafka"}) == {"postgres", "worker-1"}
    assert "broker:9092" in chosen.elsewhere[0]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ((), set()),
        (("worker",), {"kafka", "postgres"}),
        (("worker-2",), {"kafka", "postgres", "worker-1"}),
        (("kafka",), {"postgres", "worker-1", "worker-2"}),
    ],
)
def test_what_stop_leaves(given: tuple[str, ...], left: set[str]) -> None:
    running = {"kafka", "postgres", "worker-1", "worker-2"}
    chosen = selection.to_stop(given, running, Settings())
    assert chosen.edit(running) == left
    assert chosen.names >= running - left


def test_what_cannot_be_written_is_said_in_a_line(run: Run, config: Path) -> None:
    (config.parent / ".chronos").write_text("in the way")
    said = run("start", "postgres", code=1).output
    assert re.fullmatch(
        r"Error: \S+\.chronos\S* cannot be read or written \(Not a directory\): .*\n", said
    ), said
    (config.parent / ".chronos").unlink()
    (config.parent / ".chronos.toml.lock").unlink(missing_ok=True)
    (config.parent / ".chronos.toml.lock").mkdir()
    said = run("key", "new", code=1).output
    assert "chronos.toml.lock cannot be read or written (Is a directory)" in said


@pytest.mark.parametrize("command", ["replay --from 1d", "topics", "install-kafka"])
def test_kafka_that_is_away_is_told_in_the_same_words(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", "postgresql://shop@127.0.0.1:1/shop")
    said = run(*command.split(), code=1).output
    assert said.endswith("Error: Kafka at 127.0.0.1:1: no broker answers\n")

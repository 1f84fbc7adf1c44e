"""The commands, where everything runs in containers, or should not."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from chronos import settings
from chronos.cli import asking, main, ways
from chronos.containers import working
from chronos.containers.record import Record
from chronos.embedded.chosen import Chosen
from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, ServiceState, State


@pytest.fixture(autouse=True)
def project() -> Home:
    CliRunner().invoke(main, ["init"])
    return Home(settings.load().home)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def put_docker(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have `docker` be a shell script."""
    program = folder / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_without_docker_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    result = invoke("start", "--docker")
    assert result.exit_code == 1
    assert "There is no program `docker` here" in result.output
    assert not Record.read(Home(settings.load().home)).chosen


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        ("2.12.0", 0, "Docker has no `compose` of version 2.30 or newer (it is 2.12.0)"),
        ("docker: 'compose' is not a docker command.", 1, "Docker has no `compose` of version 2.30"),
        (
            "Cannot connect to the Docker daemon at unix:///x. Is it running?",
            1,
            "engine is not to be reached",
        ),
    ],
)
def test_a_docker_that_will_not_do_is_told_from_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: int, expected: str
) -> None:
    # What these programs say, said by a program: none of them can be had in every version.
    put_docker(tmp_path, monkeypatch, f'echo "{said}" >&{2 if code else 1}\nexit {code}')
    result = invoke("start", "--docker")
    assert (result.exit_code, expected in result.output) == (1, True), result.output


@pytest.mark.parametrize("option", ["--grafana", "--pipelinedb", "--image=x:1", "--site=a.example"])
def test_options_of_containers_need_the_word(option: str) -> None:
    result = invoke("start", option)
    assert result.exit_code == 2
    assert "needs --docker" in result.output


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        ("CHRONOS_KAFKA_BOOTSTRAP", "kafka:9092", "[kafka] bootstrap"),
        ("CHRONOS_TIMESCALEDB_URL", "postgresql://a:b@c/d", "[timescaledb] url"),
    ],
)
def test_services_of_ones_own_are_not_replaced_in_silence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, setting: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = invoke("start", "--docker")
    assert result.exit_code == 1
    assert f"a service of your own ({setting})" in result.output


def test_names_that_only_containers_have_are_refused_elsewhere() -> None:
    for command in ("start", "stop"):
        result = invoke(command, "proxy")
        assert result.exit_code == 1
        assert "There is no service 'proxy': known are kafka, postgres, worker" in result.output


def test_a_new_key_reaches_the_containers(project: Home) -> None:
    Record.read(project).but(chosen=True).write(project)
    key = invoke("key", "new", "shop").output.strip()
    config = project.path / "docker" / "config" / "chronos.toml"
    assert key in config.read_text()
    assert invoke("key", "revoke", key).exit_code == 0
    assert "revoked" in config.read_text()


def test_without_containers_no_key_is_copied(project: Home) -> None:
    invoke("key", "new", "shop")
    assert not (project.path / "docker").exists()


def test_the_proxy_is_the_address_of_everything(project: Home) -> None:
    Record.read(project).but(chosen=True).write(project)
    port = Chosen(project).port("docker-proxy", 6066)
    assert ways.of(settings.load()).web == f"http://127.0.0.1:{port}"
    Record.read(project).but(site="stats.example.com").write(project)
    assert ways.of(settings.load()).web == "https://stats.example.com"


@pytest.mark.parametrize(
    "arguments", [["backup", "copy"], ["install-kafka"], ["install-kafka", "--brokers", "3"]], ids=" ".join
)
def test_what_is_for_services_without_containers_touches_nothing(project: Home, arguments: list[str]) -> None:
    Record.read(project).but(chosen=True).write(project)
    result = invoke(*arguments)
    assert result.exit_code == 1
    assert f"Everything runs in containers here, and `chronos {arguments[0]}` is for" in result.output
    assert not project.desired.exists()
    assert not (project.path / "kafka").exists()


INSPECTED = """[
  {"Name": "/PROJECT-worker-1", "State": {"Running": true, "Pid": 7, "StartedAt": "2026-11-28T10:52:41.1Z"}},
  {"Name": "/PROJECT-worker-2", "State": {"Running": true, "Pid": 8, "StartedAt": "2026-11-28T10:52:41.1Z"}},
  {"Name": "/PROJECT-kafka-1-1", "State": {"Running": true, "Pid": 9, "StartedAt": "2026-11-28T10:52:41.1Z"}}
]"""
# It notes how it was called, and says what an engine would say of two workers and a broker; none is asked.
ENGINE = """
echo "$@" >> FOLDER/called
case "$1" in
    compose) echo 2.40.3 ;;
    ps) echo a b c ;;
    inspect) cat FOLDER/inspected ;;
    logs)
        case "$*" in
            *worker-1) printf "2026-11-28T10:00:0%s\\n" "1.000000000Z one" "3.000000000Z three" ;;
            *) echo "2026-11-28T10:00:02.000000000Z two" >&2 ;;
        esac ;;
    exec)
        answer='{"status": 200, "body": "{\\"status\\": \\"ready\\"}"}'
        case "$2" in
            --interactive) while read path; do echo "$answer"; done ;;
            *) echo "$answer" ;;
        esac ;;
esac
"""


CHANGING = ("start", "stop", "restart", "compose pull", "compose up", "compose stop")


@pytest.fixture
def called(project: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """How Docker was called to change something, without the name of the project."""
    put_docker(tmp_path, monkeypatch, ENGINE.replace("FOLDER", str(tmp_path)))
    record = Record.read(project).but(chosen=True, runs=True, image="x:1")
    record.write(project)
    (tmp_path / "inspected").write_text(INSPECTED.replace("PROJECT", record.project))

    def lines() -> list[str]:
        found = [line.replace(record.project, "P") for line in (tmp_path / "called").read_text().splitlines()]
        changes = [re.sub(r"^compose .*compose.yml (--progress plain )?", "compose ", line) for line in found]
        return [one for one in changes if one.startswith(CHANGING)]

    return lines


def test_restart_restarts_containers_one_by_one(project: Home, called: Callable[[], list[str]]) -> None:
    assert invoke("restart", "worker").exit_code == 0
    assert called() == [
        "compose pull --policy missing --ignore-buildable",
        "compose up --detach --no-build --wait worker",
        "restart P-worker-1",
        "restart P-worker-2",
    ]
    assert not project.desired.exists()


def test_a_restart_waits_for_each_worker_before_the_next(
    called: Callable[[], list[str]], tmp_path: Path
) -> None:
    assert invoke("restart", "worker").exit_code == 0
    steps = re.findall(r"(?m)^(restart|exec) .*-(worker-\d)\b", (tmp_path / "called").read_text())
    started = [("exec", "worker-1"), ("exec", "worker-2")]
    assert steps == [*started, *((step, name) for _, name in started for step in ("restart", "exec"))]


def test_no_broker_is_restarted_while_another_one_lacks_something(
    called: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "_of_broker", lambda *_: None)
    monkeypatch.setattr(working, "lacked", lambda name, _: f"others lack what {name} has")
    result = invoke("restart", "kafka-1", "--timeout", "0")
    assert result.exit_code == 1
    assert (
        "Not restarted, so that beacons are still taken: kafka-1: others lack what kafka-1" in result.output
    )
    assert not [one for one in called() if one.startswith("restart")]
    monkeypatch.setattr(working, "lacked", lambda *_: None)
    assert invoke("restart", "kafka-1").exit_code == 0
    assert called()[-1] == "restart P-kafka-1-1"


def test_containers_and_embedded_services_do_not_run_beside_each_other(
    project: Home, called: Callable[[], list[str]]
) -> None:
    said = invoke("start", "--embedded", "kafka")
    assert (said.exit_code, "Something in containers of this" in said.output) == (1, True), said.output
    own = psutil.Process()
    service = ServiceState("postgres", RUNNING, own.pid, create_time=own.create_time())
    State(1, [service]).write(project)
    said = invoke("start", "--docker")
    assert (said.exit_code, "Something embedded of this" in said.output) == (1, True), said.output
    assert not project.desired.exists()
    assert not (project.path / "log" / "docker-build.log").exists()


def test_with_grafana_the_role_by_which_it_reads_is_made(
    called: Callable[[], list[str]], tmp_path: Path
) -> None:
    invoke("start", "--docker", "--image", "x:1", "--grafana")
    said = (tmp_path / "called").read_text()
    assert "worker chronos dashboards role --password-file /run/secrets/chronos_reader_password" in said


def test_one_worker_is_stopped_and_started_by_itself(project: Home, called: Callable[[], list[str]]) -> None:
    assert invoke("stop", "worker-2").output == "Stopped worker-2\n"
    assert Record.read(project).stopped == ("worker-2",)
    assert invoke("start", "worker-2").exit_code == 0
    assert Record.read(project).stopped == ()
    assert invoke("restart", "worker-1").exit_code == 0
    assert called() == ["stop P-worker-2", "start P-worker-2", "start P-worker-1", "restart P-worker-1"]


def test_what_was_stopped_by_hand_is_not_missing(project: Home, called: Callable[[], list[str]]) -> None:
    assert invoke("stop", "kafka-1", "worker-1").output == "Stopped kafka-1, worker-1\n"
    assert called() == ["stop P-worker-1", "compose stop kafka-1"]
    desired = ways.of(settings.load()).look().desired.services
    assert "kafka-2" in desired
    assert not {"kafka-1", "worker-1"} & {*desired}
    assert invoke("stop").exit_code == 0
    assert Record.read(project).stopped == ()
    assert ways.of(settings.load()).look().desired.services == ()


def test_a_worker_that_there_is_not_is_named(called: Callable[[], list[str]]) -> None:
    for command in ("stop", "start", "log"):
        result = invoke(command, "worker-7")
        assert result.exit_code == 1
        assert "There is no service 'worker-7' in containers here" in result.output
        assert "worker-1, worker-2" in result.output
    assert called() == []


def test_logs_of_several_come_by_time(called: Callable[[], list[str]], tmp_path: Path) -> None:
    assert invoke("log", "kafka-1", "worker-1", "-n", "9").output.splitlines() == [
        "worker-1 | one",
        "kafka-1  | two",
        "worker-1 | three",
    ]
    assert (tmp_path / "called").read_text().count("logs --timestamps --tail=9") == 2


def test_workers_are_asked_in_their_containers(called: Callable[[], list[str]], tmp_path: Path) -> None:
    way = ways.of(settings.load())
    assert [worker.name for worker in way.workers()] == ["worker-1", "worker-2"]
    assert way.any_worker().get("/health", 10).status == 200
    assert "worker-1 python -m chronos.containers.inside /health" in (tmp_path / "called").read_text()
    assert way.entrances() == [way.web]
    assert (way.kafka_runs, way.database_runs) == (True, False)


def test_many_questions_to_a_worker_are_one_process_in_its_container(
    called: Callable[[], list[str]], tmp_path: Path
) -> None:
    with asking.talking(settings.load()) as ask:
        for path in ("/health", "/api/windows", "/api/windows/keys"):
            assert ask(path) == {"status": "ready"}
    assert (tmp_path / "called").read_text().count("exec ") == 1


def test_names_of_containers_are_offered(project: Home) -> None:
    Record.read(project).but(chosen=True, profiles=("grafana",)).write(project)
    offered = ways.of(settings.load()).names()
    assert {"kafka", "kafka-2", "postgres", "timescaledb", "worker-2", "proxy", "grafana"} <= {*offered}
    assert "pipelinedb" not in offered

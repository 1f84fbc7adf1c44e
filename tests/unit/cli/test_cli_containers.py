"""The commands, where everything runs in containers, or should not."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chronos import settings
from chronos.cli import main
from chronos.containers.record import Record
from chronos.embedded.chosen import Chosen
from chronos.embedded.home import Home


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
    from chronos.cli.overview import web_address

    Record.read(project).but(chosen=True).write(project)
    port = Chosen(project).port("docker-proxy", 6066)
    assert web_address(settings.load()) == f"http://127.0.0.1:{port}"
    Record.read(project).but(site="stats.example.com").write(project)
    assert web_address(settings.load()) == "https://stats.example.com"


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


def test_restart_restarts_containers_and_nothing_else(
    project: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It notes how it was called; no engine is asked.
    put_docker(tmp_path, monkeypatch, f'echo "$@" >> {tmp_path}/called')
    Record.read(project).but(chosen=True).write(project)
    assert invoke("restart", "worker").exit_code == 0
    called = [line for line in (tmp_path / "called").read_text().splitlines() if "compose.yml" in line]
    assert [line.split("plain ")[1] for line in called] == [
        "restart worker",
        "up --detach --no-build --wait worker",
    ]
    assert not project.desired.exists()

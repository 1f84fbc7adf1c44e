"""Everything in real containers, where there is an engine, and the images are to be had."""

import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from project import Project, free_port, new_project, within
from pytest_docker.plugin import Services, get_docker_services

from chronos import resources
from chronos.containers import engine, image
from chronos.containers.errors import ContainerError
from chronos.containers.record import Record
from chronos.embedded.home import Home

START_SECONDS = 900
PULL_SECONDS = 300
IMAGES = re.findall(r"(?m)^ *image: (?!\$)(\S+)$", resources.docker("compose.yml").read_text())
OF_PROFILES = re.compile(r"pipelinedb|grafana|prometheus")
FIRST, SECOND = "https://example.com/1", "https://example.com/2"


def quiet(*command: str, seconds: int = 60) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@pytest.fixture(scope="module")
def all_is_there() -> None:
    """Skip where Docker, or an image that is not ours, is not to be had."""
    try:
        engine.check()
    except ContainerError as error:
        pytest.skip(str(error))
    base = re.findall(r"(?m)^ARG PYTHON=(\S+)", resources.docker("Dockerfile").read_text())
    for name in (*base, *IMAGES):
        there = OF_PROFILES.search(name) or quiet("docker", "image", "inspect", name)
        if not there and not quiet("docker", "pull", "--quiet", name, seconds=PULL_SECONDS):
            pytest.skip(f"the image {name} is not to be had")


@pytest.fixture
def project(all_is_there: None) -> Iterator[Project]:
    made = new_project()
    record = Record.read(Home(made.home))
    yield made
    named = ["--project-name", record.project, "--file", str(resources.docker("compose.yml"))]
    subprocess.run(["docker", "compose", *named, "down", "--volumes"], check=True, timeout=120)
    made.remove()


@pytest.fixture
def by_hand(
    all_is_there: None, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """All of it by Compose alone, with the folders that docs/docker.md tells to make."""
    for name in ("secrets", "config"):
        (tmp_path / name).mkdir()
    password = secrets.token_hex(24)
    for name in ("postgres", "pipelinedb", "grafana", "chronos_reader"):
        (tmp_path / "secrets" / f"{name}_password").write_text(password)
    for name in ("timescaledb", "pipelinedb"):
        url = f"postgresql://chronos:{password}@{name}:5432/chronos\n"
        (tmp_path / "secrets" / f"{name}_url").write_text(url)
    (tmp_path / "config" / "chronos.toml").write_text(project.config.read_text())
    for path in tmp_path.glob("*/*"):
        path.chmod(0o644)
    ports = ("KAFKA_1_PORT", "KAFKA_2_PORT", "KAFKA_3_PORT", "TIMESCALEDB_PORT", "HTTP_PORT", "HTTPS_PORT")
    for name, value in {
        "SECRETS_DIR": str(tmp_path / "secrets"),
        "CONFIG_DIR": str(tmp_path / "config"),
        "WORKERS": "1",  # whose sinks are those that wait
        "IMAGE": image.ensure(tmp_path / "build.log", lambda text: None),
        **{name: str(free_port()) for name in ports},
    }.items():
        monkeypatch.setenv(name, value)
    setup = [f"up --detach --no-build --wait --wait-timeout {START_SECONDS}"]
    file, name = str(resources.docker("compose.yml")), f"chronos-test-{os.getpid()}"
    with get_docker_services("docker compose", file, name, setup, ["down --volumes"]) as services:
        yield services


def send(web: str, key: str, url: str) -> None:
    events = [["pageviews", url, "A page", int(time.time() * 1000)]]
    metadata = {"url": url, "uuid": "me"}
    body = json.dumps({"ACCESS_KEY": key, "data": {"events": events, "metadata": metadata}}).encode()
    with urllib.request.urlopen(f"{web}/api/events", body, timeout=30) as answer:
        assert json.load(answer) == {"success": True}


def key_of(project: Project) -> str:
    return str(json.loads(project.run("key", "list", "--json"))[0]["key"])


@pytest.mark.soak
@pytest.mark.timeout(START_SECONDS + 3 * PULL_SECONDS)
def test_by_compose_alone_beacons_are_taken_also_while_the_database_is_away(
    by_hand: Services, docker_ip: str, project: Project
) -> None:
    def compose(command: str) -> str:
        return str(by_hand._docker_compose.execute(command, ignore_stderr=True).decode())

    def stored(*urls: str) -> Callable[[], bool]:
        query = 'exec -T timescaledb psql -U chronos -Atc "select url from pageviews order by url"'
        return lambda: compose(query).split() == [*urls]

    def asked(path: str) -> int:
        return int(
            json.loads(compose(f"exec -T worker python -m chronos.containers.inside {path}"))["status"]
        )

    web, key = f"http://{docker_ip}:{by_hand.port_for('proxy', 80)}", key_of(project)
    send(web, key, FIRST)
    by_hand.wait_until_responsive(stored(FIRST), timeout=120, pause=0.5)
    compose("stop timescaledb")
    send(web, key, SECOND)
    by_hand.wait_until_responsive(lambda: asked("/health") == 503, timeout=60, pause=0.5)
    # What Docker asks: whoever acts on that is not to take workers away that lose nothing.
    compose("exec -T worker python -m chronos.containers.probe")
    assert asked("/health/ready") == 200
    compose("start timescaledb")
    by_hand.wait_until_responsive(stored(FIRST, SECOND), timeout=180, pause=0.5)


@pytest.mark.soak
@pytest.mark.timeout(START_SECONDS + 4 * PULL_SECONDS)
def test_a_beacon_becomes_a_row_and_none_is_lost_with_all_brokers_and_a_worker(project: Project) -> None:
    def urls() -> list[str]:
        return project.run("psql", "-Atc", "select url from pageviews order by url").split()

    start = subprocess.run(
        [sys.executable, "-m", "chronos", "start", "--docker", "--timeout", str(START_SECONDS)],
        cwd=project.folder,
        capture_output=True,
        text=True,
        timeout=START_SECONDS + PULL_SECONDS,
        check=False,
    )
    assert start.returncode == 0, start.stdout + start.stderr
    status = project.status()
    assert {one["state"] for one in status["services"]} == {"running"}
    assert {one["health"] for one in status["services"] if "health" in one} == {"ready"}
    send(status["web"], key_of(project), FIRST)
    assert within(60, lambda: urls() == [FIRST])
    check_commands(project)

    name = Record.read(Home(project.home)).project
    brokers = [f"{name}-kafka-{number}-1" for number in (1, 2, 3)]
    assert quiet("docker", "kill", *brokers)
    send(status["web"], key_of(project), SECOND)
    # Of the two workers, one has that beacon in its spool; whoever is left brings both to Kafka.
    assert quiet("docker", "rm", "--force", f"{name}-worker-1")
    assert quiet("docker", "start", *brokers)
    assert within(240, lambda: urls() == [FIRST, SECOND])
    assert "Stopped kafka-1" in project.run("stop")


def check_commands(project: Project) -> None:
    """Those that ask workers, Kafka and the database do so as they do without containers."""
    found = {one["name"]: one["state"] for one in json.loads(project.run("doctor", "--json"))["checks"]}
    for name in ("services", "worker-1", "worker-2", "windows", "write permission", "store_events"):
        assert found[name] == "ok", found
    assert json.loads(project.run("windows", "list", "--json"))["complete"]
    assert "all as the raw events say" in project.run("windows", "check", "event_types")
    assert "live" in project.run("views", "list")
    assert json.loads(project.run("topics", "--json"))["topics"]["events"]["messages"] >= 1
    assert json.loads(project.run("sinks", "list", "--json"))[0]["behind"] == 0
    assert " 0 are missing" in project.run("replay", "--from", "1h", "--dry-run")
    assert FIRST in project.run("export", "pageviews")
    assert project.run("stop", "worker-2") == "Stopped worker-2\n"
    assert {one["name"]: one["state"] for one in project.status()["services"]}["worker-2"] == "stopped"
    project.run("start", "worker-2")
    assert {one["name"]: one["state"] for one in project.status()["services"]}["worker-2"] == "running"

"""Everything in real containers, where there is an engine, and the images are to be had."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from project import Project, new_project, within

from chronos import resources
from chronos.containers import engine
from chronos.containers.errors import ContainerError
from chronos.containers.record import Record
from chronos.embedded.home import Home

START_SECONDS = 600
PULL_SECONDS = 300
IMAGES = re.findall(r"(?m)^ *image: (?!\$)(\S+)$", resources.docker("compose.yml").read_text())
OF_PROFILES = re.compile(r"pipelinedb|grafana|prometheus")


def quiet(*command: str, seconds: int = 60) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def check_there_is_all() -> None:
    """Skip where Docker, or an image that is not ours, is not to be had."""
    try:
        engine.check()
    except ContainerError as error:
        pytest.skip(str(error))
    base = re.findall(r"(?m)^ARG PYTHON=(\S+)", resources.docker("Dockerfile").read_text())
    for image in (*base, *IMAGES):
        there = OF_PROFILES.search(image) or quiet("docker", "image", "inspect", image)
        if not there and not quiet("docker", "pull", "--quiet", image, seconds=PULL_SECONDS):
            pytest.skip(f"the image {image} is not to be had")


@pytest.fixture
def project() -> Iterator[Project]:
    check_there_is_all()
    made = new_project()
    record = Record.read(Home(made.home))
    yield made
    named = ["--project-name", record.project, "--file", str(resources.docker("compose.yml"))]
    subprocess.run(["docker", "compose", *named, "down", "--volumes"], check=True, timeout=120)
    made.remove()


def send(web: str, key: str, url: str) -> None:
    events = [["pageviews", url, "A page", int(time.time() * 1000)]]
    metadata = {"url": url, "uuid": "me"}
    body = json.dumps({"ACCESS_KEY": key, "data": {"events": events, "metadata": metadata}}).encode()
    with urllib.request.urlopen(f"{web}/api/events", body, timeout=30) as answer:
        assert json.load(answer) == {"success": True}


@pytest.mark.soak
@pytest.mark.timeout(START_SECONDS + 3 * PULL_SECONDS)
def test_a_beacon_becomes_a_row_and_none_is_lost_with_all_brokers_and_a_worker(project: Project) -> None:
    def urls() -> list[str]:
        return project.run("psql", "-Atc", "select url from pageviews order by url").split()

    start = subprocess.run(
        [sys.executable, "-m", "chronos.cli", "start", "--docker", "--timeout", str(START_SECONDS)],
        cwd=project.folder,
        capture_output=True,
        text=True,
        timeout=START_SECONDS + PULL_SECONDS,
        check=False,
    )
    assert start.returncode == 0, start.stdout + start.stderr
    status = project.status()
    assert {one["state"] for one in status["services"]} == {"running"}
    key = json.loads(project.run("key", "list", "--json"))[0]["key"]
    send(status["web"], key, "https://example.com/1")
    assert within(60, lambda: urls() == ["https://example.com/1"])

    name = Record.read(Home(project.home)).project
    brokers = [f"{name}-kafka-{number}-1" for number in (1, 2, 3)]
    assert quiet("docker", "kill", *brokers)
    send(status["web"], key, "https://example.com/2")
    # Of the two workers, one has that beacon in its spool; whoever is left brings both to Kafka.
    assert quiet("docker", "rm", "--force", f"{name}-worker-1")
    assert quiet("docker", "start", *brokers)
    assert within(240, lambda: urls() == ["https://example.com/1", "https://example.com/2"])
    assert "Stopped kafka-1" in project.run("stop")

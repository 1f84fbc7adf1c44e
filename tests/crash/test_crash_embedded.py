"""What `chronos start` runs on one machine, while a part of it is away."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Callable
from uuid import uuid4

import pytest
from project import Project, within
from worker import beacon, encoded

SECONDS = 90


@pytest.mark.soak
def test_a_worker_that_is_killed_while_kafka_is_away_takes_beacons_again(
    start_project: Callable[[], Project],
) -> None:
    project = start_project()
    project.run("start")
    events = f"{project.status()['web']}/api/events"
    key = json.loads(project.run("key", "list", "--json"))[-1]["key"]
    project.run("stop", "kafka")
    os.kill(project.pid("worker-1"), signal.SIGKILL)
    event = ["pageviews", "https://shop.example/", "Away", 1_700_000_000_000]
    body = encoded(beacon(event, id=str(uuid4()), key=key))
    assert within(SECONDS, lambda: taken(events, body)), "it waits for no Kafka"
    project.run("start", "kafka")
    count = "select count(*) from pageviews where title = 'Away'"
    assert within(SECONDS, lambda: "1" in project.run("psql", "-At", "-c", count).split())


def taken(url: str, body: bytes) -> bool:
    """Whether it is answered with success."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False

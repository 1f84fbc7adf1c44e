"""Commands of a project of which no worker runs, where one of another project has the same port."""

from collections.abc import Callable
from pathlib import Path

import pytest
from project import Project
from worker import Worker

STRANGER = "answers a worker of another project"


@pytest.fixture
def environment(worker: Worker) -> dict[str, str]:
    return {"CHRONOS_WEB_PORT": str(worker.port)}


@pytest.mark.parametrize("command", [("windows", "list"), ("demo", "--events", "1", "--quiet")], ids=" ".join)
async def test_no_worker_of_another_project_is_asked(
    command: tuple[str, ...],
    environment: dict[str, str],
    start_project: Callable[[], Project],
    worker: Worker,
) -> None:
    accepted = await worker.metric("beacons_total", status="200")
    said = start_project().run(*command, code=1, **environment)
    assert STRANGER in said
    assert worker.url in said
    assert "`chronos start`" in said
    assert await worker.metric("beacons_total", status="200") == accepted


async def test_doctor_sends_no_beacon_to_a_worker_of_another_project(
    environment: dict[str, str], start_project: Callable[[], Project], worker: Worker
) -> None:
    said = start_project().run("doctor", code=1, **environment)
    assert "none is known to run" in said
    assert "canary" not in said


async def test_a_worker_that_was_started_by_hand_is_found(
    environment: dict[str, str], start_project: Callable[[], Project], worker: Worker
) -> None:
    folder: Path = worker.folder
    said = start_project().run("windows", "list", CHRONOS_HOME=str(folder / ".chronos"), **environment)
    assert "pageview_urls" in said

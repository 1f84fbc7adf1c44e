"""The disk of the state directory is full, to the last byte: nothing is accepted that is lost."""

import asyncio
import json
import time
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import pytest
from load import told
from project import Project
from worker import until

from bench.faults.load import Load
from bench.system import CannotMount, fill, small_disk

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]

DISK_BYTES = 700_000_000
FULL_SECONDS = 45.0  # longer than a worker waits for any answer of Kafka
HEALING = 120.0


@pytest.fixture
async def project(start_project: Callable[[], Project]) -> AsyncIterator[Project]:
    """One that runs, with its state directory on a disk of its own."""
    made = start_project()
    with ExitStack() as stack:
        try:
            stack.enter_context(small_disk(made.home, DISK_BYTES))
        except CannotMount as error:
            pytest.skip(f"no disk can be mounted here: {error}")
        stack.callback(made.run, "stop")
        await asyncio.to_thread(made.run, "start")
        yield made


async def test_what_is_accepted_outlives_a_full_disk(project: Project) -> None:
    """Kafka, PostgreSQL, the spool, RocksDB and logs can write nothing; all goes on when there is room."""
    status = await asyncio.to_thread(project.status)
    worker = next(one["pid"] for one in status["services"] if one["name"] == "worker-1")
    key = tomllib.loads(project.config.read_text())["write_keys"][0]["key"]
    ballast = project.ballast
    async with Load(status["web"], key, status["timescaledb"]) as load:
        await asyncio.sleep(3)
        before = load.accepted.total()
        try:
            await stays_full(project, ballast)
            assert load.refused, "there was no room for all of them"
            assert await readiness(status["web"]) == 503
            said = await asyncio.to_thread(project.run, "status", code=3)
        finally:
            ballast.unlink(missing_ok=True)  # without room the load never ends
        freed = time.monotonic()

        async def all_run() -> bool:
            found = json.loads((project.home / "run" / "state.json").read_text())
            return {one["state"] for one in found["services"]} == {"running"}

        await until(all_run, HEALING, "all services run again", 1)
        healed = time.monotonic() - freed
    to_do = said.partition("To do:\n")[2]
    assert " are free on " in to_do.splitlines()[0], said
    assert "kafka is waiting (the disk of " in to_do
    assert await load.until_stored() == (0, 0)
    told(
        "full disk",
        events=load.accepted.total(),
        before=before,
        refused=load.refused,
        healed=f"after {healed:.1f} s",
    )
    assert await asyncio.to_thread(project.pid, "worker-1") == worker, "it was there all the while"
    await asyncio.to_thread(project.run, "windows", "check")
    await asyncio.to_thread(fill, project.home, ballast)
    assert "worker-1" in await asyncio.to_thread(project.run, "stop"), "no free byte is in its way"


async def stays_full(project: Project, ballast: Path) -> None:
    """Take every byte that is free, again and again."""
    ends = time.monotonic() + FULL_SECONDS
    while time.monotonic() < ends:
        await asyncio.to_thread(fill, project.home, ballast)
        await asyncio.sleep(1)


async def readiness(web: str) -> int:
    """What a worker answers a proxy that asks whether it takes beacons."""
    async with aiohttp.ClientSession() as http, http.get(f"{web}/health/ready") as answer:
        return answer.status

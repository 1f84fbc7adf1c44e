"""A backup that is made under load is put back in another place, which goes on from there."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
import tomlkit
from load import Load, Row, stored_rows, told
from project import Project
from worker import KEY, until

STORED_SECONDS = 90.0


@pytest.fixture
def whole(start_project: Callable[[], Project]) -> Project:
    """A project whose pages send with the key of tests."""
    project = start_project()
    content = tomlkit.parse(project.config.read_text())
    content["write_keys"] = [{"key": KEY, "name": "tests"}]
    project.config.write_text(tomlkit.dumps(content))
    return project


@pytest.mark.soak
@pytest.mark.parametrize("brokers", [1, 3])
async def test_what_was_accepted_before_a_backup_is_there_once_after_a_restore(
    whole: Project, start_project: Callable[[], Project], rng: random.Random, tmp_path: Path, brokers: int
) -> None:
    if brokers > 1:
        whole.run("install-kafka", "--brokers", str(brokers))
    whole.run("start")
    backup = tmp_path / "backup"
    web = whole.status()["web"]
    async with aiohttp.ClientSession() as http, Load(http, lambda: [web], rng, pause=0.2) as load:
        await until(lambda: many(load, 50), what="some load before the backup")
        first = Counter(row for sent in load.accepted for row in sent.rows)
        said = await asyncio.to_thread(whole.run, "backup", str(backup))
    everything = Counter(row for sent in load.accepted for row in sent.rows)
    assert set(load.statuses) == {"200"}, "beacons are taken while Kafka is away"
    assert "Kafka" in said
    whole.run("stop")
    other = await restored(backup, start_project())
    await until(lambda: has(other, first), STORED_SECONDS, "all that was accepted before the backup")
    # The windows, which are in Kafka, are ahead of the database until it has read from there what it lacks.
    await until(lambda: caught_up(other), STORED_SECONDS, "nothing waits in Kafka any more")
    found = await stored_rows(other.status()["timescaledb"])
    told("restored", before=first.total(), in_all=everything.total(), restored=found.total())
    assert not found - everything, "nothing twice, and nothing that nobody sent"
    other.run("windows", "check")
    other.run("views", "check", "--all")
    # It takes what comes, and stores it.
    other_web = other.status()["web"]
    async with aiohttp.ClientSession() as http, Load(http, lambda: [other_web], rng, pause=0.2) as more:
        await until(lambda: many(more, 20), what="some load after the restore")
    new = Counter(row for sent in more.accepted for row in sent.rows)
    await until(lambda: has(other, new), STORED_SECONDS, "what came after the restore")


async def restored(backup: Path, project: Project) -> Project:
    project.config.unlink()
    said = project.run("restore", str(backup))
    assert "each beacon that was answered with success before" in said
    project.run("start")
    return project


async def many(load: Load, beacons: int) -> bool:
    return len(load.accepted) >= beacons


async def has(project: Project, rows: Counter[Row]) -> bool:
    return not rows - await stored_rows(project.status()["timescaledb"])


async def caught_up(project: Project) -> bool:
    sinks = project.status()["lag"]["sinks"]
    return bool(sinks) and not any(sink["lag"] for sink in sinks)

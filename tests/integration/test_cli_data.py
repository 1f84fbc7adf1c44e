"""`chronos demo`, `doctor` and `replay` as they are typed, beside a worker."""

import asyncio
import json
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from click.testing import CliRunner
from databases import execute
from messages import fetch
from worker import Deployment, Worker, clean_environment, until

from chronos.cli import main
from chronos.models.events import EVENT_TYPES

Run = Callable[..., Awaitable[str]]
TABLES = [f"raw.{name}" for name in EVENT_TYPES]


@pytest.fixture
def run(shared: Deployment, worker: Worker) -> Run:
    """A command with the settings of the worker, which is the one that it is told of."""
    environment = {"CHRONOS_CONFIG": str(shared.config), "CHRONOS_WEB_PORT": str(worker.port)}

    def invoke(arguments: tuple[str, ...], code: int, more: dict[str, str]) -> str:
        done = CliRunner(env=environment | more).invoke(main, arguments)
        assert done.exit_code == code, (done.output, done.exception)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.output

    async def run(*arguments: str, code: int = 0, **more: str) -> str:
        return await asyncio.to_thread(invoke, arguments, code, more)

    return run


async def rows(url: str) -> dict[str, int]:
    """How many rows there are of each type of event, and in all views."""
    counts = " union all ".join(f"select '{name}' as name, count(*) as n from {name}" for name in TABLES)
    return {row["name"]: row["n"] for row in await fetch(url, counts)}


async def test_what_the_demo_sends_is_stored_once(run: Run, shared: Deployment) -> None:
    before = await rows(shared.database)
    said = await run(
        "demo", "--rate", "2000", "--events", "3000", "--late", "0.2", "--twice", "0.2", "--seed", "3"
    )
    assert "events: each once" in said
    sent = int(said.split()[1].replace(",", ""))
    assert 3000 <= sent < 3200
    after = await rows(shared.database)
    assert sum(after.values()) - sum(before.values()) == sent
    assert await shared.value("select count(*) from metadata where data->>'demo' like 'seed 3, %'") > 10
    skewed = "select count(*) from pageviews where abs(extract(epoch from time - client_time)) > 60"
    assert await shared.value(skewed) > 0
    # Nothing is from the future, whatever a browser's clock says.
    for table in TABLES:
        assert await shared.value(f"select count(*) from {table} where event_time > time") == 0


async def test_the_demo_says_what_is_refused(run: Run, shared: Deployment, worker: Worker) -> None:
    said = await run("demo", "--events", "100", code=1, CHRONOS_WRITE_KEYS='["a-key-that-is-not-known"]')
    assert "refuses beacons (401)" in said
    said = await run("demo", "--url", "http://127.0.0.1:1", code=1)
    assert "no answer" in said
    assert "no write key of project shop" in await run("demo", "--project", "shop", code=1)


@asynccontextmanager
async def demo(shared: Deployment, worker: Worker, *arguments: str) -> AsyncIterator[Process]:
    """`chronos demo` in a process of its own."""
    own = {"CHRONOS_CONFIG": str(shared.config), "CHRONOS_WEB_PORT": str(worker.port)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chronos", "demo", *arguments),
        env=clean_environment() | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def summary(process: Process) -> str:
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    assert b"Traceback" not in output
    return output.decode()


async def test_ctrl_c_ends_the_demo_with_its_summary(shared: Deployment, worker: Worker) -> None:
    async with demo(shared, worker, "--rate", "300", "--seconds", "120", "--seed", "9") as process:
        begun = "select count(*) from metadata where data->>'demo' like 'seed 9, %'"
        await until(lambda: shared.value(begun), 60, "the demo has begun")
        process.send_signal(signal.SIGINT)
        assert "each once" in await summary(process)


async def test_doctor_finds_all_well_and_disturbs_nothing(run: Run, shared: Deployment) -> None:
    await shared.until_stored()
    await shared.until_views()
    before = await rows(shared.database)

    async def all_counted() -> bool:
        total = "select coalesce(sum(count), 0) from events_per_minute_of_arrival"
        return bool(await shared.value(total) == sum(before.values()))

    await until(all_counted, 60, "the view has counted all events")
    report = json.loads(await run("doctor", "--json"))
    assert report["ok"], report
    checks = {one["name"]: one for one in report["checks"]}
    [canary] = [one for name, one in checks.items() if name.startswith("canary")]
    assert set(canary["data"]["seconds"]) == {"answered", "stored", "fed to the views", "counted in windows"}
    assert checks["write permission"]["state"] == checks["schema"]["state"] == "ok"
    assert {f"topic {shared.events_topic}", "store_events", "tracker", "windows", "views"} <= set(checks)
    assert await rows(shared.database) == before
    assert await all_counted()
    assert await shared.value("select count(*) from metadata where data->>'uuid' = 'chronos-doctor'") == 1
    said = await run("doctor")
    assert "0 failed" in said
    assert await all_counted()
    assert await shared.value("select count(*) from metadata where data->>'uuid' = 'chronos-doctor'") == 1


NOTHING_RIGHT = {
    "CHRONOS_WEB_PORT": "1",
    "CHRONOS_KAFKA_CONSUMER_GROUP": "nobody",
    "CHRONOS_KAFKA_DEAD_LETTERS_TOPIC": "not-there",
    "CHRONOS_KAFKA_RETENTION_HOURS": "3",
    "CHRONOS_WRITE_KEYS": "[]",
    "CHRONOS_WEB_ALLOWED_ORIGINS": '["*"]',
}
AWAY = {
    "CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "CHRONOS_TIMESCALEDB_URL": "postgresql://x:secret@127.0.0.1:1/y",
}


@pytest.mark.parametrize(
    ("environment", "findings"),
    [
        (
            NOTHING_RIGHT,
            [
                "failed   worker 127.0.0.1:1: no answer",
                "failed   topic not-there: is missing",
                "is 604800000, and the settings say 10800000",
                "failed   write keys: there is none",
                "warning  origins: pages of any site",
            ],
        ),
        (
            AWAY,
            [
                "failed   Kafka: at 127.0.0.1:1: no broker answers",
                "failed   database: ",
                "does not say whether",
            ],
        ),
        (
            {"CHRONOS_WEB_ALLOWED_ORIGINS": '["https://other.example"]'},
            ["origin https://other.example may not send"],
        ),
    ],
    ids=["nothing-right", "away", "origin"],
)
async def test_doctor_says_what_is_wrong(run: Run, environment: dict[str, str], findings: list[str]) -> None:
    said = await run("doctor", code=1, **environment)
    for finding in findings:
        assert finding in said
    assert "secret" not in said


async def test_workers_that_run_elsewhere_are_found_by_kafka(run: Run, worker: Worker) -> None:
    nowhere = {"CHRONOS_WEB_PORT": "1"}
    status = json.loads(await run("status", "--json", **nowhere))
    [seen] = status["services"]
    assert (seen["name"], seen["state"], seen["address"]) == ("worker-1", "running", worker.url)
    wrong = [
        one for one in status["problems"] if "tried to send and may not" not in one["what"]
    ]  # other tests did
    assert (seen["health"], wrong, status["windows"]["complete"]) == ("ready", [], True)
    assert "event_types" in await run("windows", "list", **nowhere)


async def test_replay_stores_what_was_deleted_beside_a_worker(
    run: Run, shared: Deployment, worker: Worker
) -> None:
    await run("demo", "--rate", "3000", "--events", "1500", "--seed", "5")
    await shared.until_stored()
    before = await rows(shared.database)
    assert " 0 are missing" in await run("replay", "--from", "1d", "--dry-run")
    middle = await shared.value("select percentile_disc(0.5) within group (order by time) from beacons")
    for table in [*TABLES, "beacons"]:
        await execute(shared.database, f"delete from {table} where time >= '{middle}'")
    gone = await rows(shared.database)
    assert gone != before
    planned = await run("replay", "--from", "0", "--dry-run")
    assert " are missing; without --dry-run they are stored" in planned
    assert await rows(shared.database) == gone
    assert "Kafka has no beacons there" in await run("replay", "--from", "now")
    one = await run("replay", "--from", "1", "--to", "2", "--partition", "0", "--dry-run")
    assert "Read 1 beacons (by partition 0: 1 to 1)" in one
    async with demo(shared, worker, "--rate", "300", "--seconds", "3", "--seed", "6") as process:
        said = await run("replay", "--from", "0")
        more = await summary(process)
    assert " were missing and are stored now" in said
    assert "each once" in more
    await shared.until_stored()
    sent = int(more.split()[1].replace(",", ""))
    assert sum((await rows(shared.database)).values()) == sum(before.values()) + sent
    assert " 0 were missing" in await run("replay", "--from", "0")
    assert "no partition 99" in await run("replay", "--from", "0", "--partition", "99", code=1)
    assert "Kafka has no beacons there" in await run("replay", "--from", "0", "--to", "0")

"""Two hosts, a worker on each: both answer for all, also after the cable between them was out."""

import asyncio
import json
import random
import shutil
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import databases
import pytest
import windows
from hosts import Host, plug, two_hosts, unplug
from load import Load, compare_raw, told
from worker import Deployment, Worker, deployed, until

from chronos.database.refusals import AWAY
from chronos.embedded.kafka import Kafka
from chronos.embedded.postgres import Postgres
from chronos.settings import Settings

pytestmark = [pytest.mark.soak, pytest.mark.timeout(420)]

HERE = "127.0.0.1"
READ_KEY = "a-read-key-for-tests"
READS = {"Authorization": f"Bearer {READ_KEY}"}
SESSION_SECONDS = 6.0  # long enough to ask while a worker is away whose part nobody has taken yet
EVENTS = 300


def test_two_hosts_answer_for_all_and_a_cable_that_was_out_costs_nothing(rng: random.Random) -> None:
    with two_hosts() as (a, b), folder() as home:
        a.run(lambda: asyncio.run(on_first_host(a, b, home, rng)))


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account can enter, too."""
    made = Path(tempfile.mkdtemp(prefix="chronos-hosts-")).resolve()
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made)


async def on_first_host(a: Host, b: Host, home: Path, rng: random.Random) -> None:
    async with servers(a, home) as (kafka, database), readers() as http:
        async with deployed(
            kafka, database, False, SESSION_SECONDS, limits={"kafka_timeout_seconds": 2.0}
        ) as deployment:
            near, far = worker_on(a, deployment, home / "a", http), worker_on(b, deployment, home / "b", http)
            near.launch()
            b.run(far.launch)
            await asyncio.gather(near.until_ready(90), far.until_ready(90))
            await shared_out(near)
            with far_visitors(b, far, rng) as away:
                async with Load(deployment.http, lambda: [near.url], rng, pause=0.05) as load:
                    await until(lambda: enough(load, away), 60, "events on both hosts")
                    unplug(a)
                    await each_misses_the_other(near, b, far)
                    await until(lambda: spooled(b, far), 60, "the far worker keeps beacons on its own disk")
                    plug(a)
                    await asyncio.gather(near.until_ready(90), far.until_ready(90))
            await deployment.until_stored(90)
            told("two hosts", near=load.statuses, far=away.load.statuses)
            assert set(load.statuses) | set(away.load.statuses) == {"200"}, "no visitor has noticed"
            await compare_raw(deployment, load, away.load)
            await windows.compare(deployment, near, 90)
            await windows.compare(deployment, far, 90)
        databases._templates.clear()


@asynccontextmanager
async def servers(host: Host, home: Path) -> AsyncIterator[tuple[str, str]]:
    """Kafka and PostgreSQL as others reach them: host:port, and a URL; the embedded ones, but for that."""
    settings = Settings().model_copy(update={"home": home})
    (home / "run").mkdir()
    kafka, postgres = Kafka("kafka", settings), Postgres("postgres", settings)
    kafka.prepare()
    kafka.properties.write_text(kafka.properties.read_text().replace(HERE, host.address))
    postgres.prepare()
    with (postgres.data / "pg_hba.conf").open("a") as access:
        access.write("host all all 10.231.7.0/24 scram-sha-256\n")
    url = str(postgres.url).replace(HERE, host.address)
    running = [start(kafka, host, home), start(postgres, host, home)]
    try:
        await until(lambda: reached(f"{host.address}:{kafka.port}", url), 90, "Kafka and PostgreSQL")
        yield f"{host.address}:{kafka.port}", url
    finally:
        for process in running:
            process.kill()
            process.wait()
        shutil.rmtree(postgres.data.parent)


def start(service: Kafka | Postgres, host: Host, home: Path) -> "subprocess.Popen[bytes]":
    launch = service.launch()
    with (home / f"{service.name}.log").open("ab") as log:
        return subprocess.Popen(
            [
                word.replace(f"listen_addresses={HERE}", f"listen_addresses={host.address}")
                for word in launch.command
            ],
            cwd=launch.folder,
            env=dict(launch.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=launch.user,
            group=launch.group,
            extra_groups=None if launch.user is None else [],
        )


async def reached(kafka: str, url: str) -> bool:
    from chronos import kafka_admin

    try:
        await databases.execute(url, "select 1")
    except AWAY:
        return False
    return await kafka_admin.broker_ready(kafka, 1)


@asynccontextmanager
async def readers() -> AsyncIterator[aiohttp.ClientSession]:
    """Who may read from another host."""
    async with aiohttp.ClientSession(headers=READS, timeout=aiohttp.ClientTimeout(20)) as http:
        yield http


def worker_on(host: Host, deployment: Deployment, home: Path, http: aiohttp.ClientSession) -> Worker:
    """A worker with a state directory and an address of its own, as on a machine of its own."""
    home.mkdir()
    shutil.copy(deployment.config, home)
    made = deployment.worker(
        home,
        CHRONOS_CONFIG=str(home / deployment.config.name),
        CHRONOS_WEB_HOST=host.address,
        CHRONOS_READ_KEYS=json.dumps([READ_KEY]),
    )
    made.url, made.http = f"http://{host.address}:{made.port}", http
    return made


async def overview(url: str) -> dict[str, Any]:
    async with readers() as http, http.get(f"{url}/api/windows") as answer:
        return await answer.json()  # type: ignore[no-any-return]


async def shared_out(worker: Worker) -> None:
    """Wait until all windows are answered for."""

    async def complete() -> bool:
        return bool((await overview(worker.url)).get("complete"))

    await until(complete, 60, "both answer for their part")


class FarVisitors:
    """Visitors whose worker is on the other host, and who are there, too."""

    def __init__(self, worker: Worker, rng: random.Random) -> None:
        self._worker, self._rng = worker, random.Random(rng.random())
        self._ending = threading.Event()
        self.load: Load
        self.here = threading.Event()

    async def send(self) -> None:
        async with aiohttp.ClientSession() as http:
            self.load = Load(http, lambda: [self._worker.url], self._rng, senders=3, pause=0.05)
            self.here.set()
            async with self.load:
                await asyncio.to_thread(self._ending.wait)

    def end(self) -> None:
        self._ending.set()


@contextmanager
def far_visitors(host: Host, worker: Worker, rng: random.Random) -> Iterator[FarVisitors]:
    visitors = FarVisitors(worker, rng)
    # A second thread there: the first one asks meanwhile.
    beside = Host(host.name, host.address, host.device)
    sending = threading.Thread(target=lambda: beside.run(lambda: asyncio.run(visitors.send())))
    sending.start()
    try:
        assert visitors.here.wait(20)
        yield visitors
    finally:
        visitors.end()
        sending.join()
        beside.close()


async def enough(load: Load, away: FarVisitors) -> bool:
    return min(load.events, away.load.events) > EVENTS


async def each_misses_the_other(near: Worker, b: Host, far: Worker) -> None:
    """Both say which partitions the other has, and all partitions are told of by one or the other."""
    answers = await asyncio.gather(
        overview(near.url), asyncio.to_thread(b.run, lambda: asyncio.run(overview(far.url)))
    )
    assert [one["complete"] for one in answers] == [False, False]
    near_lacks, far_lacks = (set(one["missing_partitions"]) for one in answers)
    assert near_lacks | far_lacks == set(range(6))
    assert not near_lacks & far_lacks


async def spooled(b: Host, far: Worker) -> bool:
    async def asked() -> Any:
        async with readers() as http, http.get(f"{far.url}/health") as answer:
            return await answer.json()

    health = await asyncio.to_thread(b.run, lambda: asyncio.run(asked()))
    return bool(health["spooled"] > 10)

"""A Chronos for the measurement: topics and a database of its own, and one worker that comes and goes."""

import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import psutil
import tomlkit
from aiokafka.admin import AIOKafkaAdminClient

from bench.windows.services import Services
from chronos import kafka_admin
from chronos.settings import Settings
from chronos.settings.sections import Kafka

KEY = "a-key-for-the-benchmark"
BOUND = 600.0  # seconds that anything may take
POLL = 0.05
PARTITIONS = 6


class Deployment:
    """``settings`` are more tables of its chronos.toml."""

    def __init__(self, services: Services, database: str, folder: Path, **settings: Any) -> None:
        self.kafka, self.database = services.kafka, database
        self.group = f"bench-{secrets.token_hex(4)}"
        self.port = _free_port()
        self.topics = {
            "events_topic": f"{self.group}-events",
            "dead_letters_topic": f"{self.group}-dead_letters",
            "window_deltas_topic": f"{self.group}-window_deltas",
            "consumer_group": self.group,
        }
        self.changelog = f"{self.group}-window_panes-changelog"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        content = {
            "write_keys": [{"key": KEY, "name": "benchmark"}],
            "kafka": {"bootstrap": services.kafka, **self.topics},
            "timescaledb": {"url": database},
            "web": {"port": self.port},
            **settings,
        }
        (folder / "chronos.toml").write_text(tomlkit.dumps(content))

    @property
    def process(self) -> psutil.Process:
        """The worker's."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    @property
    def megabytes(self) -> float:
        """What the worker has of the memory, as resident set."""
        return float(self.process.memory_info().rss) / 1e6

    def launch(self, **environment: str) -> None:
        """Start the worker, and do not wait for it."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("CHRONOS_")}
        own |= {"CHRONOS_CONFIG": str(self._folder / "chronos.toml"), **environment}
        command = [sys.executable, "-m", "faust", "-A", "chronos", "worker"]
        with (self._folder / "worker.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=own, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def start(self, **environment: str) -> None:
        """Start the worker, and wait until it is ready."""
        self.launch(**environment)
        await self.until_ready()

    async def until_ready(self) -> None:
        """Wait until the worker says that it is ready."""
        deadline = time.monotonic() + BOUND
        while (await self.get("/health")).get("status") != "ready":
            self._check(deadline, "ready")
            await asyncio.sleep(POLL)

    async def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """What the worker answers; nothing where it does not, or not with success."""
        try:
            async with aiohttp.request(
                "GET", f"http://127.0.0.1:{self.port}{path}", params=parameters
            ) as answer:
                return await answer.json() if answer.status == 200 else {}  # type: ignore[no-any-return]
        except (aiohttp.ClientError, OSError):
            return {}

    async def total(self, view: str, start: int, end: int) -> int:
        """All that a view has between two times, in seconds since 1970; -1 where a part is missing."""
        asked = {"from": start, "to": end, "step": end - start, "top": 1}
        if view == "visitors":
            del asked["top"]
        answer = await self.get(f"/api/windows/{view}", **asked)
        return sum(one["total"] for one in answer["windows"]) if answer.get("complete") else -1

    async def until_counted(self, view: str, start: int, end: int, events: int) -> None:
        """Wait until that many are."""
        deadline = time.monotonic() + BOUND
        while (found := await self.total(view, start, end)) < events:
            self._check(deadline, f"{events} in {view}, but {found}")
            await asyncio.sleep(POLL)

    async def offsets(self, sink: str) -> int:
        """How many beacons a sink has taken in."""
        statement = "select coalesce(sum(next_offset), 0)::bigint from watermarks where sink = $1"
        connection = await asyncpg.connect(self.database)
        try:
            return int(await connection.fetchval(statement, sink))
        finally:
            await connection.close()

    async def until_taken(self, sink: str, beacons: int) -> None:
        """Wait until a sink has taken in that many beacons."""
        deadline = time.monotonic() + BOUND
        while await self.offsets(sink) < beacons:
            self._check(deadline, f"{beacons} beacons in {sink}")
            await asyncio.sleep(POLL)

    def stop(self) -> None:
        """Stop the worker in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def wipe(self) -> None:
        """Take away what the worker keeps on its disk."""
        shutil.rmtree(self._folder / ".chronos" / "faust")

    def _check(self, deadline: float, what: str) -> None:
        assert self._process is not None
        said = (self._folder / "worker.log").read_text()[-3000:]
        if self._process.poll() is not None:
            raise SystemExit(f"the worker ended:\n{said}")
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {BOUND:g} s: {what}\n{said}")


@asynccontextmanager
async def deployed(services: Services, **settings: Any) -> AsyncIterator[Deployment]:
    """One whose worker does not run yet; all of it is removed at the end."""
    name = f"bench_{secrets.token_hex(4)}"
    await _execute(services.postgres, f'create database "{name}"')
    database = urlsplit(services.postgres)._replace(path=f"/{name}").geturl()
    folder = Path(tempfile.mkdtemp(prefix="chronos-bench-"))
    made = Deployment(services, database, folder, **settings)
    try:
        await create_topics(services.kafka, made.topics)
        yield made
    finally:
        made.stop()
        await _execute(services.postgres, f'drop database "{name}" with (force)')
        await delete_topics(services.kafka, made.group)
        shutil.rmtree(folder)


async def create_topics(kafka: str, names: dict[str, str]) -> None:
    """Make topics as Chronos makes them."""
    await kafka_admin.create_topics(kafka, Settings.model_construct(kafka=Kafka.model_validate(names)))


async def delete_topics(kafka: str, prefix: str) -> None:
    """Delete the topics whose names begin with ``prefix``."""
    client = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await client.start()
    try:
        await client.delete_topics([name for name in await client.list_topics() if name.startswith(prefix)])
    finally:
        await client.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""A worker of the browser tests' own: a folder, topics, a database, a process."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg
import pytest
import tomlkit
from aiohttp import ClientSession
from aiokafka import AIOKafkaConsumer, TopicPartition
from project import Project, delete_topics, free_port

from browser.polling import eventually

PROJECT = "browser"
READ_KEY = "a-read-key-of-the-browser-tests"
START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(eq=False)
class Worker:
    """What a test may ask of the worker: its pages, its numbers, and what is stored."""

    project: Project
    url: str
    kafka: str
    topic: str
    process: "subprocess.Popen[bytes]"
    web: ClientSession
    connection: asyncpg.Connection

    @property
    def log(self) -> str:
        return (self.project.folder / "worker.log").read_text(errors="replace")

    async def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log
        try:
            async with self.web.get(f"{self.url}/health") as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    async def start_again(self) -> None:
        """After it was killed, with the same port, folder and database."""
        self.process = _launch(self.project)
        await eventually(f"the worker at {self.url} is ready", self.is_ready, START_SECONDS)

    def stop(self) -> None:
        """End the process in order, and see that it ended well."""
        self.process.terminate()
        try:
            code = self.process.wait(STOP_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
        assert code == 0, self.log
        assert "Traceback" not in self.log, self.log

    async def answered(self, status: int) -> int:
        """How many beacons were answered with ``status``."""
        return await self._metric(f'chronos_beacons_total{{status="{status}"}}')

    async def until_stored(self) -> None:
        """Wait until every beacon that was accepted is in the database."""

        async def stored() -> bool:
            kinds = ("stored", "duplicate")
            done = [
                await self._metric(f'chronos_beacons_{kind}_total{{sink="store_events"}}') for kind in kinds
            ]
            return sum(done) == await self.answered(200)

        await eventually("all accepted beacons are stored", stored)

    async def _metric(self, series: str) -> int:
        async with self.web.get(f"{self.url}/metrics") as answer:
            found = re.search(rf"^{re.escape(series)} (\S+)$", await answer.text(), re.MULTILINE)
        return int(float(found[1])) if found else 0

    async def query(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        return await self.connection.fetch(statement, *arguments)

    async def everything_stored(self) -> str:
        """Every row of every table, as text."""
        tables = await self.query(
            "select c.oid::regclass::text as name from pg_class c"
            " where relnamespace in ('public'::regnamespace, 'raw'::regnamespace) and relkind = 'r'"
        )
        rows = [await self.query(f"select t::text from {name} t") for (name,) in tables]
        return "\n".join(text for table in rows for (text,) in table)

    async def everything_sent(self) -> list[bytes]:
        """The body of every beacon that was accepted, as it came."""
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka, auto_offset_reset="earliest") as consumer:
            consumer.assign([TopicPartition(self.topic, 0)])
            [end] = (await consumer.end_offsets(consumer.assignment())).values()
            return [(await consumer.getone()).value for _ in range(end)]


@asynccontextmanager
async def running_worker(
    project: Project, kafka: str, postgres: str, origins: Sequence[str]
) -> AsyncIterator[Worker]:
    """Run Faust's own command in a folder with a chronos.toml that allows ``origins`` beside its own."""
    unique = f"browser-{secrets.token_hex(4)}"
    database = urlsplit(postgres)._replace(path=f"/{unique}").geturl()
    url = f"http://127.0.0.1:{(port := free_port())}"
    topic = f"{unique}-events"
    content = {
        "write_keys": [{"key": "a-key-of-the-browser-tests", "name": PROJECT}],
        "read_keys": [{"key": READ_KEY}],
        "kafka": {
            "bootstrap": kafka,
            "events_topic": topic,
            "dead_letters_topic": f"{unique}-dead_letters",
            "window_deltas_topic": f"{unique}-window_deltas",
            "consumer_group": unique,
            "partitions": 1,
        },
        "timescaledb": {"url": database},
        "web": {"port": port, "allowed_origins": [url, *origins]},
    }
    project.config.write_text(tomlkit.dumps(content))
    await _execute(postgres, f'create database "{unique}"')
    project.run("migrate")
    await _create_topics(project, kafka)
    process = _launch(project)
    async with ClientSession() as web, _connected(database) as connection:
        worker = Worker(project, url, kafka, topic, process, web, connection)
        try:
            await eventually(f"the worker at {url} is ready", worker.is_ready, START_SECONDS)
            yield worker
        finally:
            worker.stop()
    await _execute(postgres, f'drop database "{unique}" with (force)')
    await delete_topics(kafka, unique)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        yield connection
    finally:
        await connection.close()


def _launch(project: Project) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "faust", "-A", "chronos", "worker", "-l", "info"]
    with (project.folder / "worker.log").open("wb") as log:
        return subprocess.Popen(command, cwd=project.folder, stdout=log, stderr=subprocess.STDOUT)


async def _create_topics(project: Project, kafka: str) -> None:
    from chronos import kafka_admin, settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHRONOS_CONFIG", str(project.config))
        config = settings.load()
    await kafka_admin.create_topics(kafka, config)


async def _execute(url: str, statement: str) -> None:
    async with _connected(url) as connection:
        await connection.execute(statement)

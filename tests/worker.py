"""Workers as a person runs them, `faust -A chronos worker`, with topics and a database of their own."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import tomlkit
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from databases import fresh_database
from project import delete_topics, free_port

KEY = "a-key-for-tests-only"
SESSION_SECONDS = 3.0  # a killed worker's partitions lie idle for as long as this; an embedded Kafka takes it
READY_SECONDS = 60.0
STOP_SECONDS = 15.0


async def until(
    condition: Callable[[], Awaitable[Any]], seconds: float = 20.0, what: str = "", pause: float = 0.1
) -> Any:
    """The first true value of ``condition``; fail when there is none within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (value := await condition()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what or condition}"
        await asyncio.sleep(pause)
    return value


def clean_environment() -> dict[str, str]:
    """The environment without any setting of Chronos."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CHRONOS_")}


class Worker:
    """A process of `faust -A chronos worker`; started again it has the same port and data.

    Where ``environment`` gives it a port to share with others, ``port`` is its own one beside that.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], port: int, http: aiohttp.ClientSession
    ) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / f"worker-{port}.log"
        self.http = http
        own = "CHRONOS_WEB_OWN_PORT" if "CHRONOS_WEB_PORT" in environment else "CHRONOS_WEB_PORT"
        self._environment = {**environment, own: str(port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def data(self) -> Path:
        """Where Faust keeps what is local to it."""
        return self.folder / ".chronos" / "faust" / f"worker-{self.port}"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def said(self) -> str:
        """All that it wrote into its log."""
        return self.log.read_text()

    def launch(self) -> None:
        """Start the process, and do not wait for it."""
        assert not self.alive
        command = [sys.executable, "-m", "faust", "-A", "chronos", "worker"]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "-l", "info"],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def start(self) -> None:
        """Start it, and wait until it says that it is ready."""
        self.launch()
        await self.until_ready()

    async def until_ready(self, seconds: float = READY_SECONDS) -> None:
        async def ready() -> bool:
            assert self.alive, f"the worker ended ({self._process}): {self.said[-3000:]}"
            health = await self.health()
            return health is not None and health["status"] == "ready"

        await until(ready, seconds, f"worker {self.port} ready")

    async def health(self) -> dict[str, Any] | None:
        """What /health says; None where nobody answers."""
        try:
            async with self.http.get(f"{self.url}/health", timeout=aiohttp.ClientTimeout(5)) as answer:
                return await answer.json()  # type: ignore[no-any-return]
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def metric(self, name: str, **labels: str) -> float:
        """A number of /metrics; 0 where it was not counted yet."""
        wanted = f"chronos_{name}"
        if labels:
            wanted += "{" + ",".join(f'{label}="{value}"' for label, value in labels.items()) + "}"
        async with self.http.get(f"{self.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == wanted)

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process
        self._process.kill()
        self._process.wait()

    @contextlib.contextmanager
    def held_up(self) -> Iterator[None]:
        """SIGSTOP, and SIGCONT afterwards: others take it for dead, and it does not know."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; its exit code, and how many seconds it took."""
        assert self._process
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        assert not self.alive, f"still there after {STOP_SECONDS:g} s of SIGTERM: {self.said[-3000:]}"
        return self._process.returncode, time.monotonic() - began

    def end(self) -> None:
        """Leave no process behind."""
        if self.alive:
            self.kill()


class Deployment:
    """A folder with a chronos.toml, topics and a consumer group of its own, and any number of workers."""

    def __init__(
        self, kafka: str, session_seconds: float, database: str, http: aiohttp.ClientSession, /, **tables: Any
    ) -> None:
        self.kafka, self.database, self.http = kafka, database, http
        self.unique = f"test-{secrets.token_hex(4)}"
        self.folder = Path(tempfile.mkdtemp(prefix="chronos-worker-"))
        self.config = self.folder / "chronos.toml"
        self.events_topic, self.letters_topic = f"{self.unique}-events", f"{self.unique}-dead_letters"
        self.workers: list[Worker] = []
        own: dict[str, Any] = {
            "kafka": {
                "bootstrap": kafka,
                "events_topic": self.events_topic,
                "dead_letters_topic": self.letters_topic,
                "window_deltas_topic": f"{self.unique}-window_deltas",
                "consumer_group": f"{self.unique}-chronos",
                "session_timeout_seconds": session_seconds,
            },
            "timescaledb": {"url": database},
            "web": {"allowed_origins": ["http://localhost:*", "https://shop.example"]},
        }
        self.tables = {name: own.get(name, {}) | tables.get(name, {}) for name in own | tables}
        self.keys: list[dict[str, Any]] = [{"key": KEY, "name": "tests"}]
        self.write()

    def write(self) -> None:
        """Write chronos.toml anew, whole, as an editor does."""
        content = {"write_keys": self.keys, **self.tables}
        fresh = self.config.with_suffix(".new")
        fresh.write_text(tomlkit.dumps(content))
        fresh.rename(self.config)

    async def create_topics(self) -> None:
        from chronos import kafka_admin
        from chronos.settings import Settings
        from chronos.settings.sections import Kafka

        # Not `settings.load()`: that reads the environment of this process.
        await kafka_admin.create_topics(
            self.kafka, Settings.model_construct(kafka=Kafka(**self.tables["kafka"]))
        )

    async def delete_topics(self) -> None:
        await delete_topics(self.kafka, self.unique)

    def worker(self, folder: Path | None = None, **environment: str) -> Worker:
        """One more, not started."""
        if folder is None:
            folder, environment = self.folder, {"CHRONOS_CONFIG": str(self.config), **environment}
        made = Worker(folder, clean_environment() | environment, free_port(), self.http)
        self.workers.append(made)
        return made

    async def start_worker(self) -> Worker:
        """One more, ready."""
        worker = self.worker()
        await worker.start()
        return worker

    async def rows(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.database, timeout=10)
        try:
            return await connection.fetch(statement, *values)  # type: ignore[no-any-return]
        finally:
            await connection.close()

    async def value(self, statement: str, *values: Any) -> Any:
        [row] = await self.rows(statement, *values)
        return row[0]

    async def end_offsets(self, topic: str | None = None) -> dict[int, int]:
        """By partition of topic `events`, the offset of its next message."""
        topic = topic or self.events_topic
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka) as consumer:
            await consumer._client.force_metadata_update()
            places = [
                TopicPartition(topic, number)
                for number in consumer._client.cluster.partitions_for_topic(topic)
            ]
            return {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}

    async def watermarks(self, topic: str | None = None, sink: str = "store_events") -> dict[int, int]:
        rows = await self.rows(
            "select partition, next_offset from watermarks where topic = $1 and sink = $2",
            topic or self.events_topic,
            sink,
        )
        return {row["partition"]: row["next_offset"] for row in rows}

    async def committed(self) -> dict[int, int]:
        """By partition of topic `events`, the offset that the consumer group has committed."""
        client = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await client.start()
        try:
            found = await client.list_consumer_group_offsets(self.tables["kafka"]["consumer_group"])
        finally:
            await client.close()
        return {
            place.partition: one.offset for place, one in found.items() if place.topic == self.events_topic
        }

    async def behind(self) -> dict[int, tuple[int, int]]:
        """By partition, (watermark, end) where something waits to be stored."""
        ends, stored = await self.end_offsets(), await self.watermarks()
        return {
            number: (stored.get(number, 0), end)
            for number, end in ends.items()
            if stored.get(number, 0) != end
        }

    async def until_stored(self, seconds: float = 30.0) -> None:
        """Wait until nothing is in a spool, and the watermarks have reached the ends of all partitions."""

        async def stored() -> bool:
            found = [await worker.health() for worker in self.workers if worker.alive]
            waiting = any(one is None or one["spooled"] for one in found)
            return not waiting and not await self.behind()

        try:
            await until(stored, seconds, "everything stored", 0.2)
        except AssertionError as error:
            said = [(await worker.health(), worker.said[-3000:]) for worker in self.workers]
            raise AssertionError(f"{error}; behind: {await self.behind()}; workers: {said}") from error

    async def until_committed(self, seconds: float = 30.0) -> None:
        """Wait until the consumer group has committed up to the ends of all partitions."""

        async def committed() -> bool:
            reached = await self.committed()
            return all(reached.get(number, 0) == end for number, end in (await self.end_offsets()).items())

        try:
            await until(committed, seconds, "the offsets are committed up to the ends")
        except AssertionError as error:
            found = await self.committed(), await self.end_offsets(), await self.watermarks()
            said = [(await worker.health(), worker.said[-6000:]) for worker in self.workers]
            raise AssertionError(f"{error}; committed, ends, stored: {found}; workers: {said}") from error

    async def until_views(self, seconds: float = 60.0) -> None:
        """Wait until all views that ship are filled, and none is to be filled anew."""
        from chronos.views import catalog

        names = {view.name for view in catalog.declared(catalog.files(self.folder / "views"))}
        complete = "state = 'live' and not missed and next_definition is null"
        live = f"select name from views.catalog where {complete}"

        async def filled() -> bool:
            return names <= {row["name"] for row in await self.rows(live)}

        await until(filled, seconds, "views filled")

    async def remove(self) -> None:
        for worker in self.workers:
            worker.end()
        shutil.rmtree(self.folder)
        await self.delete_topics()


Deploy = Callable[..., AbstractAsyncContextManager[Deployment]]


@asynccontextmanager
async def deployed(
    kafka: str, url: str, /, views: bool = True, session_seconds: float = SESSION_SECONDS, **tables: Any
) -> AsyncIterator[Deployment]:
    """A deployment with a database of its own, without workers yet; removed at the end.

    Its database has the views that ship already, unless a worker is to make them.
    """
    async with (
        fresh_database(url, views) as database,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
    ):
        made = Deployment(kafka, session_seconds, database, http, **tables)
        try:
            await made.create_topics()
            yield made
        finally:
            await made.remove()


def beacon(*events: list[Any], id: str | None = None, key: str = KEY, **data: Any) -> dict[str, Any]:
    """A beacon's body."""
    metadata = {
        "url": "http://localhost/",
        "userAgent": "test",
        "pageTitle": "Täst ✓",
        "cookieAllowed": True,
        "language": "de",
        "uuid": "visitor-1",
    }
    content = {"events": list(events), "metadata": metadata, **data}
    if id is not None:
        content |= {"id": id, "v": 2}
    return {"ACCESS_KEY": key, "data": content}


def encoded(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()

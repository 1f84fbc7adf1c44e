"""Asks Kafka, the database and the workers how they are, all at once, within seconds that are bounded."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from chronos.cli.ways.way import Way
from chronos.cli.ways.workers import Worker
from chronos.errors import ServiceError
from chronos.kafka_state import KafkaState
from chronos.settings import Settings
from chronos.watch.lag import Watermarks

T = TypeVar("T")
W = TypeVar("W")
PATIENCE = 8.0  # seconds for each part: of three brokers, one that hangs may be asked first
DATABASE_FIRST = 2.0  # seconds that Kafka is asked later, at most
MARGIN = 1.0  # seconds to close what did not answer


@dataclass(frozen=True)
class Part(Generic[T]):
    """What one of them said, or why it could not be asked."""

    found: T | None = None
    unavailable: str | None = None


@dataclass(frozen=True)
class Database:
    """Its version, that of the extension timescaledb, how far sinks are, and the newest arrival.

    ``watermarks`` is None where it was not migrated.
    """

    server: str
    timescaledb: str | None
    watermarks: Watermarks | None = None
    newest: datetime | None = None


@dataclass(frozen=True)
class Answers:
    """Of Kafka what it looks like, of workers by name what /health says, and /api/windows."""

    kafka: Part[KafkaState]
    database: Part[Database]
    workers: Mapping[str, Part[dict[str, Any]]]
    windows: Part[dict[str, Any]]


@dataclass(frozen=True)
class Whom:
    """Where to ask: None stands for one that does not run, or of which nobody knows where it is."""

    kafka: str | None
    database: str | None
    workers: Sequence[Worker]

    @classmethod
    def of(cls, way: Way) -> "Whom":
        """All that runs."""
        return cls(
            way.kafka if way.kafka_runs else None,
            way.database if way.database_runs else None,
            way.workers(),
        )


def ask(settings: Settings, whom: Whom) -> Answers:
    """Ask all of them; what does not answer in time is said to be unavailable."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(Unwaited())
        return runner.run(_ask(settings, whom))


class Unwaited(ThreadPoolExecutor):
    """Calls in threads for which nobody waits: a name server that is silent must not hold a command up."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Call it in a thread of its own, which ends with the process at the latest."""
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001, whoever waits for it is told
                future.set_exception(error)

        threading.Thread(target=call, daemon=True).start()
        return future


async def _ask(settings: Settings, whom: Whom) -> Answers:
    asked = asyncio.ensure_future(_part(whom.database, lambda url: _database(url, settings)))
    kafka, database, workers, windows = await asyncio.gather(
        _after(asked, lambda: _part(whom.kafka, lambda address: _kafka(address, settings))),
        asked,
        asyncio.gather(*(_part(one, lambda worker: _get(worker, "/health")) for one in whom.workers)),
        _windows(settings, whom),
    )
    names = [worker.name for worker in whom.workers]
    return Answers(kafka, database, dict(zip(names, workers, strict=True)), windows)


async def _part(whom: W | None, work: Callable[[W], Awaitable[T]]) -> Part[T]:
    if whom is None:
        return Part(unavailable="it does not run")
    task = asyncio.ensure_future(work(whom))
    done, _ = await asyncio.wait([task], timeout=PATIENCE)
    if not done:
        task.cancel()
        # Whatever it ends with is of no interest any more, and is not to be reported as a lost error.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        # Closing may hang as much as opening did.
        await asyncio.wait([task], timeout=MARGIN)
        return Part(unavailable=f"no answer within {PATIENCE:g} s")
    try:
        return Part(task.result())
    except Exception as error:  # noqa: BLE001, one part that fails must not hide the others
        return Part(unavailable=str(error) or type(error).__name__)


async def _after(database: asyncio.Future[Any], ask: Callable[[], Awaitable[T]]) -> T:
    """Ask Kafka after the database, unless that is slow: see Seen."""
    await asyncio.wait([database], timeout=DATABASE_FIRST)
    return await ask()


async def _kafka(bootstrap: str, settings: Settings) -> KafkaState:
    from chronos.cli import looking

    try:
        return await looking.kafka(settings, bootstrap)
    except ServiceError as error:
        raise OSError(error.reason) from error  # type: ignore[attr-defined]


async def _database(url: str, settings: Settings) -> Database:
    import asyncpg

    from chronos.cli import looking
    from chronos.database.queries import query

    connection = await asyncpg.connect(url, timeout=PATIENCE)
    try:
        server = str(await connection.fetchval("show server_version")).split()[0]
        extension = await connection.fetchval(
            "select extversion from pg_extension where extname = 'timescaledb'"
        )
        try:
            watermarks = await looking.watermarks(connection, settings)
            newest = await connection.fetchval(query("newest_arrival"))
        except asyncpg.UndefinedTableError:
            return Database(server, extension)
        return Database(server, extension, watermarks, newest)
    finally:
        connection.terminate()


async def _windows(settings: Settings, whom: Whom) -> Part[dict[str, Any]]:
    if not settings.windows.enabled:
        return Part(unavailable="[windows] enabled is false")
    if not whom.workers:
        return Part(unavailable="no worker runs here")
    return await _part(whom.workers[0], lambda worker: _get(worker, "/api/windows"))


async def _get(worker: Worker, path: str) -> dict[str, Any]:
    try:
        answer = await asyncio.to_thread(worker.get, path, PATIENCE)
    except OSError as error:
        raise OSError(f"no answer from {worker.place()} ({error})") from error
    found: dict[str, Any] = json.loads(answer.body)
    if "error" in found:
        raise OSError(found["error"])
    return found

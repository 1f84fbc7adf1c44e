"""The database of the views that Chronos keeps, and how far their filling is, for commands."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncpg
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn

from chronos.cli import project, ways
from chronos.cli.errors import KeptElsewhere
from chronos.cli.progress import bars
from chronos.database.address import shown
from chronos.database.refusals import AWAY
from chronos.errors import ServiceError
from chronos.settings import Settings
from chronos.views import catalog
from chronos.views.filling import Filler

T = TypeVar("T")


def kept_by_chronos() -> Settings:
    """The settings of the project; KeptElsewhere where a PipelineDB keeps the views."""
    settings = project.extended_settings()
    if not settings.pipelinedb.kept_by_chronos:
        raise KeptElsewhere(address=shown(settings.pipelinedb.url or ""))
    return settings


def database(settings: Settings) -> str:
    """The URL of the database of the views and the raw events."""
    return ways.of(settings).running_database()


@contextmanager
def reached(settings: Settings) -> Iterator[str]:
    """The URL of that database, for work that raises ServiceError where it is away."""
    url = database(settings)
    try:
        yield url
    except AWAY as error:
        raise ServiceError(service=f"PostgreSQL at {shown(url)}", reason=_reason(settings, error)) from error


async def with_database(settings: Settings, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """Do something with a connection; raise ServiceError where there is none."""
    with reached(settings) as url:
        connection = await asyncpg.connect(url, timeout=10, server_settings=catalog.SESSION)
    try:
        return await work(connection)
    finally:
        connection.terminate()


@contextmanager
def filler(settings: Settings, quiet: bool = False) -> Iterator[Filler]:
    """What fills views, with a bar where a person looks; ServiceError where the database is away."""
    columns = (
        TextColumn("Filling {task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeRemainingColumn(),
    )
    with bars(*columns, quiet=quiet) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(name: str, part: float) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=1.0)
            shown.update(tasks[name], completed=part, visible=part < 1)

        with reached(settings) as url:
            yield Filler(url, settings.kafka.events_topic, progress)


def _reason(settings: Settings, error: Exception) -> str:
    # Its own, that is, and not one that it was given.
    hint = "" if settings.timescaledb.url else "; `chronos start` starts it"
    return f"{error or repr(error)}{hint}"

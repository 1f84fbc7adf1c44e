"""Sees, for commands, what a worker's watch sees: Kafka, and how far each sink is."""

import time

import asyncpg

from chronos import kafka_admin
from chronos.database.address import shown
from chronos.database.refusals import AWAY
from chronos.kafka_look import look
from chronos.kafka_state import KafkaState
from chronos.settings import Settings
from chronos.watch.lag import Watermarks
from chronos.watch.seeing import Seen

SECONDS = 5.0  # that the database has
NOT_MIGRATED = "it was not migrated"


async def seen(settings: Settings, bootstrap: str, database: str | None) -> Seen:
    """A look at both; raises ServiceError where Kafka is away."""
    found, problem = None, None
    if database is None:
        problem = "nothing says where the database is"
    else:
        try:
            connection = await asyncpg.connect(database, timeout=SECONDS)
            try:
                found = await watermarks(connection, settings)
            finally:
                connection.terminate()
        except asyncpg.UndefinedTableError:
            problem = f"the database at {shown(database)} cannot say that, for {NOT_MIGRATED}"
        except AWAY as error:
            problem = f"the database at {shown(database)} does not answer: {error or type(error).__name__}"
    state = await kafka(settings, bootstrap)
    return Seen(time.time(), kafka=state, watermarks=found, database_problem=problem)


async def kafka(settings: Settings, bootstrap: str) -> KafkaState:
    """What Kafka looks like; raises ServiceError where it is away."""
    fresh = settings.alerts.lag_old_minutes * 60
    return await look(bootstrap, _names(settings), settings.kafka.consumer_group, fresh)


async def watermarks(connection: asyncpg.Connection, settings: Settings) -> Watermarks:
    """How far sinks have come; raises UndefinedTableError where the database was not migrated."""
    return await Watermarks.ask(connection, _names(settings))


def _names(settings: Settings) -> list[str]:
    return [topic.name for topic in kafka_admin.topics(settings)]

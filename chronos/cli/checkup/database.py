"""Checks of the database: there, up to date, writable, on time; and how far the sinks are behind."""

import asyncio
import time
from datetime import UTC, datetime

import asyncpg

from chronos import migrations
from chronos.cli import looking
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.database.address import shown
from chronos.database.queries import query
from chronos.errors import MigrationError
from chronos.settings import Settings
from chronos.watch.incidents import KINDS
from chronos.watch.lag import STUCK_SECONDS, SinkLag

CLOCK_SECONDS = 2.0
PATIENCE = 5.0  # seconds, for what has just come


async def database(patient: Patient) -> list[Finding]:
    """Whether it is there, as it should be, and can be written."""
    url = patient.database
    if url is None:
        todo = "start it: `chronos start postgres`, or name yours in [timescaledb] url"
        return [Finding("database", FAILED, "it does not run here, and nothing says where one is", todo)]
    connection = await asyncpg.connect(url, timeout=8)
    try:
        found = [await _kind(connection, url), await _schema(url), await _clock(connection)]
        if all(one.state != FAILED for one in found):
            found.append(await _writable(connection))
    finally:
        connection.terminate()
    return found


async def progress(patient: Patient) -> list[Finding]:
    """How many beacons wait in Kafka for each sink."""
    if patient.database is None or patient.kafka is None:
        return []
    found = await _progress(patient.settings, patient.kafka, patient.database)
    if any(one.state == FAILED for one in found):
        # It may have come a moment ago, after a long silence.
        await asyncio.sleep(PATIENCE)
        found = await _progress(patient.settings, patient.kafka, patient.database)
    return found


async def _progress(settings: Settings, kafka: str, database: str) -> list[Finding]:
    seen = await looking.seen(settings, kafka, database)
    if seen.database_problem:
        says = f"how far they are is not known: {seen.database_problem}"
        return [Finding("sinks", FAILED, says, KINDS["database_away"].what_to_do)]
    return [behind(sink) for sink in seen.sinks(settings)]


def behind(sink: SinkLag) -> Finding:
    """What there is to say of how far a sink is: the worst of it."""
    if sink.stuck:
        todo = "see what it waits for: the workers' `/health`, `chronos log worker`"
        says = f"{_waiting(sink)}; nothing was written there for over {STUCK_SECONDS:g} s"
        return Finding(sink.sink, FAILED, says, todo)
    if sink.unknown:
        numbers = ", ".join(map(str, sink.unknown))
        says = f"nobody knows what waits in {sink.topic}/{numbers}, for which no broker answers"
        return Finding(sink.sink, FAILED, says, KINDS["partitions_offline"].what_to_do)
    if sink.anew:
        numbers = ", ".join(str(one.partition) for one in sink.anew)
        todo = "the topic was made anew, or this is another Kafka; workers begin again when beacons come"
        return Finding(sink.sink, WARNING, f"its watermark is beyond the end of partitions {numbers}", todo)
    if sink.waiting:
        return Finding(sink.sink, OK, f"{_waiting(sink)}; it is at work")
    return Finding(sink.sink, OK, "has all that is in Kafka")


def _waiting(sink: SinkLag) -> str:
    numbers = ", ".join(str(one.partition) for one in sink.waiting)
    return f"{sink.messages:,} messages wait in {sink.topic}/{numbers}"


async def _kind(connection: asyncpg.Connection, url: str) -> Finding:
    version = (await connection.fetchval("show server_version")).split()[0]
    extension = await connection.fetchval("select extversion from pg_extension where extname = 'timescaledb'")
    with_it = f"with TimescaleDB {extension}" if extension else "without TimescaleDB: tables are plain ones"
    return Finding("database", OK, f"PostgreSQL {version} at {shown(url)}, {with_it}")


async def _schema(url: str) -> Finding:
    try:
        pending = await migrations.plan(url)
    except MigrationError as error:
        return Finding("schema", FAILED, str(error), "go back to the version that made it")
    if pending:
        return Finding(
            "schema", FAILED, f"{len(pending)} migrations are missing", "apply them: `chronos migrate`"
        )
    return Finding("schema", OK, "all migrations are applied")


async def _clock(connection: asyncpg.Connection) -> Finding:
    begin = time.time()
    there: datetime = await connection.fetchval("select clock_timestamp()")
    here = datetime.fromtimestamp((begin + time.time()) / 2, UTC)
    return clock("database clock", (there - here).total_seconds())


def clock(name: str, difference: float) -> Finding:
    """What there is to say of a clock that is so many seconds ahead of this machine's."""
    says = f"{abs(difference):.3f} s {'ahead of' if difference > 0 else 'behind'} this machine's"
    if abs(difference) > CLOCK_SECONDS:
        return Finding(name, WARNING, says, "let both machines get their time by NTP")
    return Finding(name, OK, says)


async def _writable(connection: asyncpg.Connection) -> Finding:
    """Write an event and a watermark, and take both back."""
    trial = connection.transaction()
    await trial.start()
    try:
        await connection.execute(query("trial_event"))
        await connection.execute(query("begin_watermarks"), "chronos doctor", "trial", [0])
        return Finding("write permission", OK, "an event was written and taken back")
    except asyncpg.PostgresError as error:
        todo = "give the user of [timescaledb] url the right to write all tables of schemas raw and public"
        return Finding("write permission", FAILED, str(error), todo)
    finally:
        await trial.rollback()

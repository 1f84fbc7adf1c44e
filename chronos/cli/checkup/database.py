"""Checks of the database: there, up to date, writable, on time; and how far the sinks are behind."""

import asyncio
import time
from datetime import UTC, datetime

import asyncpg

from chronos import kafka_reader, migrations
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.database.address import shown
from chronos.database.queries import query
from chronos.errors import MigrationError
from chronos.settings import Settings

CLOCK_SECONDS = 2.0
STUCK_SECONDS = 60.0
PATIENCE = 5.0  # seconds, for what has just come


async def database(patient: Patient) -> list[Finding]:
    """Whether it is there, as it should be, and can be written."""
    url = patient.database
    if url is None:
        todo = "start it: `chronos start postgres`, or name yours in [timescaledb] url"
        return [Finding("database", FAILED, "nothing says where it is", todo)]
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
    topic = settings.kafka.events_topic
    ends = await kafka_reader.ranges(kafka, topic, 0, None)
    connection = await asyncpg.connect(database, timeout=8)
    try:
        rows = await connection.fetch(query("progress_of_sinks"), topic)
    finally:
        connection.terminate()
    return [_behind(sink, ends, rows) for sink in _sinks(settings)]


def _sinks(settings: Settings) -> list[str]:
    views = ["feed_views"] if settings.pipelinedb.kept_by_chronos else []
    return ["store_events", *views, *(["count_windows"] if settings.windows.enabled else [])]


def _behind(sink: str, ends: dict[int, range], rows: list[asyncpg.Record]) -> Finding:
    known = {row["partition"]: row for row in rows if row["sink"] == sink}
    waiting = {
        number: one.stop - max(one.start, known[number]["next_offset"] if number in known else 0)
        for number, one in ends.items()
    }
    late = {number: count for number, count in waiting.items() if count > 0}
    ahead = [number for number, count in waiting.items() if count < 0]
    if ahead:
        text = f"its watermark is beyond the end of partitions {', '.join(map(str, ahead))}"
        todo = "the topic was made anew, or this is another Kafka; workers begin again when beacons come"
        return Finding(sink, WARNING, text, todo)
    if not late:
        return Finding(sink, OK, "has all that is in Kafka")
    says = f"{sum(late.values()):,} beacons wait in partitions {', '.join(map(str, late))}"
    idle = [number for number in late if number not in known or known[number]["idle"] > STUCK_SECONDS]
    if idle:
        todo = "see what it waits for: the workers' `/health`, `chronos log worker`"
        return Finding(sink, FAILED, f"{says}; nothing was written there for over {STUCK_SECONDS:g} s", todo)
    return Finding(sink, OK, f"{says}; it is at work")


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

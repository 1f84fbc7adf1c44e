"""Which incidents last: table `incidents`, and while the database is away a file of this worker."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from chronos.database.queries import query
from chronos.errors import SinkUnavailable
from chronos.sinks.timescaledb.connection import Connection
from chronos.watch.incidents import KINDS, Condition, Incident, Key
from chronos.watch.lag import Watermarks

log = logging.getLogger(__name__)

SECONDS = 5.0  # after which the database counts as away
# A host that is gone gives the lock back within half a minute.
KEEPALIVES = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
LOCK = 0x57415443  # "WATC"; beside it the number of a consumer group


class Ledger:
    """``ongoing`` are the incidents that last; ``leads`` whether this worker watches for all.

    The database at ``url`` says who does: whoever has its lock ``group``. None where it never said that yet.
    While it is away both stay as they were, and changes wait in ``file``.
    """

    def __init__(
        self,
        url: str,
        worker: str,
        group: int,
        file: Path,
        prepare: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.ongoing: dict[Key, Incident] = {}
        self.leads: bool | None = None
        self._connection = Connection(url, "watch_kafka", prepare, KEEPALIVES)
        self._locked_in: int | None = None
        self._worker = worker
        self._group = group
        self._file = file
        self._unsaved: list[Incident] = []

    def restore(self) -> None:
        """Take up what was known when this worker ended and the database was away."""
        try:
            content = json.loads(self._file.read_text()) if self._file.exists() else {}
            known = [Incident(**one) for one in content.get("ongoing", ()) if one["name"] in KINDS]
            self._unsaved = [Incident(**one) for one in content.get("unsaved", ())]
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("%s cannot be read, and is written anew: %s", self._file, error)
            known = []
        self.ongoing = {one.key: one for one in known}

    async def read(self) -> None:
        """See what lasts and who watches; raise SinkUnavailable, and then what was known stays."""
        async with self._transaction() as connection:
            if self._locked_in != self._connection.generation:
                self.leads = await connection.fetchval(
                    "select pg_try_advisory_lock($1, $2)", LOCK, self._group
                )
                self._locked_in = self._connection.generation if self.leads else None
            for incident in self._unsaved:
                await self._save(connection, incident)
            rows = await connection.fetch(query("open_incidents"))
        self._unsaved = []
        self.ongoing = {one.key: one for row in rows if (one := _incident(row)).name in KINDS}
        self._keep()

    async def begin(self, incident: Incident) -> bool:
        """Note that it has begun; False where it lasts already, as another worker knows."""
        self.ongoing[incident.key] = incident
        return await self._change(incident, query("begin_incident"), *_begun(incident, self._worker))

    async def end(self, incident: Incident) -> bool:
        """Note that it has ended; False where another worker did."""
        self.ongoing.pop(incident.key, None)
        values = incident.name, incident.subject, _time(incident.ended or 0.0)
        return await self._change(incident, query("end_incident"), *values)

    async def see(self, conditions: Iterable[Condition]) -> None:
        """Note what is still so."""
        still = [one for one in conditions if one.key in self.ongoing]
        columns = (
            [one.name for one in still],
            [one.subject for one in still],
            [one.summary for one in still],
        )
        if still:
            async with self._transaction() as connection:
                await connection.execute(query("see_incidents"), *columns)

    async def told(self, name: str, subject: str, begun: float, has_ended: bool) -> None:
        """Note that all know of it who are to be told; what waits to be noted has that with it."""
        with suppress(SinkUnavailable):
            async with self._transaction() as connection:
                await connection.execute(query("tell_incident"), name, subject, _time(begun), has_ended)

    async def untold(self) -> list[tuple[Incident, bool]]:
        """Incidents of which not all were told; each with whether they were told that it has begun."""
        async with self._transaction() as connection:
            rows = await connection.fetch(query("untold_incidents"))
        return [(_incident(row), row["told_begun"]) for row in rows if row["name"] in KINDS]

    async def leave(self, before: float) -> list[Incident]:
        """End what nobody has seen since ``before``: the worker that watched it is gone."""
        async with self._transaction() as connection:
            rows = await connection.fetch(query("leave_incidents"), _time(before))
        left = [_incident(row) for row in rows if row["name"] in KINDS]
        for incident in left:
            self.ongoing.pop(incident.key, None)
        return left

    async def watermarks(self, topics: Sequence[str]) -> Watermarks:
        """How far sinks have come in these topics; raise SinkUnavailable."""
        async with self._transaction() as connection:
            return await Watermarks.ask(connection, topics)

    async def said(self, topics: Sequence[str]) -> dict[Key, str | None]:
        """What the settings last said, by topic and name; raise SinkUnavailable."""
        async with self._transaction() as connection:
            rows = await connection.fetch(query("topic_settings"), list(topics))
        return {(row["topic"], row["name"]): row["value"] for row in rows}

    async def remember(self, topic: str, values: Mapping[str, str | None]) -> None:
        """Note what they say now; raise SinkUnavailable."""
        async with self._transaction() as connection:
            for name, value in values.items():
                await connection.execute(query("remember_topic_setting"), topic, name, value)

    async def close(self) -> None:
        """Let go of the connection, and with it of the lock."""
        await self._connection.close()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection]:
        try:
            async with asyncio.timeout(SECONDS), self._connection.transaction() as connection:
                yield connection
        except TimeoutError as error:
            raise SinkUnavailable(sink="the database", reason=f"no answer within {SECONDS:g} s") from error

    async def _change(self, incident: Incident, statement: str, *values: Any) -> bool:
        try:
            async with self._transaction() as connection:
                return bool(await connection.fetch(statement, *values))
        except SinkUnavailable:
            self._unsaved = [
                one for one in self._unsaved if (one.key, one.begun) != (incident.key, incident.begun)
            ]
            self._unsaved.append(incident)
            return True
        finally:
            self._keep()

    async def _save(self, connection: asyncpg.Connection, incident: Incident) -> None:
        # It was told when it was noted here.
        await connection.execute(query("begin_incident"), *_begun(incident, self._worker))
        begun = _time(incident.begun)
        await connection.execute(
            query("tell_incident"), incident.name, incident.subject, begun, incident.ended is not None
        )
        if incident.ended is not None:
            values = incident.name, incident.subject, _time(incident.ended)
            await connection.execute(query("end_incident"), *values)

    def _keep(self) -> None:
        content = {
            "ongoing": [asdict(one) for one in self.ongoing.values()],
            "unsaved": [asdict(one) for one in self._unsaved],
        }
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps(content))
            fresh.replace(self._file)
        except OSError as error:
            log.warning("%s is not written: %s", self._file, error)


async def listed(connection: asyncpg.Connection, most: int) -> tuple[list[Incident], list[Incident]]:
    """The incidents that last, and ``most`` of those that have ended, the newest first."""
    lasting = await connection.fetch(query("open_incidents"))
    ended = await connection.fetch(query("ended_incidents"), most)
    known = [[_incident(row) for row in rows if row["name"] in KINDS] for rows in (lasting, ended)]
    return known[0], known[1]


def _begun(incident: Incident, worker: str) -> tuple[object, ...]:
    kind = KINDS[incident.name]
    return incident.name, incident.subject, kind.severity, incident.summary, worker, _time(incident.begun)


def _incident(row: asyncpg.Record) -> Incident:
    ended = row["ended"].timestamp() if row["ended"] else None
    return Incident(row["name"], row["subject"], row["summary"], row["begun"].timestamp(), ended)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""Fills a view from the raw events, while events keep coming.

What is stored when the filling begins is summed up in one snapshot, step by step, into tables of its own;
what comes later is fed into others, which `views.ahead` tells from when on. At the end both are added up and
take the place of what was read until then.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from chronos.database.queries import query
from chronos.database.refusals import is_refusal, said
from chronos.errors import UnsupportedView
from chronos.views import catalog, planning
from chronos.views.compiled import FILL, NEXT, Compiled
from chronos.views.probing import probe
from chronos.views.summing import sum_up

log = logging.getLogger(__name__)

STORED_BY = "store_events"
SHARE = "select views.share()"  # a view that is new with those who read for dashboards
PAUSE = 1.0  # seconds between two tries to take the place of a view that is being read
ONE_AT_A_TIME = 0x46494C4C  # "FILL"
Progress = Callable[[str, float], None]  # the name of a view, and how much of it is filled, 0 to 1


@dataclass
class Installed:
    """What became of declared views that were not as they are declared: by name, or why not."""

    filled: list[str] = field(default_factory=list)
    refused: dict[str, UnsupportedView] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)  # would have lost what is older than the raw events
    dropped: list[str] = field(default_factory=list)  # and stay so until they are rebuilt


@dataclass(frozen=True)
class Filler:
    """Fills views of ``topic`` in the database at ``url``; ``progress`` is told how far it is."""

    url: str
    topic: str
    progress: Progress = lambda name, part: None

    async def install(self, views: Sequence[Compiled], retention_days: int = 0) -> Installed:
        """Fill what is new or has changed, and what a crash left half filled.

        Where raw events are deleted after ``retention_days``, what is live is left as it is. A view that the
        server refuses stops no other. Raises what asyncpg raises where the database is away.
        """
        done = Installed()
        async with self._alone() as locks:
            known = {entry.name: entry for entry in await catalog.entries(locks)}
            for view in views:
                await self._install(locks, view, known.get(view.name), retention_days, done)
        return done

    async def mend(self, retention_days: int = 0, without: Collection[str] = ()) -> Installed:
        """Make anew what others have dropped, what missed events, and what a crash left half filled.

        Views ``without`` are left alone. Raises like `install`.
        """
        done = Installed()
        if not any(_needs_mending(entry) for entry in await self.known()):
            return done
        async with self._alone() as locks:
            # What was half filled a moment ago may be complete now, by another definition.
            for entry in await catalog.entries(locks):
                if _needs_mending(entry) and entry.name not in without:
                    try:
                        view = catalog.compiled(entry.next_definition or entry.definition, entry.file)
                    except UnsupportedView as error:
                        done.refused[entry.name] = error
                    else:
                        await self._install(locks, view, entry, retention_days, done)
        return done

    async def _install(
        self,
        locks: asyncpg.Connection,
        view: Compiled,
        entry: catalog.Entry | None,
        retention_days: int,
        done: Installed,
    ) -> None:
        try:
            fate = planning.fate(view, entry, retention_days)
            if fate == planning.DROPPED:
                done.dropped.append(view.name)
            elif fate == planning.LEFT:
                if entry and entry.next_definition:
                    await self._give_up(locks, view)
                done.left.append(view.name)
            elif fate in (planning.NEW, planning.CHANGED):
                await self._fill(locks, view)
                done.filled.append(view.name)
            else:
                if fate == planning.SHOWN:
                    await self._show(locks, view, retention_days)
                    done.filled.append(view.name)
                await locks.execute(query("describe_view"), *_described(view)[:4])
        except UnsupportedView as error:
            done.refused[view.name] = error

    async def _show(self, locks: asyncpg.Connection, view: Compiled, retention_days: int) -> None:
        """Make the view again that somebody dropped, over what is kept for it."""
        try:
            await locks.execute(view.view(await _types(locks, view.finished())))
            await locks.execute(SHARE)
        except asyncpg.UndefinedTableError as error:
            # What was kept is gone with it.
            if retention_days:
                raise view.declaration.refuse(None, f"what was kept for it is gone: {said(error)}") from error
            await self._fill(locks, view)

    async def known(self) -> list[catalog.Entry]:
        """All views that the database knows."""
        async with self._connected() as connection:
            return await catalog.entries(connection)

    async def rebuild(self, view: Compiled) -> None:
        """Fill a view anew, whatever it holds; raises UnsupportedView for what only the server can refuse."""
        async with self._alone() as locks:
            await self._fill(locks, view)

    async def _fill(self, locks: asyncpg.Connection, view: Compiled) -> None:
        try:
            await _check_is_free(locks, view)
            types = await _types(locks, view.finished())
            await probe(locks, view)
            async with self._connected() as reader:
                await self._sum_up(locks, reader, view)
            await self._replace(locks, view, types)
        except asyncpg.PostgresError as error:
            if not is_refusal(error):
                raise
            await self._give_up(locks, view)
            raise view.declaration.refuse(None, f"PostgreSQL refuses it: {said(error)}") from error
        except UnsupportedView:
            await catalog.remove_tables(locks, view.name, FILL)
            raise

    async def _give_up(self, locks: asyncpg.Connection, view: Compiled) -> None:
        """Feed no longer what cannot be filled; what was read before is read on."""
        async with locks.transaction():
            await catalog.without_feeders(locks)
            for suffix in (NEXT, FILL):
                await catalog.remove_tables(locks, view.name, suffix)
            await self._forget(locks, view, NEXT)
            await locks.execute(query("give_up_filling"), view.name)

    async def _sum_up(self, locks: asyncpg.Connection, reader: asyncpg.Connection, view: Compiled) -> None:
        snapshot = reader.transaction(isolation="repeatable_read")
        async with locks.transaction():
            await catalog.without_feeders(locks)
            # No feeder runs now, and none is ever ahead of what is stored: the snapshot has all that was fed.
            await snapshot.start()
            stored = await reader.fetch(query("stored_watermarks"), STORED_BY, self.topic)
            await self._register(locks, view, stored)
        for statement in view.create(FILL):
            await reader.execute(statement)
        async for part in sum_up(reader, view):
            self.progress(view.name, part)
        await snapshot.commit()

    async def _register(
        self,
        locks: asyncpg.Connection,
        view: Compiled,
        stored: Sequence[asyncpg.Record],
    ) -> None:
        for suffix in (NEXT, FILL):
            await catalog.remove_tables(locks, view.name, suffix)
        await self._forget(locks, view, NEXT)
        for statement in view.create(NEXT):
            await locks.execute(statement)
        partitions, offsets = zip(*stored, strict=True) if stored else ((), ())
        next_table = f"{view.name}{NEXT}"
        await locks.execute(query("begin_ahead"), next_table, self.topic, list(partitions), list(offsets))
        await locks.execute(query("begin_filling"), *_described(view))

    async def _replace(self, locks: asyncpg.Connection, view: Compiled, types: Sequence[str]) -> None:
        said_so = False
        while True:
            try:
                async with locks.transaction():
                    # Behind a lock that waits all others wait, who read the view or feed any.
                    await locks.execute(f"set local lock_timeout = '{catalog.LOCK_TIMEOUT}'")
                    await self._replace_now(locks, view, types)
            except asyncpg.LockNotAvailableError:
                if not said_so:
                    log.warning("view %s is filled, and waits for a transaction that reads it", view.name)
                said_so = True
                await asyncio.sleep(PAUSE)
            else:
                break
        self.progress(view.name, 1.0)

    async def _replace_now(self, locks: asyncpg.Connection, view: Compiled, types: Sequence[str]) -> None:
        await catalog.without_feeders(locks)
        current = [entry for entry in await catalog.entries(locks) if entry.name == view.name]
        if [entry.next_definition for entry in current] != [view.declaration.text]:
            raise view.declaration.refuse(None, "it was dropped or changed while it was filled")
        for statement in view.take(NEXT, FILL):
            await locks.execute(statement)
        # First it reads the new tables, under whatever name: so it keeps its rights, and views on it.
        await _point(locks, view, types)
        await _keep_rights(locks, view)
        for suffix in ("", NEXT):
            await catalog.remove_tables(locks, view.name, suffix)
        for statement in view.replace(FILL):
            await locks.execute(statement)
        await self._forget(locks, view, "")
        renamed = "update views.ahead set relation = $1 where relation = $2"
        await locks.execute(renamed, view.name, f"{view.name}{NEXT}")
        await locks.execute(query("end_filling"), *_described(view))
        await locks.execute(SHARE)

    async def _forget(self, locks: asyncpg.Connection, view: Compiled, suffix: str) -> None:
        await locks.execute("delete from views.ahead where relation = $1", f"{view.name}{suffix}")

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection while nobody else fills anything."""
        async with self._connected() as connection:
            await connection.execute("select pg_advisory_lock($1)", ONE_AT_A_TIME)
            yield connection

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url, timeout=10, server_settings=catalog.SESSION)
        try:
            yield connection
        finally:
            connection.terminate()


async def _point(connection: asyncpg.Connection, view: Compiled, types: Sequence[str]) -> None:
    """Let the view read what was filled; made anew where its columns are others, with the same rights."""
    statement = view.view(types, FILL)
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.InvalidTableDefinitionError:
        rights = await connection.fetch(query("granted"), "public", view.name)
        await connection.execute(f"drop view public.{view.name}")
        await connection.execute(statement)
        await _grant(connection, f"public.{view.name}", rights)


async def _keep_rights(connection: asyncpg.Connection, view: Compiled) -> None:
    """Give those who may feed the tables that are replaced the same rights on the new ones."""
    rights = await connection.fetch(query("granted"), "views", view.name)
    for relation in view.relations(FILL):
        await _grant(connection, relation, rights)


async def _grant(connection: asyncpg.Connection, relation: str, rights: Sequence[asyncpg.Record]) -> None:
    for row in rights:
        await connection.execute(f"grant {row['privilege']} on {relation} to {row['grantee']}")


def _needs_mending(entry: catalog.Entry) -> bool:
    if entry.state == catalog.DROPPED:
        return False
    return bool(entry.next_definition) or entry.missed or not entry.is_there


async def _types(connection: asyncpg.Connection, text: str) -> list[str]:
    """The types of a query's columns, as the server names them."""
    return [column.type.name for column in (await connection.prepare(text)).get_attributes()]


async def _check_is_free(connection: asyncpg.Connection, view: Compiled) -> None:
    """Raise UnsupportedView where a relation that is no view of Chronos has the name."""
    taken = await connection.fetchval("select to_regclass('public.' || quote_ident($1))", view.name)
    if taken and view.name not in {entry.name for entry in await catalog.entries(connection)}:
        raise view.declaration.refuse(None, f"the database has a table or view {view.name} that is not ours")


def _described(view: Compiled) -> tuple[str, str, str, str, str]:
    declared = view.declaration
    return view.name, declared.about, declared.file, declared.text, view.fingerprint

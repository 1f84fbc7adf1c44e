"""What `chronos migrate` would do, in words; nothing is changed by asking."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from chronos import migrations
from chronos.cli import filling, ways
from chronos.database.address import shown
from chronos.settings import Settings
from chronos.views import catalog, planning

SAID = {
    planning.NEW: "Would fill view {name}, which is new ({file})",
    planning.CHANGED: "Would fill view {name} anew, which has changed or is not complete ({file})",
    planning.SHOWN: "Would make view {name} again, which is missing; what is kept for it is there ({file})",
    planning.LEFT: "Would leave view {name} as it is, though it has changed: what is older than the raw"
    " events would be lost; `chronos views rebuild {name}` does it all the same",
    planning.DROPPED: "Would leave view {name} dropped; `chronos views rebuild {name}` makes it",
}


def plan(settings: Settings, files: list[Path]) -> Iterator[str]:
    """A line for each thing that would be done; raises MigrationError, ServiceError."""
    url = ways.of(settings).running_database()
    pending = asyncio.run(migrations.plan(url))
    if pending:
        yield f"Would apply {len(pending)} migrations to {shown(url)}, each in a transaction:"
        for one in pending:
            yield f"  {one.path}\n    {one.about}"
    if not settings.pipelinedb.kept_by_chronos:
        yield (
            f"The views are kept by the PipelineDB at {shown(settings.pipelinedb.url or '')}, which was not"
            " asked; `chronos install-pipeline` makes what is missing there"
        )
        return
    yield from _views(settings, files)


def _views(settings: Settings, files: list[Path]) -> Iterator[str]:
    async def known(connection: asyncpg.Connection) -> list[catalog.Entry]:
        return await catalog.entries(connection)

    views, wrong = catalog.readable(files)
    entries = {entry.name: entry for entry in asyncio.run(filling.with_database(settings, known))}
    for view in views:
        fate = planning.fate(view, entries.get(view.name), settings.timescaledb.retention_days)
        if fate in SAID:
            yield SAID[fate].format(name=view.name, file=view.declaration.file)
    for error in wrong:
        yield f"Would refuse a view: {error}"
    declared = {view.name for view in views}
    if not wrong:
        yield from (
            f"Would leave view {name}, which has no file any more; `chronos views drop {name}` ends it"
            for name, entry in sorted(entries.items())
            if entry.state == catalog.LIVE and name not in declared
        )

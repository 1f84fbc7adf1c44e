"""Checks of continuous views and of windows."""

import asyncio

import asyncpg

from chronos.cli import asking
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.database.address import shown
from chronos.views import catalog


async def views(patient: Patient) -> list[Finding]:
    """Whether all views are live."""
    settings = patient.settings
    if not settings.pipelinedb.kept_by_chronos:
        return [await _pipelinedb(settings.pipelinedb.url or "")]
    if patient.database is None:
        return []
    connection = await asyncpg.connect(patient.database, timeout=8)
    try:
        entries = await catalog.entries(connection)
    finally:
        connection.terminate()
    declared, refused = catalog.readable(catalog.files(settings.pipelinedb.views))
    if refused:
        return [Finding("views", FAILED, str(refused[0]), "mend the file; `chronos migrate` tells of all")]
    known = {entry.name for entry in entries}
    new = [view.name for view in declared if view.name not in known]
    waiting = [entry.name for entry in entries if entry.state == catalog.FILLING or entry.next_definition]
    gone = [entry.name for entry in entries if entry.state == catalog.LIVE and not entry.is_there]
    missed = [entry.name for entry in entries if entry.missed]
    for names, problem in ((new, "not made yet"), (gone, "dropped by somebody"), (missed, "incomplete")):
        if names:
            todo = "`chronos migrate` mends that, and so does a worker that runs"
            return [Finding("views", WARNING, f"{problem}: {', '.join(names)}", todo)]
    if waiting:
        return [
            Finding("views", WARNING, f"being filled: {', '.join(waiting)}", "wait; `chronos views list`")
        ]
    return [Finding("views", OK, f"{sum(one.state == catalog.LIVE for one in entries)} are live")]


async def windows(patient: Patient) -> list[Finding]:
    """Whether windows are counted, for all partitions."""
    if not patient.settings.windows.enabled:
        return [Finding("windows", OK, "are not counted ([windows] enabled)")]
    found = await asyncio.to_thread(asking.ask, patient.settings, "/api/windows")
    if not found["complete"]:
        missing = ", ".join(map(str, found["missing_partitions"]))
        todo = "wait some seconds, or start the workers that are missing: `chronos status`"
        return [Finding("windows", WARNING, f"no worker answers for partitions {missing}", todo)]
    return [Finding("windows", OK, f"{len(found['views'])} views are counted")]


async def _pipelinedb(url: str) -> Finding:
    try:
        connection = await asyncpg.connect(url, timeout=8)
        connection.terminate()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return Finding("views", FAILED, f"PipelineDB at {shown(url)}: {error}", "see to it")
    return Finding("views", OK, f"are kept by the PipelineDB at {shown(url)}")

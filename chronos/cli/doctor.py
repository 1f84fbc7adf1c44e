"""`chronos doctor`."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chronos.cli.checkup.findings import Finding, Patient

COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}
SECONDS = 15.0  # for each check, or worker
CANARY_SECONDS = 45.0  # for each address


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--url", "urls", multiple=True, metavar="WORKER", help="Look at this worker; repeatable.")
def doctor(as_json: bool, urls: tuple[str, ...]) -> None:
    """Check everything from end to end, and say what to do; exit code 1 when a check failed.

    A beacon without events is sent through each worker, as a page sends it, and followed into the database,
    the views and the windows. It is counted nowhere.

    \b
    Examples:
      chronos doctor
      chronos doctor --json
    """
    from chronos.cli import project, ways
    from chronos.cli.checkup.findings import Patient

    patient = Patient.of(ways.of(project.settings()), urls)
    found = asyncio.run(_examine(patient, as_json))
    failed = [one for one in found if one.state == "failed"]
    if as_json:
        checks = [vars(one) for one in found]
        click.echo(json.dumps({"ok": not failed, "checks": checks}, indent=2))
    else:
        warnings = sum(one.state == "warning" for one in found)
        well = len(found) - warnings - len(failed)
        click.echo(f"\n{len(found)} checks: {well} ok, {warnings} warnings, {len(failed)} failed")
    sys.exit(1 if failed else 0)


async def _examine(patient: "Patient", quiet: bool) -> "list[Finding]":
    found = []
    async for one in _findings(patient):
        found.append(one)
        if not quiet:
            _print(one)
    return found


async def _findings(patient: "Patient") -> "AsyncIterator[Finding]":
    from chronos.cli.checkup import canary, database, kafka, own, views, workers
    from chronos.cli.checkup.findings import examine

    for name, check, seconds in (
        ("configuration", own.configuration, SECONDS),
        ("machine", own.machine, SECONDS),
        ("Kafka", kafka.kafka, SECONDS),
        ("database", database.database, SECONDS),
        ("views", views.views, SECONDS),
        ("workers", workers.workers, SECONDS * max(1, len(patient.workers))),
        ("windows", views.windows, SECONDS),
        ("canary", canary.canary, CANARY_SECONDS * len(patient.entrances)),
        ("sinks", database.progress, SECONDS),
    ):
        for one in await examine(name, check, patient, seconds):
            yield one


def _print(one: "Finding") -> None:
    click.echo(f"{click.style(f'{one.state:<8}', COLOURS[one.state])} {one.name}: {one.says}")
    if one.todo:
        click.echo(f"{'':<8} -> {one.todo}")

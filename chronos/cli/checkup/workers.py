"""Checks of the workers: what each says of itself, and whether it serves the tracker."""

import asyncio
import json
from collections.abc import Iterable, Iterator

from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.cli.checkup.kafka import STATES
from chronos.cli.ways.workers import Worker
from chronos.settings import Settings
from chronos.watch import judging
from chronos.watch.incidents import read_remark

PATIENCE = 8.0


async def workers(patient: Patient) -> list[Finding]:
    """Two findings for each worker, and one for each incident that no other check would find."""
    if not patient.workers:
        todo = "start one: `chronos start`, or say where one is: `chronos doctor --url`"
        return [Finding("workers", FAILED, "none is known to run", todo)]
    found: list[Finding] = []
    remarks: list[str] = []
    for worker in patient.workers:
        found += await _worker(worker, patient.settings, remarks)
    return found + list(incidents(remarks))


def incidents(remarks: Iterable[str]) -> Iterator[Finding]:
    """What workers say that lasts, each once; what is wrong with Kafka was seen by its own check."""
    for remark in dict.fromkeys(remarks):
        says, kind = read_remark(remark)
        if kind and kind.name not in judging.OF_KAFKA:
            yield Finding("incident", STATES[kind.severity], says, kind.what_to_do)


async def _worker(worker: Worker, settings: Settings, remarks: list[str]) -> list[Finding]:
    name = worker.name if worker.name.startswith("worker") else f"worker {worker.name}"
    try:
        answer = await asyncio.to_thread(worker.get, "/health", PATIENCE)
        report = json.loads(answer.body)
    except (OSError, ValueError) as error:
        todo = "start it: `chronos start`; `chronos log worker` says why it does not run"
        return [Finding(name, FAILED, f"no answer ({error})", todo)]
    remarks += report.get("remarks", ()) if isinstance(report, dict) else ()
    return [health(name, answer.status, report), await _tracker(worker, settings)]


def health(name: str, status: int, report: object) -> Finding:
    """What a worker says of itself by /health, but for incidents."""
    if not isinstance(report, dict) or "status" not in report:
        return Finding(
            name, FAILED, f"/health answers {status}, and not as a worker", "see what listens there"
        )
    if report["status"] != "ready":
        todo = "docs/operations.md says what each means; wait some seconds where it is starting"
        return Finding(name, FAILED, "; ".join(report.get("problems", [])) or report["status"], todo)
    waiting = report.get("spooled", 0)
    if waiting:
        return Finding(name, WARNING, f"is ready; {waiting:,} beacons on disk wait for Kafka", "see to Kafka")
    if remarks := [one for one in report.get("remarks", ()) if read_remark(one)[1] is None]:
        return Finding(name, WARNING, "; ".join(remarks), "of views `chronos views list` says more")
    return Finding(name, OK, "is ready")


async def _tracker(worker: Worker, settings: Settings) -> Finding:
    place = worker.place(settings.web.tracker_path)
    try:
        answer = await asyncio.to_thread(worker.get, settings.web.tracker_path, PATIENCE)
    except OSError as error:
        return Finding("tracker", FAILED, f"{place}: no answer ({error})", "see `chronos log worker`")
    if answer.status != 200:
        return Finding("tracker", FAILED, f"{place} answers {answer.status}", "see `chronos log worker`")
    script = answer.body.decode("utf-8", "replace")
    if not any(key.key in script for key in settings.active_keys):
        says = f"{place} is served without a key of this project"
        todo = "make one with `chronos key new`; or it is the worker of another project that listens there"
        return Finding("tracker", FAILED, says, todo)
    return Finding("tracker", OK, f"{place} is served, {len(script) / 1000:,.1f} kB before compression")

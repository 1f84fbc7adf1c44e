"""Checks of the workers: what each says of itself, and whether it serves the tracker."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import aiohttp

from chronos.cli.asking import headers
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.cli.checkup.kafka import STATES
from chronos.cli.reaching import said
from chronos.settings import Settings
from chronos.watch import judging
from chronos.watch.incidents import read_remark

PATIENCE = aiohttp.ClientTimeout(total=8)
AWAY = (aiohttp.ClientError, OSError, TimeoutError, ValueError)


async def workers(patient: Patient) -> list[Finding]:
    """Two findings for each worker, and one for each incident that no other check would find."""
    async with aiohttp.ClientSession(timeout=PATIENCE) as http:
        return await _workers(http, patient)


async def _workers(http: aiohttp.ClientSession, patient: Patient) -> list[Finding]:
    found: list[Finding] = []
    remarks: list[str] = []
    for url in patient.workers:
        found += await _worker(http, url, patient.settings, remarks)
    return found + list(incidents(remarks))


def incidents(remarks: Iterable[str]) -> Iterator[Finding]:
    """What workers say that lasts, each once; what is wrong with Kafka was seen by its own check."""
    for remark in dict.fromkeys(remarks):
        says, kind = read_remark(remark)
        if kind and kind.name not in judging.OF_KAFKA:
            yield Finding("incident", STATES[kind.severity], says, kind.what_to_do)


async def _worker(
    http: aiohttp.ClientSession, url: str, settings: Settings, remarks: list[str]
) -> list[Finding]:
    name = f"worker {urlsplit(url).netloc}"
    try:
        async with http.get(f"{url}/health", headers=headers(settings, url)) as answer:
            status, report = answer.status, await answer.json(content_type=None)
    except AWAY as error:
        todo = "start it: `chronos start`; `chronos log worker` says why it does not run"
        return [Finding(name, FAILED, f"no answer ({said(error)})", todo)]
    remarks += report.get("remarks", ()) if isinstance(report, dict) else ()
    return [health(name, status, report), await _tracker(http, url, settings)]


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
        return Finding(name, WARNING, "; ".join(remarks), "`chronos views list` says more")
    return Finding(name, OK, "is ready")


async def _tracker(http: aiohttp.ClientSession, url: str, settings: Settings) -> Finding:
    place = f"{url}{settings.web.tracker_path}"
    try:
        async with http.get(place) as answer:
            script = await answer.text()
    except AWAY as error:
        return Finding("tracker", FAILED, f"{place}: no answer ({said(error)})", "see `chronos log worker`")
    keys = [key.key for key in settings.active_keys]
    if answer.status != 200 or not any(key in script for key in keys):
        if answer.status != 200:
            return Finding("tracker", FAILED, f"{place} answers {answer.status}", "see `chronos log worker`")
        says = f"{place} is served without a key of this project"
        todo = "make one with `chronos key new`; or it is the worker of another project that listens there"
        return Finding("tracker", FAILED, says, todo)
    return Finding("tracker", OK, f"{place} is served, {len(script) / 1000:,.1f} kB before compression")

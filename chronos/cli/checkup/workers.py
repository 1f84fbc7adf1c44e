"""Checks of the workers: what each says of itself, and whether it serves the tracker."""

from urllib.parse import urlsplit

import aiohttp

from chronos.cli.asking import headers
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.cli.reaching import said
from chronos.settings import Settings

PATIENCE = aiohttp.ClientTimeout(total=8)
AWAY = (aiohttp.ClientError, OSError, TimeoutError, ValueError)


async def workers(patient: Patient) -> list[Finding]:
    """Two findings for each worker."""
    async with aiohttp.ClientSession(timeout=PATIENCE) as http:
        return [found for url in patient.workers for found in await _worker(http, url, patient.settings)]


async def _worker(http: aiohttp.ClientSession, url: str, settings: Settings) -> list[Finding]:
    name = f"worker {urlsplit(url).netloc}"
    try:
        async with http.get(f"{url}/health", headers=headers(settings, url)) as answer:
            status, report = answer.status, await answer.json(content_type=None)
    except AWAY as error:
        todo = "start it: `chronos start`; `chronos log worker` says why it does not run"
        return [Finding(name, FAILED, f"no answer ({said(error)})", todo)]
    return [_health(name, status, report), await _tracker(http, url, settings)]


def _health(name: str, status: int, report: object) -> Finding:
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
    if report.get("remarks"):
        return Finding(name, WARNING, "; ".join(report["remarks"]), "`chronos views list` says more")
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

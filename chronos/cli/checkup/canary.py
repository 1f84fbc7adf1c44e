"""Sends a beacon without events through each worker, and waits until every sink has it.

It goes the whole way of a beacon: HTTP, key, origin, Kafka, the watermark and the ids of the database. And it
counts nowhere, since there is nothing in it to be counted: no row, no view, no window is other than before.
"""

import asyncio
import json
import time
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from chronos.cli import project, reaching
from chronos.cli.checkup.database import clock
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.database.queries import query
from chronos.database.refusals import AWAY
from chronos.watch.lag import Watermarks

NAME = "chronos-doctor"  # the visitor that it says to be from
SECONDS = 20.0
PAUSE = 0.02
SLOW_SECONDS = 5.0


async def canary(patient: Patient) -> list[Finding]:
    """A finding for each worker, with the time of each leg, and one for its clock."""
    return [found for url in patient.entrances for found in await _canary(patient, url)]


async def _canary(patient: Patient, worker: str) -> list[Finding]:
    name = f"canary by {urlsplit(worker).netloc}"
    beacon_id = uuid4()
    sent = time.time()
    problem = await _send(patient, worker, beacon_id)
    answered = time.time()
    if problem:
        return [Finding(name, FAILED, problem, "no page can send either: mend that first")]
    legs = {"answered": answered - sent}
    if patient.database is None:
        return [Finding(name, FAILED, "answered, but no database says whether it was stored")]
    try:
        connection = await asyncpg.connect(patient.database, timeout=8)
    except AWAY as error:
        text = (
            f"answered after {legs['answered'] * 1000:,.0f} ms; the database does not say whether it has it"
        )
        return [Finding(name, FAILED, f"{text} ({error or type(error).__name__})", "see to the database")]
    try:
        arrived = await _follow(patient, connection, beacon_id, sent, legs)
    finally:
        connection.terminate()
    found = [_said(patient, name, legs)]
    if arrived is not None:
        found.append(
            clock(f"clock of {urlsplit(worker).netloc}", _difference(arrived.timestamp(), sent, answered))
        )
    return found


async def _send(patient: Patient, worker: str, beacon_id: UUID) -> str | None:
    """Send it; return what was wrong, None where it was taken."""
    settings = patient.settings
    origin = reaching.origin(settings, worker)
    about = {"url": f"{origin}/{NAME}", "uuid": NAME, "pageTitle": NAME}
    data = {
        "events": [],
        "metadata": about,
        "id": str(beacon_id),
        "sent_at": round(time.time() * 1000),
        "v": 2,
    }
    body = json.dumps({"ACCESS_KEY": project.write_key(settings).key, "data": data}).encode()
    headers = {"Origin": origin, "Content-Type": "text/plain;charset=UTF-8"}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as http,
            http.post(f"{worker}{settings.web.events_path}", data=body, headers=headers) as answer,
        ):
            text = await answer.text()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return f"no answer ({reaching.said(error)})"
    return None if answer.status == 200 else f"answered {answer.status}: {text[:300]}"


async def _follow(
    patient: Patient, connection: asyncpg.Connection, beacon_id: UUID, sent: float, legs: dict[str, float]
) -> datetime | None:
    """Note in ``legs`` when each part had it, until all have or time is up; return when it arrived."""
    where = None
    wanted = _wanted(patient)
    while time.time() - sent < SECONDS and not wanted.keys() <= legs.keys():
        if where is None:
            where = await connection.fetchrow(query("arrival_of_beacon"), beacon_id)
            if where is not None:
                legs["stored"] = time.time() - sent
        else:
            topic = patient.settings.kafka.events_topic
            known = await Watermarks.ask(connection, [topic])
            for leg, sink in wanted.items():
                there = known.of(sink, topic).get(where["partition"])
                if there and there.next_offset > where["offset"]:
                    legs.setdefault(leg, time.time() - sent)
        await asyncio.sleep(PAUSE)
    return where["time"] if where else None


def _wanted(patient: Patient) -> dict[str, str]:
    """Which legs there are behind the answer, and the sinks that take them."""
    legs = {"stored": "store_events"}
    if patient.settings.pipelinedb.kept_by_chronos:
        legs["fed to the views"] = "feed_views"
    if patient.settings.windows.enabled:
        legs["counted in windows"] = "count_windows"
    return legs


def _said(patient: Patient, name: str, legs: dict[str, float]) -> Finding:
    says = ", ".join(f"{leg} after {seconds * 1000:,.0f} ms" for leg, seconds in legs.items())
    data = {"seconds": {leg: round(seconds, 4) for leg, seconds in legs.items()}}
    missing = [leg for leg in _wanted(patient) if leg not in legs]
    if missing:
        text = f"{says}; not {', not '.join(missing)} within {SECONDS:g} s"
        todo = "`chronos log worker` and /health say what waits; the beacon is safe in Kafka or the spool"
        return Finding(name, FAILED, text, todo, data)
    slow = max(legs.values()) > SLOW_SECONDS
    todo = "more workers may help, see `chronos start --workers`" if slow else ""
    return Finding(name, WARNING if slow else OK, says, todo, data)


def _difference(arrived: float, sent: float, answered: float) -> float:
    """How far the worker's clock is ahead: it took the time between the two."""
    if sent <= arrived <= answered:
        return 0.0
    return arrived - (answered if arrived > answered else sent)

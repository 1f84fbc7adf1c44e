"""Asks windows of all workers, and puts what they say together."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from chronos import addresses, windowing
from chronos.app import config
from chronos.database.queries import query
from chronos.database.refusals import AWAY
from chronos.errors import BadParameter, NoSuchWindows, WindowsUnavailable
from chronos.tables.window_panes import window_panes
from chronos.web import workers
from chronos.windows import answers, replies
from chronos.windows.answers import Part
from chronos.windows.bundles import DISTINCT, TOO_LATE, bucket_of, partition_of
from chronos.windows.declared import WindowView
from chronos.windows.progress import Source
from chronos.windows.question import MOST_BINS, MOST_WINDOWS, Question
from chronos.windows.shard import Shard, views_of
from chronos.windows.slots import SECONDS, Grid

HOUR = 3600
MOST_SKETCHES = 50_000  # each takes some 30 microseconds, in which nobody else is answered
SINCE_SECONDS = 2.0  # how long the database may take to say since when views are counted
WINDOWS_PATH, OVERVIEW_PATH, RECENT_PATH = "/internal/windows", "/internal/progress", "/internal/recent"


class Held(msgspec.Struct):
    """What one worker has of a view: the watermarks of its partitions, and its part of the answer."""

    watermarks: dict[int, int]
    part: Part


class Known(msgspec.Struct):
    """What one worker knows of all: its partitions' watermarks, the sources, and too late events by view."""

    watermarks: dict[int, int]
    sources: dict[int, Source]
    too_late: dict[str, int]


_held = msgspec.msgpack.Decoder(Held)
_known = msgspec.msgpack.Decoder(Known)


def view(name: str) -> WindowView:
    """The view of that name; raise NoSuchWindows."""
    for one in windowing.views:
        if one.name == name:
            return one
    raise NoSuchWindows(name=name, known=", ".join(one.name for one in windowing.views))


async def windows(question: Question) -> dict[str, Any]:
    """Answer a question from all workers; raise a RequestError where it can't be answered at all."""
    _check_enabled()
    asked = view(question.view)
    if asked.kind == DISTINCT and (question.key is not None or question.top is not None):
        name = "top" if question.key is None else "key"
        value = question.key if question.top is None else question.top
        raise BadParameter(name=name, value=value, reason="none here: this view counts distinct keys")
    if asked.kind == DISTINCT and (sketches := _sketches(question.grid)) > MOST_SKETCHES:
        reason = f"windows of which all together have {MOST_SKETCHES:,} slots at most, not {sketches:,}"
        raise BadParameter(name="step", value=question.grid.step * SECONDS, reason=reason)
    partitions = _partitions(asked, question)
    path = f"{WINDOWS_PATH}/{asked.id}"
    found = await workers.ask(path, _parameters(question), partitions)
    parts = [_held.decode(reply.body) for reply in found]
    parts.append(held(asked.id, question, _ours(partitions, parts)))
    answered = {number for one in parts for number in one.watermarks}
    whole = answers.together([one.part for one in parts], question)
    watermark_us = min((us for one in parts for us in one.watermarks.values()), default=None)
    missing = sorted(set(partitions) - answered)
    # Beside the loop, on which beacons are waiting: there may be many counts.
    return await asyncio.to_thread(replies.reply, question, whole, windowing.kept, watermark_us, missing)


def held(view_id: str, question: Question, partitions: Sequence[int]) -> Held:
    """What this worker has of a view in ``partitions``, as far as these are ready."""
    shards = _ready(partitions)
    part = answers.part(views_of(shards, view_id), question)
    return Held({number: shard.watermark_us for number, shard in shards.items()}, part)


async def overview() -> dict[str, Any]:
    """The JSON of ``GET /api/windows``."""
    _check_enabled()
    found, since = await asyncio.gather(workers.ask(OVERVIEW_PATH, {}), _since())
    all_known = [_known.decode(reply.body) for reply in found]
    all_known.append(known(_ours(range(workers.partition_count()), all_known)))
    answered = {number for one in all_known for number in one.watermarks}
    sources: dict[int, Source] = {}
    for one in all_known:
        for number, source in one.sources.items():
            if number not in sources or source.time_us >= sources[number].time_us:
                sources[number] = source
    missing = sorted(set(range(workers.partition_count())) - answered)
    return {
        "slot": SECONDS,
        "retention": config.windows.retention_hours * HOUR,
        "lateness": config.windows.lateness_hours * HOUR,
        "watermark": replies.moment(
            min((us for one in all_known for us in one.watermarks.values()), default=0)
        ),
        "partitions": [
            {"partition": number, "watermark": replies.moment(source.watermark_us), "idle": source.idle}
            for number, source in sorted(sources.items())
        ],
        "complete": not missing,
        "missing_partitions": missing,
        "views": [_described(one, since, all_known) for one in windowing.views],
    }


def known(partitions: Sequence[int]) -> Known:
    """What this worker knows."""
    shards = _ready(partitions)
    too_late: dict[str, int] = {}
    for shard in shards.values():
        for view_id, index in shard.views.items():
            too_late[view_id] = too_late.get(view_id, 0) + sum(index.too_late.values())
    sources = {n: source for shard in shards.values() for n, source in shard.progress.sources.items()}
    return Known({number: shard.watermark_us for number, shard in shards.items()}, sources, too_late)


async def recent_events(most: int = 50) -> list[dict[str, Any]]:
    """The newest events of all workers, the newest first."""
    found = await workers.ask(RECENT_PATH, {})
    events = windowing.recent.events()
    for reply in found:
        events += msgspec.msgpack.decode(reply.body)
    return sorted(events, key=lambda event: float(event["time"]), reverse=True)[:most]


def question_of(view_id: str, parameters: Mapping[str, str]) -> Question:
    """What another worker asks; raises KeyError or ValueError where it is none."""
    grid = Grid(*(int(parameters[name]) for name in ("start", "end", "step", "slide")))
    if grid.step < 1 or grid.slide < 1 or grid.windows > MOST_WINDOWS or grid.bins > MOST_BINS:
        raise ValueError(f"no such windows: {grid}")
    top = int(parameters["top"]) if "top" in parameters else None
    return Question(view_id, grid, top, parameters.get("key"))


def partitions_of(parameters: Mapping[str, str]) -> list[int]:
    """Which partitions another worker asks for."""
    return [int(number) for number in parameters["partitions"].split(",")]


def _sketches(grid: Grid) -> int:
    """How many slots have to be put together, one by one, where distinct keys are counted."""
    return grid.windows * min(grid.step, windowing.kept.retention)


def _parameters(question: Question) -> dict[str, str]:
    grid = question.grid
    asked = {"start": grid.start, "end": grid.end, "step": grid.step, "slide": grid.slide}
    more = {"top": question.top, "key": question.key}
    return {name: str(value) for name, value in {**asked, **more}.items() if value is not None}


def _partitions(asked: WindowView, question: Question) -> list[int]:
    """Where the answer is: of one key in one partition, and what came too late of the view in another."""
    count = workers.partition_count()
    if question.key is None:
        return list(range(count))
    return sorted({partition_of(asked.id, place, count) for place in (bucket_of(question.key), TOO_LATE)})


def _ours(partitions: Sequence[int], others: Sequence[Held | Known]) -> list[int]:
    """Those of this worker, without what others answered: one may have come to us from them meanwhile."""
    answered = {number for one in others for number in one.watermarks}
    return [number for number in partitions if number in window_panes.owned and number not in answered]


def _ready(partitions: Sequence[int]) -> dict[int, Shard]:
    shards = window_panes.shards
    return {number: shards[number] for number in partitions if number in shards and shards[number].ready}


def _described(one: WindowView, since: Mapping[str, datetime], all_known: Sequence[Known]) -> dict[str, Any]:
    return {
        "name": one.name,
        "about": one.about,
        "event": one.event,
        "key": one.key,
        "filter": one.filter,
        "kind": one.kind,
        "since": since.get(one.id),
        "too_late": sum(known.too_late.get(one.id, 0) for known in all_known),
    }


async def _since() -> dict[str, datetime]:
    """Since when views are counted; nothing while the database, which knows it, is away."""
    try:
        connection = await asyncpg.connect(addresses.resolve(config).timescaledb, timeout=SINCE_SECONDS)
        try:
            rows = await connection.fetch(query("windows"), timeout=SINCE_SECONDS)
        finally:
            connection.terminate()
    except AWAY:
        return {}
    return {row["id"]: row["since"] for row in rows}


def _check_enabled() -> None:
    if not config.windows.enabled:
        raise WindowsUnavailable(reason="[windows] enabled is false")

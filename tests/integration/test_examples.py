"""The examples of the how-tos in a worker, which is killed: each has in the end exactly what was sent."""

import json
import random
import sqlite3
import time
import uuid
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from windows import counted
from worker import Deploy, Deployment, Worker, beacon, until

import examples

BROKEN = """
from chronos.sinks import DataSink

class Broken(DataSink):
    async def write(self, batch):
        raise TypeError("nothing works here")
"""
PATIENCE = 60.0


def made_up(rng: random.Random) -> list[Any]:
    at = int(time.time() * 1000) - rng.randrange(60_000)
    title = rng.choice(["intro", "Tour ✓", "o'brien"])
    kinds: list[list[Any]] = [
        ["video_plays", title, rng.randrange(80) / 8, at],
        ["video_plays", title, rng.randrange(80) / 8, at, rng.choice([None, "720p"])],
        ["errors", "error", f"lost {rng.randrange(5)}", "a.js", 1, 2, "", at],
        ["pageviews", "/", "Start", at],
        ["video_plays", title, "long", at],
    ]
    return rng.choice(kinds)


class Sent:
    """Beacons by id, each sent until it is accepted, and some of them again."""

    def __init__(self, worker: Worker, rng: random.Random) -> None:
        self.worker, self.rng = worker, rng
        self.events: dict[str, list[Any]] = {}

    async def send(self, id: str) -> None:
        async with self.worker.http.post(
            f"{self.worker.url}/api/events", data=json.dumps(beacon(*self.events[id], id=id))
        ) as answer:
            assert answer.status == 200, await answer.text()

    async def some(self, beacons: int) -> None:
        for _ in range(beacons):
            id = str(uuid.UUID(int=self.rng.getrandbits(128)))
            self.events[id] = [made_up(self.rng) for _ in range(self.rng.randrange(5))]
            await self.send(id)
            if self.rng.random() < 0.3:
                await self.send(self.rng.choice(list(self.events)))

    def good(self) -> list[tuple[str, list[Any]]]:
        """Each event that fits, with the id of its beacon."""
        return [
            (id, event)
            for id, events in self.events.items()
            for event in events
            if not (event[0] == "video_plays" and event[2] == "long")
        ]

    def plays(self) -> list[list[Any]]:
        return [event for _, event in self.good() if event[0] == "video_plays"]


@pytest.mark.parametrize(
    "kills", [pytest.param(0, id="no kill"), pytest.param(3, id="kills", marks=pytest.mark.soak)]
)
async def test_each_example_has_exactly_what_was_sent_also_when_the_worker_is_killed(
    deploy: Deploy, rng: random.Random, tmp_path: Path, kills: int
) -> None:
    examples.install(tmp_path / "site")
    tables = {
        "archive": {"use": "sqlite", "path": "archive.db"},
        "broken": {"use": "broken:Broken"},
    }
    async with deploy(sinks=tables) as deployment:
        (deployment.folder / "broken.py").write_text(BROKEN)
        worker = deployment.worker(PYTHONPATH=str(tmp_path / "site"))
        await worker.start()
        sent = Sent(worker, rng)
        await sent.some(60)
        for _ in range(kills):
            worker.kill()
            worker.launch()
            await worker.until_ready()
            await sent.some(60)
        await deployment.until_stored()
        await check_table(deployment, sent)
        await check_sink(deployment, sent)
        await check_view(deployment, sent)
        await check_windows(worker, sent)
        await check_agent(worker, sent)
        await check_broken(worker)


async def check_table(deployment: Deployment, sent: Sent) -> None:
    rows = await deployment.rows("select title, seconds, quality from video_plays")
    assert Counter(map(tuple, rows)) == Counter((p[1], p[2], (*p, None)[4]) for p in sent.plays())
    wrong = [event for events in sent.events.values() for event in events if event[2] == "long"]

    async def letters() -> bool:
        found = await deployment.value("select count(*) from dead_letters where reason ~ 'video_plays.sec'")
        return bool(found == len(wrong))

    await until(letters, PATIENCE, f"{len(wrong)} dead letters")


async def check_sink(deployment: Deployment, sent: Sent) -> None:
    file = sqlite3.connect(deployment.folder / "archive.db")
    ends = {place: end for place, end in (await deployment.end_offsets()).items() if end}

    async def written() -> bool:
        return dict(file.execute("select * from watermark").fetchall()) == ends

    await until(written, PATIENCE, "all in the archive")
    found = file.execute("select beacon_id, type, fields from events").fetchall()
    assert Counter(map(str, (one[:2] for one in found))) == Counter(
        str((id, event[0])) for id, event in sent.good()
    )
    fields = Counter(fields for _, type, fields in found if type == "video_plays")
    assert fields == Counter(
        json.dumps({"title": p[1], "seconds": p[2], "quality": (*p, None)[4]}) for p in sent.plays()
    )
    assert await deployment.watermarks(sink="archive") == ends
    file.close()


async def check_view(deployment: Deployment, sent: Sent) -> None:
    right: dict[str, list[float]] = defaultdict(list)
    for play in sent.plays():
        right[play[1]].append(play[2])
    wanted = {title: (len(seconds), sum(seconds)) for title, seconds in right.items()}
    statement = "select title, sum(plays), sum(seconds) from seconds_per_video group by 1"
    await deployment.until_views(PATIENCE)

    async def fed() -> bool:
        return {row[0]: (row[1], row[2]) for row in await deployment.rows(statement)} == wanted

    await until(fed, PATIENCE, f"view {wanted}")


async def check_windows(worker: Worker, sent: Sent) -> None:
    wanted: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _, title, seconds, at, *_ in sent.plays():
        if seconds > 3:
            wanted[at // 10_000][title] += 1
    slots = min(wanted), max(wanted)

    async def all_counted() -> bool:
        return (await counted(worker, "video_titles", *slots)) == (wanted, True)

    await until(all_counted, PATIENCE, f"windows {wanted}")


async def check_agent(worker: Worker, sent: Sent) -> None:
    wanted = {f"visitors meet: {event[2]} ({id})" for id, event in sent.good() if event[0] == "errors"}

    async def all_told() -> bool:
        return all(line in worker.said for line in wanted)

    await until(all_told, PATIENCE, "all errors are told, at least once")


async def check_broken(worker: Worker) -> None:
    async def told() -> bool:
        health = await worker.health() or {}
        wanted = "broken waits: write raises TypeError: nothing works here"
        return health.get("remarks") == [wanted] and health["status"] == "ready"

    await until(told, PATIENCE, "a sink that fails is named, and is no reason for a worker not to be ready")

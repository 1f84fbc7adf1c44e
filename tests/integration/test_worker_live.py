"""`GET /api/live` of a real worker: what happened comes, and an open stream keeps no worker from stopping."""

import asyncio
import json
import time
from typing import Any

import pytest
from worker import Worker, beacon


async def live(worker: Worker, answer: Any) -> dict[str, Any]:
    """The next event `live` of a stream."""
    while not (line := await answer.content.readline()).startswith(b"data: {") or b'"timeline"' not in line:
        assert line, worker.said[-3000:]
    return json.loads(line[6:])  # type: ignore[no-any-return]


async def test_what_happens_comes_and_the_stream_ends_with_the_worker(deploy: Any) -> None:
    async with deploy() as deployment:
        worker = await deployment.start_worker()
        async with worker.http.get(f"{worker.url}/api/live") as answer, asyncio.timeout(60):
            assert (await live(worker, answer))["timeline"]["types"] == {}
            happened = time.time()
            events = [["key_presses", "k", happened * 1000], ["key_presses", "l", (happened - 900) * 1000]]
            async with worker.http.post(f"{worker.url}/api/events", json=beacon(*events)) as taken:
                assert taken.status == 200
            while not (now := await live(worker, answer))["timeline"]["types"]:
                pass
            slots = now["timeline"]["start"], now["timeline"]["types"]["key_presses"]
            counted = {start: count for start, count in zip(*slots, strict=True) if count}
            assert counted == {int(at // 10) * 10: 1 for at in (happened - 900, happened)}
            assert (sum(now["timeline"]["late"]), now["visitors"], now["complete"]) == (1, 1, True)
            assert [(event["text"], event["late"]) for event in now["last_events"]] == [
                ("l", True),
                ("k", False),
            ]
            assert {part["works"] for part in now["health"]["parts"]} == {True}
            code, seconds = await worker.stop()
            assert code == 0
            assert seconds < 6
            assert await answer.content.read() is not None


@pytest.mark.soak
async def test_a_worker_that_is_away_is_said_until_the_others_have_its_part(deploy: Any) -> None:
    async with deploy() as deployment:
        here, away = await deployment.start_worker(), await deployment.start_worker()
        async with here.http.get(f"{here.url}/api/live") as answer, asyncio.timeout(120):
            while not (await live(here, answer))["complete"]:
                pass
            away.kill()
            while (now := await live(here, answer))["complete"]:
                pass
            windows = now["health"]["parts"][-1]
            assert not windows["works"]
            assert windows["says"].startswith("no answer for partitions ")
            while not (await live(here, answer))["complete"]:
                pass

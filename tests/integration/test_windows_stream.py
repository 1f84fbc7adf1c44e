"""`GET /api/windows/VIEW/stream`: the newest windows as they change."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse
from worker import Deploy, Worker, beacon


@pytest.fixture(scope="module")
async def worker(deploy: Deploy) -> AsyncIterator[Worker]:
    async with deploy() as deployment:
        yield await deployment.start_worker()


async def told(stream: ClientResponse) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Each event and its data."""
    name = ""
    async for line in stream.content:
        field, _, text = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = text
        elif field == "data":
            yield name, json.loads(text)


async def test_windows_come_when_they_change(worker: Worker) -> None:
    path = f"{worker.url}/api/windows/pageview_urls/stream"
    async with asyncio.timeout(40), worker.http.get(path, params={"step": "1m", "last": 3}) as stream:
        assert (stream.status, stream.content_type) == (200, "text/event-stream")
        events = told(stream)
        name, said = await anext(events)
        assert (name, said["view"], [one["total"] for one in said["windows"]]) == (
            "windows",
            "pageview_urls",
            [0, 0, 0],
        )
        async with worker.http.post(f"{worker.url}/api/events", json=beacon(["pageviews", "/a", "A", 0])):
            pass
        while True:
            name, said = await anext(events)
            if name == "windows" and any(one["total"] for one in said["windows"]):
                break
        assert [one["counts"] for one in said["windows"] if one["total"]] == [{"/a": 1}]
        while (await anext(events))[0] != "still":
            pass


@pytest.mark.parametrize(
    ("path", "parameters", "status", "named"),
    [
        ("nothing", {}, 404, "nothing"),
        ("keys", {"from": "0"}, 400, "parameter from"),
        ("keys", {"last": "0"}, 400, "parameter last"),
        ("keys", {"step": "366d", "last": "10000"}, 400, "parameter last"),
        ("visitors", {"top": "3"}, 400, "parameter top"),
    ],
)
async def test_a_wrong_question_is_refused_before_the_stream_begins(
    worker: Worker, path: str, parameters: dict[str, str], status: int, named: str
) -> None:
    async with worker.http.get(f"{worker.url}/api/windows/{path}/stream", params=parameters) as answer:
        assert answer.status == status
        assert named in (await answer.json())["error"]

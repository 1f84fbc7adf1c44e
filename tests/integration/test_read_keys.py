"""Reading from elsewhere: with a read key, never with one that writes, and Faust's own pages, too."""

from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from worker import KEY, Worker, until

READ_KEY, REVOKED = "a-key-that-only-reads", "a-key-that-was-revoked"
ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}
PAGES = [
    *["/", "/live", "/live/main.js", "/api/live/x"],
    *["/api/windows", "/api/windows/x", "/api/windows/x/stream", "/api/views", "/api/views/key_press_count"],
    *["/router/", "/table/", "/table/x/", "/table", "/stats", "/assignment/", "/graph/", "/performance/"],
]
OPEN = ["/health", "/metrics", "/demo", "/tracker.js"]


@pytest.fixture(scope="module")
async def guarded(deploy: Any) -> AsyncIterator[Worker]:
    """A worker with a read key."""
    async with deploy() as deployment:
        revoked = {"key": REVOKED, "revoked": "2026-01-01T00:00:00Z"}
        deployment.tables["read_keys"] = [{"key": READ_KEY}, revoked, {"key": KEY}]
        deployment.write()
        worker = await deployment.start_worker()
        await deployment.until_views()
        yield worker


async def ask(worker: Worker, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    async with worker.http.get(f"{worker.url}{path}", headers=ELSEWHERE | headers) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


@pytest.mark.parametrize("path", PAGES)
async def test_what_tells_of_events_needs_a_key(guarded: Worker, path: str) -> None:
    status, text, headers = await ask(guarded, path)
    assert (status, headers["WWW-Authenticate"].partition(" ")[0]) == (401, "Basic")
    assert "chronos key new --read" in text
    given = [f"Bearer {READ_KEY}", f"bearer  {READ_KEY} ", basic("me", READ_KEY), basic("", READ_KEY)]
    for authorization in given:
        status, _, _ = await ask(guarded, path, Authorization=authorization)
        assert status != 401, authorization
    async with guarded.http.get(f"{guarded.url}{path}") as answer:
        assert answer.status != 401, "from this machine"


async def test_the_stream_of_the_live_page_needs_a_key(guarded: Worker) -> None:
    assert (await ask(guarded, "/api/live"))[0] == 401
    headers = {**ELSEWHERE, "Authorization": basic("me", READ_KEY)}
    async with guarded.http.get(f"{guarded.url}/api/live", headers=headers) as answer:
        assert answer.status == 200
        assert await answer.content.readline() == b"retry: 2000\n"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {KEY}",
        f"Bearer {REVOKED}",
        f"Bearer {READ_KEY}x",
        f"Bearer {READ_KEY[:-1]}",
        READ_KEY,
        "Basic no base64",
        "Basic /w==",
        "Digest a",
    ],
)
async def test_no_other_key_reads(guarded: Worker, authorization: str) -> None:
    """One that is listed among the write keys reads nothing, wherever else it is listed: pages show it."""
    status, text, _ = await ask(guarded, "/api/views", Authorization=authorization)
    assert status == 401
    assert READ_KEY not in text


@pytest.mark.parametrize("path", OPEN)
async def test_what_pages_and_monitors_need_is_open(guarded: Worker, path: str) -> None:
    assert (await ask(guarded, path))[0] == 200


async def test_a_read_key_writes_nothing(guarded: Worker) -> None:
    body = {"ACCESS_KEY": READ_KEY, "data": {"events": [["key_presses", "a", 0]], "metadata": {}}}
    async with guarded.http.post(f"{guarded.url}/api/events", json=body) as answer:
        assert answer.status == 401


async def test_a_new_key_reads_without_a_restart(deploy: Any) -> None:
    async with deploy() as deployment:
        worker = await deployment.start_worker()
        assert (await ask(worker, "/api/views", Authorization=f"Bearer {READ_KEY}"))[0] == 401
        deployment.tables["read_keys"] = [{"key": READ_KEY}]
        deployment.write()

        async def reads() -> bool:
            return (await ask(worker, "/api/views", Authorization=f"Bearer {READ_KEY}"))[0] == 200

        await until(reads, what="the key is known")


def basic(name: str, password: str) -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"

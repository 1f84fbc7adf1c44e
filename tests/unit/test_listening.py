"""When a worker takes connections, and when no more."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import faust
import pytest
from aiohttp.web import Request, Response
from project import free_port
from worker import until

from chronos.errors import PortTaken
from chronos.listening import Listening
from chronos.public_port import PublicPort

HOST = "127.0.0.1"


class Worker:
    """A web server with both ports, and a view that answers when it is told to."""

    def __init__(self, folder: Path, own: int, public: int) -> None:
        self.own, self.public = (f"http://{HOST}:{port}" for port in (own, public))
        self.app = faust.App("test", broker="kafka://127.0.0.1:1", web_bind=HOST, web_port=own)
        self.app.has_joined = False  # type: ignore[attr-defined]
        self.port = PublicPort(folder, HOST, public)
        self.web = Listening(self.app, self.port)
        self.asked, self.answers = asyncio.Event(), asyncio.Event()
        self.answers.set()
        self.web.web_app.router.add_get("/", self._answer)

    async def _answer(self, _: Request) -> Response:
        self.asked.set()
        await self.answers.wait()
        return Response(text="here")


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[Worker]:
    """Not started."""
    made = Worker(tmp_path, free_port(), free_port())
    yield made
    await made.web.stop_server()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as session:
        yield session


async def until_taken(http: aiohttp.ClientSession, url: str) -> None:
    await until(lambda: takes(http, url), 20, f"{url} answers", 0.05)


async def takes(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return await answer.text() == "here"
    except aiohttp.ClientConnectorError:
        return False


async def test_one_that_is_alone_answers_at_both_ports_at_once(
    worker: Worker, http: aiohttp.ClientSession
) -> None:
    await worker.web.start_server()
    await until_taken(http, worker.public)
    assert await takes(http, worker.own)


async def test_one_that_starts_beside_others_leaves_the_public_port_to_them_until_it_has_joined(
    worker: Worker, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    other = PublicPort(tmp_path, HOST, int(worker.public.rpartition(":")[2]))
    sockets = other.take()
    await worker.web.start_server()
    assert await takes(http, worker.own)
    assert not await takes(http, worker.public)
    worker.app.has_joined = True  # type: ignore[attr-defined]
    await until_taken(http, worker.public)
    for one in sockets:
        one.close()
    other.leave()


async def test_one_whose_neighbours_are_gone_waits_no_longer(
    worker: Worker, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    other = PublicPort(tmp_path, HOST, int(worker.public.rpartition(":")[2]))
    sockets = other.take()
    await worker.web.start_server()
    assert not await takes(http, worker.public)
    for one in sockets:
        one.close()
    other.leave()
    await until_taken(http, worker.public)


async def test_one_that_stops_takes_no_more_and_finishes_what_it_has_begun(
    worker: Worker, http: aiohttp.ClientSession
) -> None:
    await worker.web.start_server()
    await until_taken(http, worker.public)
    worker.asked.clear()
    worker.answers.clear()
    begun = asyncio.create_task(http.get(worker.public))
    await worker.asked.wait()
    await worker.web.leave()
    async with aiohttp.ClientSession() as another:
        assert not await takes(another, worker.public)
    worker.answers.set()
    answer = await begun
    assert (await answer.text(), answer.headers["Connection"]) == ("here", "close")
    assert await takes(http, worker.own), "others may still ask it"


async def test_an_own_port_that_another_program_has_is_an_error_of_ours(
    worker: Worker, tmp_path: Path
) -> None:
    await worker.web.start_server()
    second = Worker(tmp_path, int(worker.own.rpartition(":")[2]), free_port())
    with pytest.raises(PortTaken, match=rf"Port {worker.own.rpartition(':')[2]} of 127\.0\.0\.1"):
        await second.web.start_server()
    await second.web.stop_server()

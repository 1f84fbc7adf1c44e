"""Server-sent events to many: who goes is noticed, and who is slow holds nobody up."""

import pytest
from asking import Run

from chronos.web import sse

SERVER = """
import asyncio, itertools, time
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from chronos.web import sse
from chronos.web.broadcast import Broadcast, message

number = itertools.count()
async def ask():
    return message(0, {"n": next(number), "much": "x" * 300_000})

broadcast = Broadcast(ask, lambda: False, pause=0.001, quiet=0.05)

async def view(request):
    return await sse.stream(request, "news", broadcast)

async def until(listeners):
    async with asyncio.timeout(20):
        while broadcast.listeners != listeners:
            await asyncio.sleep(0.01)

async def served(test):
    app = web.Application()
    app.router.add_get("/", view)
    async with TestServer(app) as server, ClientSession(read_bufsize=2**22) as http:
        await test(server, http)
"""
GOES = """
async def test(server, http):
    answer = await http.get(server.make_url("/"))
    assert await answer.content.readline() == b"retry: 2000\\n"
    await until(1)
    answer.close()
    await until(0)
asyncio.run(served(test))
"""
SLOW = """
sse.SLOW_SECONDS = 0.5
async def test(server, http):
    reader, writer = await asyncio.open_connection(server.host, server.port, limit=1)
    writer.write(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    writer.transport.pause_reading()
    await until(1)
    answer = await http.get(server.make_url("/"))
    async with asyncio.timeout(20):
        seen = 0
        while seen < 50:
            seen += (await answer.content.readline()).startswith(b"data:")
    await until(1)
    answer.close()
    await until(0)
    writer.transport.abort()
asyncio.run(served(test))
"""


@pytest.mark.parametrize("test", [GOES, SLOW], ids=["who goes is noticed", "who is slow is left behind"])
def test_of_many_listeners(run_python: Run, test: str) -> None:
    result = run_python("-c", SERVER + test)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("id", "written"),
    [(None, b"event: still\ndata: {}\n\n"), ("a1", b"id: a1\nevent: still\ndata: {}\n\n")],
    ids=["without an id", "with one"],
)
def test_an_event_is_its_fields_and_an_empty_line(id: str | None, written: bytes) -> None:
    assert sse.encoded("still", b"{}", id) == written

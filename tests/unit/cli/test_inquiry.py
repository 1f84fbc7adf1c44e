import asyncio
import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from chronos.cli import inquiry
from chronos.cli.inquiry import Whom
from chronos.cli.ways.workers import HttpWorker
from chronos.settings import Settings


def worker(address: str) -> HttpWorker:
    return HttpWorker(Settings(), "worker-1", address)


@pytest.fixture
def silent() -> Iterator[str]:
    """host:port of a server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_who_is_silent_is_given_up(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inquiry, "PATIENCE", 0.5)
    whom = Whom(silent, f"postgresql://me:secret@{silent}/none", [worker(f"http://{silent}")])
    answers = inquiry.ask(Settings(), whom)
    for part in (answers.kafka, answers.database, answers.workers["worker-1"], answers.windows):
        assert part.found is None
        assert part.unavailable
        assert "secret" not in part.unavailable
    assert answers.kafka.unavailable == "no answer within 0.5 s"


async def test_how_it_ends_after_it_was_given_up_is_reported_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def late(_: str) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise TimeoutError from None

    monkeypatch.setattr(inquiry, "PATIENCE", 0.01)
    assert (await inquiry._part("here", late)).unavailable == "no answer within 0.01 s"
    gc.collect()
    assert "never retrieved" not in caplog.text


def test_who_does_not_run_is_not_asked() -> None:
    answers = inquiry.ask(Settings(), Whom(None, None, []))
    assert answers.kafka.unavailable == answers.database.unavailable == "it does not run"
    assert answers.windows.unavailable == "no worker runs here"


def test_one_part_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr(HttpWorker, "get", broken)
    answers = inquiry.ask(Settings(), Whom("127.0.0.1:1", None, [worker("http://127.0.0.1:1")]))
    assert answers.workers["worker-1"].unavailable == "no such thing"
    assert answers.kafka.unavailable == "no broker answers"


SLOW_NAMES = """
import asyncio, socket, time
from chronos.cli import inquiry
from chronos.cli.ways.workers import HttpWorker
from chronos.settings import Settings

socket.getaddrinfo = lambda *_, **__: time.sleep(60)
inquiry.PATIENCE = 0.2
worker = HttpWorker(Settings(), "worker-1", "http://d.example")
whom = inquiry.Whom("a.example:9092", "postgresql://b.example/c", [worker])
print(inquiry.ask(Settings(), whom).kafka.unavailable)
"""


def test_a_name_server_that_is_silent_holds_nobody_up() -> None:
    # The process has to end, too: it must not wait for the threads that ask for names.
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-c", SLOW_NAMES], capture_output=True, text=True, timeout=50, check=True
    )
    assert said.stdout.strip() == "no answer within 0.2 s", said.stderr
    assert time.monotonic() - began < 50


async def test_calls_that_nobody_waits_for_give_their_results_and_errors() -> None:
    pool = inquiry.Unwaited()
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(pool, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await loop.run_in_executor(pool, lambda: 1 // 0)

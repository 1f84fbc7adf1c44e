"""What the tests of the spool share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from chronos.spool import Message, Spool

LIMIT = 1_000_000


@pytest.fixture
def message() -> Callable[[int], Message]:
    """Return a message that can be told apart by its number."""
    return lambda number: Message("events", b"visitor", b"%d" % number, (("project", b"default"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "worker-1"


@pytest.fixture
async def spool(folder: Path) -> AsyncIterator[Spool]:
    spool = Spool(folder, LIMIT)
    await spool.open()
    yield spool
    await spool.close()


@pytest.fixture
def drain_into(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Awaitable[list[int]]]:
    """Drain until the disk is empty; return the failures in a row at each wait."""

    async def drain_into(spool: Spool, send: Callable[[Message], Awaitable[None]]) -> list[int]:
        waits: list[int] = []
        is_empty = asyncio.Event()

        async def wait_for_ever() -> None:
            is_empty.set()
            await asyncio.Future()

        monkeypatch.setattr(spool, "_wait_for_work", wait_for_ever)
        draining = asyncio.create_task(spool.drain(send, retry=lambda failures: waits.append(failures) or 0))
        async with asyncio.timeout(30):
            await is_empty.wait()
        draining.cancel()
        await asyncio.wait([draining])
        return waits

    return drain_into


@pytest.fixture
def drain_all(drain_into: Callable[..., Awaitable[list[int]]]) -> Callable[..., Awaitable[list[Message]]]:
    """Drain until the disk is empty; return what was sent."""

    async def drain_all(spool: Spool) -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await drain_into(spool, send)
        assert spool.bytes == 0
        return sent

    return drain_all


@pytest.fixture
def left_behind(tmp_path: Path, message: Callable[[int], Message]) -> Callable[..., Awaitable[Path]]:
    """Leave messages in a folder as a dead worker does; return the path of its last segment."""

    async def left_behind(folder: Path, numbers: range, **options: int) -> Path:
        # Made elsewhere, so that it does not take over the folders that are there.
        elsewhere = tmp_path / "elsewhere" / folder.name
        spool = Spool(elsewhere, LIMIT, **options)
        await spool.open()
        for number in numbers:
            await spool.put(message(number))
        await spool.close()
        return moved(elsewhere, folder)

    def moved(elsewhere: Path, folder: Path) -> Path:
        folder.parent.mkdir(exist_ok=True)
        elsewhere.rename(folder)
        return max(folder.glob("*.spool"))

    return left_behind

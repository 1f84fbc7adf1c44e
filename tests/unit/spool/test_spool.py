"""Putting, counting, refusing: the spool on a disk that works."""

import asyncio
import os
import stat

import pytest

from chronos.errors import SpoolFailed, SpoolFull, SpoolInUse
from chronos.spool import Message, Spool
from chronos.spool import spool as module


@pytest.mark.parametrize(
    "kept",
    [
        Message("events", None, b"", ()),
        Message("events", b"", b"\x00\xff" * 10, (("time", b"1"), ("time", b"2"))),
        Message("events", "é".encode(), b"x" * 100_000, (("project", "née".encode()),)),
    ],
    ids=["empty", "repeated header", "large"],
)
async def test_what_was_put_comes_out_as_it_was(spool, drain_all, kept):
    await spool.put(kept)
    assert await drain_all(spool) == [kept]


async def test_messages_are_sent_in_the_order_of_their_puts_across_segments(folder, message, drain_all):
    spool = Spool(folder, 1_000_000, segment_bytes=200)
    await spool.open()
    for number in range(50):
        await spool.put(message(number))
    assert len(list(folder.glob("*.spool"))) > 5
    assert await drain_all(spool) == [message(number) for number in range(50)]
    assert list(folder.glob("*.spool")) == []
    await spool.close()


async def test_puts_that_wait_together_share_one_fsync(spool, message, drain_all, monkeypatch):
    await spool.put(message(0))  # makes the segment, and with it an fsync of the folder
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(fd) or fsync(fd))
    await asyncio.gather(*(spool.put(message(number)) for number in range(1, 101)))
    assert len(synced) == 1
    assert await drain_all(spool) == [message(number) for number in range(101)]


async def test_a_put_returns_after_its_fsync(spool, message, monkeypatch):
    events = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: fsync(fd) or events.append("fsync"))
    await spool.put(message(1))
    events.append("returned")
    assert events == ["fsync", "fsync", "returned"]  # of the folder, and of the record


async def test_a_put_does_not_block_the_event_loop(spool, message, monkeypatch):
    loop_runs = asyncio.Event()
    released = asyncio.Event()
    loop = asyncio.get_running_loop()
    fsync = os.fsync

    def wait_for_the_loop(fd):
        asyncio.run_coroutine_threadsafe(loop_runs.wait(), loop).result(timeout=10)
        fsync(fd)

    monkeypatch.setattr(os, "fsync", wait_for_the_loop)
    put = asyncio.create_task(spool.put(message(1)))
    put.add_done_callback(lambda _: released.set())
    await asyncio.sleep(0)
    assert not released.is_set()
    loop_runs.set()
    await put


async def test_a_full_spool_refuses_and_takes_again_after_the_drain(folder, drain_all):
    spool = Spool(folder, 1_000)
    await spool.open()
    large = Message("events", None, b"x" * 600, ())
    await spool.put(large)
    with pytest.raises(SpoolFull, match=r"is full: 6\d\d of 1000 bytes"):
        await spool.put(large)
    assert await drain_all(spool) == [large]
    await spool.put(large)
    await spool.close()


async def test_puts_that_still_wait_count_towards_the_limit(folder):
    spool = Spool(folder, 1_000)
    await spool.open()
    puts = [spool.put(Message("events", None, b"x" * 600, ())) for _ in range(3)]
    results = await asyncio.gather(*puts, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), SpoolFull, SpoolFull]
    await spool.close()


async def test_a_spool_of_no_bytes_refuses_everything(folder, message):
    spool = Spool(folder, 0)
    await spool.open()
    with pytest.raises(SpoolFull):
        await spool.put(message(1))
    await spool.close()


async def test_pending_and_bytes_say_what_waits(spool, message, drain_all, folder):
    assert (spool.pending, spool.bytes, spool.corrupt) == (0, 0, 0)
    await asyncio.gather(*(spool.put(message(number)) for number in range(3)))
    assert spool.pending == 3
    assert spool.bytes == sum(path.stat().st_size for path in folder.glob("*.spool"))
    await drain_all(spool)
    assert (spool.pending, spool.bytes) == (0, 0)


async def test_a_cancelled_put_does_not_harm_the_others(spool, message, drain_all):
    puts = [asyncio.create_task(spool.put(message(number))) for number in range(3)]
    await asyncio.sleep(0)
    puts[1].cancel()
    await asyncio.wait(puts)
    assert [put.cancelled() for put in puts] == [False, True, False]
    sent = await drain_all(spool)
    assert message(0) in sent and message(2) in sent


async def test_close_lets_running_puts_finish(spool, message, folder):
    puts = [asyncio.create_task(spool.put(message(number))) for number in range(5)]
    await asyncio.sleep(0)
    await spool.close()
    await asyncio.gather(*puts)
    again = Spool(folder, 1_000_000)
    await again.open()
    assert again.pending == 5
    await again.close()


async def test_a_closed_spool_refuses(spool, message):
    await spool.close()
    with pytest.raises(SpoolFailed, match="not open"):
        await spool.put(message(1))
    with pytest.raises(SpoolFailed, match="not open"):
        await spool.drain(pytest.fail)


async def test_two_spools_cannot_have_one_folder(spool, folder, monkeypatch):
    monkeypatch.setattr(module, "LOCK_WAITS", (0,))
    with pytest.raises(SpoolInUse, match="worker-1"):
        await Spool(folder, 1_000).open()


async def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SpoolFailed, match="cannot be written"):
        await Spool(tmp_path / "file" / "worker-1", 1_000).open()


def test_making_a_spool_does_no_io(folder):
    Spool(folder, 1_000)
    assert not folder.parent.exists()


async def test_only_this_user_can_read_what_is_stored(spool, message, folder):
    await spool.put(message(1))
    (segment,) = folder.glob("*.spool")
    assert stat.S_IMODE(segment.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_clock_set_back_keeps_the_order(spool, folder, message, drain_all, monkeypatch):
    for number, now in enumerate([3_000, 2_000, 1_000]):
        monkeypatch.setattr("chronos.spool.store.time.time_ns", lambda now=now: now)
        await spool.put(message(number))
        spool._store.close()  # the next put makes a segment
    await spool.close()
    again = Spool(folder, 1_000_000)
    await again.open()
    assert await drain_all(again) == [message(0), message(1), message(2)]
    await again.close()

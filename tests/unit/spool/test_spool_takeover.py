"""Several workers in one state directory: the dead are taken over, the living are left alone."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from chronos.spool import Message, Spool, ownership
from chronos.spool import spool as module


async def opened(folder, limit=1_000_000):
    spool = Spool(folder, limit)
    await spool.open()
    return spool


@pytest.mark.parametrize("kill_after", [1, 200, 1_500], ids="{} acknowledged".format)
async def test_what_a_killed_worker_acknowledged_is_found(folder, drain_all, kill_after):
    acknowledged = await asyncio.to_thread(put_and_kill, folder, kill_after)
    assert len(acknowledged) >= kill_after
    heir = await opened(folder.with_name("worker-2"), 10**9)
    found = {int(message.value) for message in await drain_all(heir)}
    assert acknowledged <= found
    assert not folder.exists()
    await heir.close()


def put_and_kill(folder, kill_after):
    script = Path(__file__).with_name("put_until_killed.py")
    with subprocess.Popen([sys.executable, script, folder], stdout=subprocess.PIPE, text=True) as process:
        printed = [process.stdout.readline() for _ in range(kill_after)]
        process.kill()
        printed += process.stdout.readlines()
    return {int(line) for line in printed if line.endswith("\n")}


async def test_a_dead_workers_folder_is_taken_over(folder, message, left_behind, drain_all, caplog):
    caplog.set_level("INFO")
    await left_behind(folder, range(20), segment_bytes=200)
    heir = await opened(folder.with_name("worker-2"))
    assert heir.pending == 20
    assert "took over" in caplog.text
    assert not folder.exists()
    assert await drain_all(heir) == [message(number) for number in range(20)]
    await heir.close()


async def test_a_living_workers_folder_is_left_alone(spool, folder, message, drain_all):
    await spool.put(message(1))
    other = await opened(folder.with_name("worker-2"))
    assert other.pending == 0
    assert await drain_all(spool) == [message(1)]
    await other.close()


async def test_a_worker_that_comes_back_drains_its_own(folder, message, left_behind, drain_all):
    await left_behind(folder, range(3))
    spool = await opened(folder)
    await spool.put(message(3))
    assert await drain_all(spool) == [message(number) for number in range(4)]
    await spool.close()


async def test_two_heirs_share_without_taking_anything_twice(folder, message, left_behind, drain_all):
    for dead in range(5):
        start = 100 * dead
        await left_behind(folder.with_name(f"dead-{dead}"), range(start, start + 20), segment_bytes=200)
    heirs = await asyncio.gather(*(opened(folder.with_name(f"heir-{number}")) for number in range(3)))
    taken = [message for heir in heirs for message in await drain_all(heir)]
    assert len(taken) == 100
    assert len(set(taken)) == 100
    await asyncio.gather(*(heir.close() for heir in heirs))


async def test_a_drain_that_has_nothing_to_do_looks_for_the_dead(
    spool, folder, message, left_behind, monkeypatch
):
    monkeypatch.setattr(module, "LOOK_FOR_ORPHANS_EVERY", 0)
    taken = asyncio.Queue()
    draining = asyncio.create_task(spool.drain(taken.put))
    await asyncio.sleep(0)
    await left_behind(folder.with_name("worker-2"), range(3))
    async with asyncio.timeout(30):
        assert [await taken.get() for _ in range(3)] == [message(number) for number in range(3)]
    draining.cancel()
    await asyncio.wait([draining])


async def test_what_does_not_fit_is_taken_over_later(folder, message, left_behind):
    dead = folder.with_name("dead")
    await left_behind(dead, range(20), segment_bytes=200)
    heir = await opened(folder, limit=500)
    assert 0 < heir.bytes <= 500
    assert heir.pending < 20
    taken = asyncio.Queue()
    draining = asyncio.create_task(heir.drain(taken.put))
    async with asyncio.timeout(30):
        assert [await taken.get() for _ in range(20)] == [message(number) for number in range(20)]
    await heir.put(message(20))  # is sent after the look that found nothing more
    await taken.get()
    draining.cancel()
    await asyncio.wait([draining])
    assert not dead.exists()
    await heir.close()


async def test_a_segment_larger_than_the_limit_is_taken_over_by_an_empty_spool(folder, left_behind):
    await left_behind(folder.with_name("dead"), range(5))
    heir = await opened(folder, limit=0)
    assert heir.pending == 5
    await heir.close()


async def test_what_a_dead_worker_had_set_aside_stays_where_it_is(folder, left_behind):
    dead = folder.with_name("dead")
    path = await left_behind(dead, range(1))
    path.with_suffix(".corrupt").write_bytes(b"kept")
    heir = await opened(folder)
    assert heir.pending == 1
    assert [kept.name for kept in dead.iterdir()] == [path.with_suffix(".corrupt").name]
    await heir.close()


async def test_folders_that_are_no_spools_are_left_alone(folder):
    (folder.parent / "empty").mkdir(parents=True)
    (folder.parent / "other").mkdir()
    (folder.parent / "other" / "1.spool").write_bytes(b"not ours")
    (folder.parent / "file").touch()
    spool = await opened(folder)
    assert spool.pending == 0
    left = sorted(str(path.relative_to(folder.parent)) for path in folder.parent.rglob("*"))
    assert left == ["empty", "file", "other", "other/1.spool", "worker-1", "worker-1/spool.lock"]
    await spool.close()


async def test_one_folder_that_cannot_be_taken_over_stops_nothing(folder, left_behind, monkeypatch, caplog):
    await left_behind(folder.with_name("dead-1"), range(1))
    await left_behind(folder.with_name("dead-2"), range(2))
    rename = Path.rename

    def fail_for_the_first(path, target):
        if path.parent.name == "dead-1":
            raise OSError(18, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_first)
    spool = await opened(folder)
    assert spool.pending == 2
    assert "cannot take over" in caplog.text
    await spool.close()


async def test_a_worker_waits_for_one_that_is_looking_through_its_folder(folder, left_behind, monkeypatch):
    await left_behind(folder, range(1))
    looking = ownership.orphan(folder)
    looking.__enter__()
    take = ownership.take

    def take_and_let_go(path, *, create):
        lock = take(path, create=create)
        if lock is None:
            looking.__exit__(None, None, None)
        return lock

    monkeypatch.setattr(ownership, "take", take_and_let_go)
    monkeypatch.setattr(module, "LOCK_WAITS", (0,))
    spool = await opened(folder)
    assert spool.pending == 1
    await spool.close()


def test_the_lock_of_a_retired_folder_is_worth_nothing(folder, monkeypatch):
    folder.mkdir(parents=True)
    locked = ownership._locked

    def retired_before_the_lock(fd):
        ownership.retire(folder)
        return locked(fd)

    monkeypatch.setattr(ownership, "_locked", retired_before_the_lock)
    assert ownership.take(folder, create=True) is None
    assert not folder.exists()


async def test_messages_are_not_mixed_up_between_workers(spool, folder, drain_all):
    other = await opened(folder.with_name("worker-2"))
    await asyncio.gather(
        spool.put(Message("events", None, b"1", ())), other.put(Message("events", None, b"2", ()))
    )
    assert await drain_all(spool) == [Message("events", None, b"1", ())]
    assert await drain_all(other) == [Message("events", None, b"2", ())]
    await other.close()

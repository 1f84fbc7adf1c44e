"""A disk that tears, changes, fills up and fails: what was acknowledged survives, nothing loops."""

import asyncio
import errno
import logging
import os
import shutil

import pytest

from chronos.errors import SpoolFailed, SpoolInUse
from chronos.spool import Spool
from chronos.spool import segment as segment_module
from chronos.spool.framing import HEADER_BYTES, frame


async def reopened(folder):
    spool = Spool(folder, 1_000_000)
    await spool.open()
    return spool


async def test_a_torn_tail_is_ignored_and_named(folder, message, left_behind, drain_all, caplog):
    path = await left_behind(folder, range(5))
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(frame(b"never acknowledged")[:-3])
    spool = await reopened(folder)
    assert spool.pending == 5
    assert await drain_all(spool) == [message(number) for number in range(5)]
    assert f"{path}: at offset {whole} the file ends inside a record; ignored" in caplog.text
    assert not path.exists()
    assert spool.corrupt == 0
    await spool.close()


@pytest.mark.parametrize("where", ["length", "header checksum", "payload"])
async def test_a_changed_record_sets_the_rest_aside(folder, message, left_behind, drain_all, caplog, where):
    path = await left_behind(folder, range(6))
    size = path.stat().st_size // 6
    damaged = bytearray(path.read_bytes())
    damaged[3 * size + {"length": 0, "header checksum": 8, "payload": HEADER_BYTES + 1}[where]] ^= 0x40
    path.write_bytes(damaged)
    spool = await reopened(folder)
    await spool.put(message(100))
    assert await drain_all(spool) == [message(0), message(1), message(2), message(100)]
    kept = path.with_suffix(".corrupt")
    assert kept.read_bytes() == damaged
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert f"{kept}: at offset {3 * size}" in caplog.text
    assert (spool.pending, spool.bytes, spool.corrupt) == (0, 0, 1)
    await spool.close()
    spool = await reopened(folder)
    assert spool.corrupt == 1
    await spool.close()


async def test_a_record_that_is_no_message_is_set_aside(folder, message, left_behind, drain_all):
    path = await left_behind(folder, range(1))
    with path.open("ab") as file:
        file.write(frame(b"\xc1"))
    spool = await reopened(folder)
    assert await drain_all(spool) == [message(0)]
    assert path.with_suffix(".corrupt").exists()
    await spool.close()


async def test_a_block_that_cannot_be_read_is_set_aside(folder, message, left_behind, drain_all, monkeypatch):
    path = await left_behind(folder, range(3))
    read, reads = segment_module.read_record, iter(range(10))

    def read_record(file, left):
        if next(reads) == 1:
            raise OSError(errno.EIO, "Input/output error")
        return read(file, left)

    spool = await reopened(folder)
    monkeypatch.setattr(segment_module, "read_record", read_record)
    assert await drain_all(spool) == [message(0)]
    assert path.with_suffix(".corrupt").exists()
    await spool.close()


async def test_a_segment_that_somebody_removed_stops_nothing(folder, message, left_behind, drain_all, caplog):
    path = await left_behind(folder, range(3))
    spool = await reopened(folder)
    await spool.put(message(3))
    path.unlink()
    assert await drain_all(spool) == [message(3)]
    assert f"{path} was deleted, and with it " in caplog.text
    await spool.close()


async def test_an_empty_segment_is_deleted(folder, left_behind, drain_all):
    path = await left_behind(folder, range(1))
    os.truncate(path, 0)
    (folder / f"{1:020d}-00000000.spool").touch()
    spool = await reopened(folder)
    taken = await drain_all(spool)
    assert taken == []
    await spool.close()


def failing_write(code, written):
    """Write the first bytes of what is asked for, then fail, as a disk does that fills up."""
    pwrite = os.pwrite

    def write(fd, data, offset):
        if offset < written:
            return pwrite(fd, data[: written - offset], offset)
        raise OSError(code, os.strerror(code))

    return write


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize("written", [0, 5, 40], ids=["nothing", "half a header", "half a record"])
async def test_a_failed_write_hides_nothing_behind_it(folder, message, drain_all, monkeypatch, code, written):
    spool = await reopened(folder)
    await spool.put(message(1))
    first = next(folder.glob("*.spool")).stat().st_size
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", failing_write(code, first + written))
        with pytest.raises(SpoolFailed, match=os.strerror(code)) as caught:
            await spool.put(message(2))
        assert isinstance(caught.value.__cause__, OSError)
        assert spool.pending == 1
    await spool.put(message(3))
    await spool.close()
    spool = await reopened(folder)
    assert await drain_all(spool) == [message(1), message(3)]
    assert spool.corrupt == 0
    await spool.close()


async def test_a_short_write_is_continued(folder, message, spool, drain_all, monkeypatch):
    pwrite = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, offset: pwrite(fd, data[:7], offset))
    await spool.put(message(1))
    assert await drain_all(spool) == [message(1)]


@pytest.mark.parametrize("truncates", [True, False], ids=["truncates", "cannot truncate"])
async def test_a_failed_fsync_refuses_and_starts_a_new_file(
    folder, message, drain_all, monkeypatch, truncates
):
    spool = await reopened(folder)
    await spool.put(message(1))

    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        if not truncates:
            patch.setattr(os, "ftruncate", fail)
        with pytest.raises(SpoolFailed, match="Input/output error"):
            await spool.put(message(2))
    await spool.put(message(3))
    assert len(list(folder.glob("*.spool"))) == 2
    await spool.close()
    spool = await reopened(folder)
    refused = [] if truncates else [message(2)]  # whole on the disk, though nobody was told so
    assert await drain_all(spool) == [message(1), *refused, message(3)]
    await spool.close()


async def test_a_disk_that_stays_full_leaves_no_files(folder, message, drain_all, monkeypatch):
    spool = await reopened(folder)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", failing_write(errno.ENOSPC, 5))
        for number in range(3):
            with pytest.raises(SpoolFailed, match="No space left"):
                await spool.put(message(number))
    assert list(folder.glob("*.spool")) == []
    assert (spool.pending, spool.bytes) == (0, 0)
    await spool.close()


async def test_a_segment_whose_folder_cannot_be_synced_is_not_used(folder, message, monkeypatch):
    spool = await reopened(folder)

    def fail(_):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("chronos.spool.disk.sync_folder", fail)
        with pytest.raises(SpoolFailed):
            await spool.put(message(1))
    assert list(folder.glob("*.spool")) == []
    await spool.put(message(2))
    assert spool.pending == 1
    await spool.close()


@pytest.mark.parametrize("deleted", ["the folder", "all folders", "the file"])
async def test_what_comes_after_somebody_has_deleted_it_is_kept(
    spool, folder, message, drain_all, caplog, deleted
):
    """It is not written into a file that nobody will find."""
    for number in range(3):
        await spool.put(message(number))
    if deleted == "the file":
        [file] = folder.glob("*.spool")
        file.unlink()
    else:
        shutil.rmtree(folder if deleted == "the folder" else folder.parent)
    await asyncio.gather(*(spool.put(message(number)) for number in range(3, 9)))
    assert sorted(await drain_all(spool), key=lambda one: int(one.value)) == [
        message(number) for number in range(3, 9)
    ]
    assert "was deleted, and with it 3 beacons that waited" in caplog.text
    assert (f"{folder} was deleted, and is made again" in caplog.text) == (deleted != "the file")
    other = Spool(folder, 1_000_000)
    with pytest.raises(SpoolInUse):
        await other.open()

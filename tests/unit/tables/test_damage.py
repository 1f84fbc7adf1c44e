"""A local store that cannot be opened holds up nothing."""

import errno
import logging
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import rocksdict

from chronos.tables.damage import RETRY_SECONDS, set_aside_damaged


async def test_a_local_store_that_cannot_be_opened_is_put_aside(tmp_path: Path) -> None:
    folder, aside = tmp_path / "window_panes-3.db", tmp_path / "window_panes-3.db.damaged"
    store = SimpleNamespace(
        partition_path=lambda partition: folder,
        _db_for_partition=lambda partition: rocksdict.Rdict(str(folder)),
    )
    for _ in range(2):
        folder.mkdir()
        (folder / "CURRENT").write_bytes(b"rubbish")
        await set_aside_damaged(store, 3)
        assert not folder.exists()
        assert (aside / "CURRENT").exists()
    await set_aside_damaged(store, 3)
    assert (folder / "CURRENT").exists(), "a new one was opened"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT], ids=errno.errorcode.get)
async def test_on_a_full_disk_nothing_is_damaged_and_that_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    folder = tmp_path / "window_panes-3.db"
    folder.mkdir()
    answers = [f"IO error: {os.strerror(code)}: While open a file: {number}.log" for number in range(3)]

    def open_db(partition: int) -> None:
        if answers:
            raise Exception(answers.pop())

    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    store = SimpleNamespace(partition_path=lambda partition: folder, _db_for_partition=open_db)
    caplog.set_level(logging.INFO)
    await set_aside_damaged(store, 3, sleep)
    assert waited == [RETRY_SECONDS] * 3
    assert folder.exists()
    assert [said.partition(":")[0] for said in caplog.messages] == [
        "windows of partition 3 wait for room on the disk",
        "windows of partition 3 have room again",
    ]

"""A local store that cannot be opened: it is put aside, since the changelog has all of it."""

import asyncio
import logging
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from chronos.errors import NO_ROOM

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
FULL = tuple(map(os.strerror, NO_ROOM))  # RocksDB tells what the system said, not its code


async def set_aside_damaged(
    store: Any, partition: int, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Rename the folder of a partition of a RocksDB store of Faust, where RocksDB can't open it.

    Otherwise the worker would end, start and end again, and raw events would wait for windows. On a disk that
    is full nothing can be opened, and nothing is damaged: then it waits for room.
    """
    waits = False
    while (problem := _problem(store, partition)) and any(said in problem for said in FULL):
        if not waits:  # each time it says of another file that it cannot write it
            log.error("windows of partition %d wait for room on the disk: %s", partition, problem)
        waits = True
        await sleep(RETRY_SECONDS)
    if waits:
        log.info("windows of partition %d have room again", partition)
    # Where another process is ending and has it locked, Faust waits for that.
    if problem and "lock" not in problem.lower():
        path = store.partition_path(partition)
        aside = path.with_name(f"{path.name}.damaged")
        log.error("windows of partition %d are read again, %s is now %s: %s", partition, path, aside, problem)
        if aside.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
        if path.exists():
            path.rename(aside)


def reopened(store: Any, partition: int) -> Any:
    """The database of a partition, closed and opened anew; raise whatever RocksDB does."""
    if db := store._dbs.pop(partition, None):
        with suppress(Exception):  # it closes, and says once more why it failed before
            db.close()
    return store._db_for_partition(partition)


def _problem(store: Any, partition: int) -> str | None:
    try:
        store._db_for_partition(partition)
    except Exception as error:  # noqa: BLE001 - RocksDB has no class of its own
        return str(error)
    return None

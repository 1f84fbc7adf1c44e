"""A local store that cannot be opened: it is put aside, since the changelog has all of it."""

import logging
import shutil
from typing import Any

log = logging.getLogger(__name__)


def set_aside_damaged(store: Any, partition: int) -> None:
    """Rename the folder of a partition of a RocksDB store of Faust, where RocksDB can't open it.

    Otherwise the worker would end, start and end again, and raw events would wait for windows.
    """
    try:
        store._db_for_partition(partition)
    except Exception as error:  # noqa: BLE001 - RocksDB has no class of its own
        if "lock" in str(error).lower():
            return  # another process is ending; Faust waits for it
        path = store.partition_path(partition)
        aside = path.with_name(f"{path.name}.damaged")
        log.error("windows of partition %d are read again, %s is now %s: %s", partition, path, aside, error)
        if aside.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
        if path.exists():
            path.rename(aside)

"""A local store that could not write, as on a full disk, writes again when there is room."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import rocksdict

from chronos.errors import LocalStoreFailed
from chronos.tables.damage import reopened
from chronos.windows.local import InRocksDB

KEY, OTHER, IGNORED = b"a", b"b", b"ignored"


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process can grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def local(tmp_path: Path) -> InRocksDB:
    """In a store that opens its databases as Faust's does."""

    def open_db(partition: int) -> rocksdict.Rdict:
        if partition not in store._dbs:
            options = rocksdict.Options(raw_mode=True)
            store._dbs[partition] = rocksdict.Rdict(str(tmp_path / "db"), options)
        return store._dbs[partition]

    store = SimpleNamespace(_dbs={}, _db_for_partition=open_db)
    return InRocksDB(open_db(0), IGNORED, lambda: reopened(store, 0))


def test_what_was_not_written_is_not_there_and_can_be_written_later(local: InRocksDB) -> None:
    local.put([(KEY, b"1")])
    with no_room():
        for _ in range(2):
            with pytest.raises(LocalStoreFailed, match="local store of windows does not take anything: "):
                local.put([(KEY, b"2"), (OTHER, b"2")])
    assert (local.get(KEY), local.get(OTHER)) == (b"1", None)
    local.put([(OTHER, b"3")])
    assert dict(local.items()) == {KEY: b"1", OTHER: b"3"}


@pytest.mark.parametrize(
    "use",
    [
        lambda local: local.get(KEY),
        lambda local: local.put([(OTHER, b"2")]),
        lambda local: list(local.items()),
        lambda local: local.forget(7),
    ],
    ids=["get", "put", "items", "forget"],
)
def test_a_database_that_does_not_answer_is_opened_anew(
    local: InRocksDB, use: Callable[[InRocksDB], object]
) -> None:
    local.put([(KEY, b"1"), (IGNORED, b"0")])
    local._db.close()
    with pytest.raises(LocalStoreFailed, match="closed"):
        use(local)
    assert dict(local.items()) == {KEY: b"1"}

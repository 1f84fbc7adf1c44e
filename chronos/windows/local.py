"""Where a worker keeps its panes: in memory, or in RocksDB, which is there again after a restart."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import rocksdict

from chronos.errors import LocalStoreFailed
from chronos.windows import keys


class Local(Protocol):
    """One partition's values by key."""

    def get(self, key: bytes) -> bytes | None:
        """The value, None where there is none."""
        ...

    def put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        """Write values, all of them or none."""
        ...

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All of them."""
        ...

    def forget(self, slot: int) -> None:
        """Delete all panes of slots before ``slot``."""
        ...


class InMemory(Local):
    """In memory, by slot; after a restart they come from the changelog."""

    def __init__(self) -> None:
        self._slots: dict[bytes, dict[bytes, bytes]] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value, None where there is none."""
        return self._slots.get(key[:8], {}).get(key)

    def put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        """Write values."""
        for key, value in items:
            self._slots.setdefault(key[:8], {})[key] = value

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All of them."""
        for slot in list(self._slots.values()):  # others write meanwhile
            yield from list(slot.items())

    def forget(self, slot: int) -> None:
        """Delete all panes of slots before ``slot``."""
        end = keys.first_of(slot)[:8]
        for gone in [first for first in self._slots if first < end]:
            del self._slots[gone]


class InRocksDB(Local):
    """In the RocksDB that Faust's store has open for this partition; ``ignored`` is a key of Faust's own.

    After a write that failed, as on a full disk, RocksDB takes nothing more until it is opened anew, which
    ``reopen`` does.
    """

    def __init__(self, db: Any, ignored: bytes, reopen: Callable[[], Any]) -> None:
        self._db = db
        self._ignored = ignored
        self._reopen = reopen
        self._has_failed = False

    def get(self, key: bytes) -> bytes | None:
        """The value, None where there is none; raise LocalStoreFailed."""
        with self._failing() as db:
            value: bytes | None = db.get(key)
        return value

    def put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        """Write values, in one batch of RocksDB; raise LocalStoreFailed."""
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, value in items:
            batch.put(key, value)
        with self._failing() as db:
            db.write(batch)

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All of them; raise LocalStoreFailed."""
        with self._failing() as db:
            for key, value in db.items():
                if key != self._ignored:
                    yield key, value

    def forget(self, slot: int) -> None:
        """Delete all panes of slots before ``slot``; raise LocalStoreFailed."""
        if slot > 0:
            with self._failing() as db:
                db.delete_range(keys.first_of(0), keys.first_of(slot))

    @contextmanager
    def _failing(self) -> Iterator[Any]:
        try:
            if self._has_failed:
                self._db = self._reopen()
                self._has_failed = False
            yield self._db
        except Exception as error:  # RocksDB has no class of its own
            self._has_failed = True
            raise LocalStoreFailed(reason=str(error)) from error

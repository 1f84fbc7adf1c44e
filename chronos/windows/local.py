"""Where a worker keeps its panes: in memory, or in RocksDB, which is there again after a restart."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import rocksdict

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
    """In the RocksDB that Faust's store has open for this partition; ``ignored`` is a key of Faust's own."""

    def __init__(self, db: Any, ignored: bytes) -> None:
        self._db = db
        self._ignored = ignored

    def get(self, key: bytes) -> bytes | None:
        """The value, None where there is none."""
        value: bytes | None = self._db.get(key)
        return value

    def put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        """Write values, in one batch of RocksDB."""
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, value in items:
            batch.put(key, value)
        self._db.write(batch)

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All of them."""
        for key, value in self._db.items():
            if key != self._ignored:
                yield key, value

    def forget(self, slot: int) -> None:
        """Delete all panes of slots before ``slot``."""
        if slot > 0:
            self._db.delete_range(keys.first_of(0), keys.first_of(slot))

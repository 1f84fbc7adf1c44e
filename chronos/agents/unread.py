"""Finds what Kafka has, a sink lacks and nobody brings: Faust passed over it, or the database is older.

Where another message follows in the partition, the sink sees by its watermark that something is missing
(`chronos.sinks.gaps`). In a partition to which nothing comes any more it would wait for ever.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import NamedTuple

Offsets = Callable[[], Awaitable[Mapping[int, int]]]


class Stretch(NamedTuple):
    """Offsets of a partition, from ``first`` up to before ``end``."""

    partition: int
    first: int
    end: int

    def slices(self, size: int) -> "Iterator[Stretch]":
        """It, in parts of ``size`` offsets at most."""
        for first in range(self.first, self.end, size):
            yield Stretch(self.partition, first, min(first + size, self.end))


class Unread:
    """Compares watermarks with the ends of partitions.

    ``ends`` gives the offset behind the last message of each partition that is ours, ``next_offsets`` the
    first that was not written yet.
    """

    def __init__(self, next_offsets: Offsets, ends: Offsets) -> None:
        self._next_offsets, self._ends = next_offsets, ends
        self._before: Mapping[int, int] = {}
        self._read: dict[int, Stretch] = {}

    async def find(self, *, at_once: bool) -> list[Stretch]:
        """What is unread where the watermark has not moved since the last look, or anywhere ``at_once``.

        Raises KafkaUnavailable, SinkUnavailable.
        """
        # Kafka is asked last: what comes meanwhile is unread, too.
        written, ends = await self._next_offsets(), await self._ends()
        behind = {n: written.get(n, 0) for n, end in ends.items() if written.get(n, 0) < end}
        before, self._before = self._before, behind
        found = [
            Stretch(n, first, ends[n]) for n, first in behind.items() if at_once or before.get(n) == first
        ]
        # Each once: what Kafka has deleted stays away.
        return [one for one in found if self._read.get(one.partition) != one]

    def was_read(self, stretch: Stretch) -> None:
        """Remember that it need not be read again."""
        self._read[stretch.partition] = stretch

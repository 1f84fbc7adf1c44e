"""The watermarks of a sink: per partition, the first offset that is not stored yet."""

from collections.abc import Iterable, Mapping, Sequence

import asyncpg

from chronos.database.queries import query
from chronos.errors import OffsetGap
from chronos.sinks.base import I
from chronos.views import catalog


class Watermarks:
    """Reads and moves the watermarks of ``sink`` on ``topic``, inside the caller's transaction."""

    def __init__(self, sink: str, topic: str) -> None:
        self._sink = sink
        self._topic = topic

    async def lock(self, connection: asyncpg.Connection, partitions: Iterable[int]) -> dict[int, int]:
        """Next offset by partition; the rows stay locked, so a second writer waits and then sees ours."""
        wanted = sorted(set(partitions))
        known = await self._lock(connection, wanted)
        if len(known) < len(wanted):
            await connection.execute(query("begin_watermarks"), self._sink, self._topic, wanted)
            known = await self._lock(connection, wanted)
        return known

    async def next_offsets(self, connection: asyncpg.Connection) -> dict[int, int]:
        """Next offset by partition, of all that have one; others may move them at any time."""
        rows = await connection.fetch(query("stored_watermarks"), self._sink, self._topic)
        return {row["partition"]: row["next_offset"] for row in rows}

    async def bases(self, connection: asyncpg.Connection) -> dict[int, int]:
        """What to add to an offset, by partition, so that it never goes back when the topic is made anew."""
        rows = await connection.fetch(query("bases"), self._sink, self._topic)
        return {row["partition"]: row["base"] for row in rows}

    async def move(self, connection: asyncpg.Connection, next_offsets: Mapping[int, int]) -> None:
        """Set them; part of the transaction that stores what lies below."""
        partitions, offsets = list(next_offsets), list(next_offsets.values())
        await connection.execute(query("move_watermarks"), self._sink, self._topic, partitions, offsets)

    async def begin_anew(
        self, connection: asyncpg.Connection, first_offsets: Mapping[int, int]
    ) -> dict[str, int]:
        """Move those of every sink of the topic back, which counts from 0 again in these partitions.

        Returns how many stored messages each sink had not come to yet: it will not see them any more.
        """
        # Not between the moment at which a view is filled from and its registration.
        await catalog.as_feeder(connection)
        partitions, offsets = list(first_offsets), list(first_offsets.values())
        rows = await connection.fetch(query("left_behind"), self._topic, partitions)
        await connection.execute(query("begin_anew"), self._topic, partitions, offsets)
        return {row["sink"]: row["messages"] for row in rows}

    async def _lock(self, connection: asyncpg.Connection, partitions: list[int]) -> dict[int, int]:
        rows = await connection.fetch(query("lock_watermarks"), self._sink, self._topic, partitions)
        return {row["partition"]: row["next_offset"] for row in rows}


def sort_out(
    items: Sequence[I], watermarks: Mapping[int, int], holes: Mapping[int, int]
) -> tuple[list[I], list[I]]:
    """Split items, ordered by offset, into (new, below the watermark); raise OffsetGap if one is missing."""
    fresh: list[I] = []
    replayed: list[I] = []
    expected = dict(watermarks)
    for item in items:
        next_offset = expected[item.partition]
        if item.offset < next_offset:
            replayed.append(item)
        elif item.offset == next_offset or holes.get(item.partition) == item.offset:
            fresh.append(item)
            expected[item.partition] = item.offset + 1
        else:
            raise OffsetGap(partition=item.partition, expected=next_offset, found=item.offset)
    return fresh, replayed


def ends(items: Iterable[I]) -> dict[int, int]:
    """The offset after the last item, by partition; items are ordered by offset."""
    return {item.partition: item.offset + 1 for item in items}

"""The sink of agent `apply_deltas`: adds bundles to the panes of the table, each exactly once."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from chronos.errors import (
    BadBundle,
    KafkaUnavailable,
    LocalStoreFailed,
    MessageTooLarge,
    OffsetGap,
    SinkUnavailable,
)
from chronos.metrics import EXPIRED_EVENTS
from chronos.models.message import Message, Received
from chronos.sinks.base import Sink, Written
from chronos.sinks.windows.ports import Sender, Table
from chronos.windows import bundles
from chronos.windows.applying import Applied, Kept, apply
from chronos.windows.bundles import Bundle
from chronos.windows.shard import Shard

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Bundles:
    """A message of topic `window_deltas`."""

    partition: int
    offset: int
    bundles: list[Bundle]


class WindowTable(Sink[Bundles]):
    """Writes to ``table``, the changelog first; ``now_us`` is the time in microseconds since 1970 UTC."""

    name = "apply_deltas"

    def __init__(self, table: Table, kept: Kept, sender: Sender, now_us: Callable[[], int]) -> None:
        self._table = table
        self._kept = kept
        self._sender = sender
        self._now_us = now_us

    def read(self, message: Received) -> Bundles:
        """Decode a message; one that is none adds nothing, which is said."""
        try:
            found = bundles.decode(message.value or b"")
        except BadBundle as error:
            log.error(
                "%s, offset %d of partition %d: %s", self.name, message.offset, message.partition, error
            )
            found = []
        return Bundles(message.partition, message.offset, found)

    async def next_offsets(self) -> dict[int, int]:
        """By partition that is here, the first offset whose bundles are not in the table yet."""
        return {number: shard.next_offset for number, shard in self._table.shards.items() if shard.ready}

    def takes(self, message: Received) -> bool:
        """Whether a message's partition is still this worker's; if not it is left to whose it is now."""
        return message.partition in self._table.owned

    async def write(self, items: Sequence[Bundles], holes: Mapping[int, int]) -> Written:
        """Add ``items`` to the panes of the partitions that are here."""
        owned = self._table.owned
        parts = [
            (self._ready(partition), list(some))
            for partition, some in groupby(
                [item for item in items if item.partition in owned], lambda item: item.partition
            )
        ]
        for shard, some in parts:
            _check_gaps(shard, some, holes)
        written = Written()
        for shard, some in parts:
            try:
                applied = await self._apply(shard, some)
            except LocalStoreFailed as error:  # what the changelog has by now is written once more
                raise SinkUnavailable(sink=self.name, reason=str(error)) from error
            written.stored += len(some)
            written.events += applied.events
            EXPIRED_EVENTS.inc(applied.expired)
        return written

    def _ready(self, partition: int) -> Shard:
        shard = self._table.shards.get(partition)
        if shard is None or not shard.ready:
            raise SinkUnavailable(sink=self.name, reason=f"partition {partition} is being brought back")
        return shard

    async def _apply(self, shard: Shard, items: Sequence[Bundles]) -> Applied:
        partition = items[0].partition
        applied = apply(
            shard, [bundle for item in items for bundle in item.bundles], self._kept, self._now_us()
        )
        applied.update.progress.next_offset = items[-1].offset + 1
        values = applied.update.values()
        topic = self._table.changelog_topic_name
        try:
            offsets = await asyncio.gather(
                *(self._sender.send(Message(topic, key, value, partition=partition)) for key, value in values)
            )
        except (KafkaUnavailable, MessageTooLarge) as error:
            raise SinkUnavailable(sink=self.name, reason=str(error)) from error
        if partition in self._table.owned:  # if not, it is read from the changelog when it comes back
            if self._ready(partition) is not shard:
                raise SinkUnavailable(sink=self.name, reason=f"partition {partition} has just come back")
            shard.write(applied.update, values)
            self._table.written(partition, offsets)
        return applied


def _check_gaps(shard: Shard, items: Sequence[Bundles], holes: Mapping[int, int]) -> None:
    """Raise OffsetGap where messages are missing; those that come again are told by what they hold."""
    expected = shard.next_offset
    for item in items:
        if item.offset > expected and holes.get(item.partition) != item.offset:
            raise OffsetGap(partition=item.partition, expected=expected, found=item.offset)
        expected = item.offset + 1

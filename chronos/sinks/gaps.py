"""Closes gaps: finds, in Kafka, the messages that the consumer passed over.

A sink's watermark says which offset comes next. A message beyond it means that something was not
delivered: a rebalance dropped it, or the database was restored from a backup that is older than the
committed offsets. What is between is read again, beside the consumer, and written before the message.
Where Kafka itself has a hole (its retention deleted what nobody had stored, or a transaction's marker
took the offset) the hole is accepted, logged and counted.
"""

import logging
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing

from chronos.errors import OffsetGap
from chronos.kafka_reader import Between
from chronos.metrics import MISSING_OFFSETS
from chronos.models.message import Received

log = logging.getLogger(__name__)


class Gaps:
    """Keeps, for one sink, which holes of Kafka are known: by partition, the offset behind the hole.

    ``between(partition, start, end)`` yields what Kafka has from ``start`` up to before ``end``.
    """

    def __init__(self, sink: str, between: Between) -> None:
        self._sink = sink
        self._between = between
        self.holes: dict[int, int] = {}

    async def missing(self, gap: OffsetGap) -> AsyncGenerator[list[Received], None]:
        """Yield what Kafka has in ``gap``, each time messages without a hole between them, to be written.

        Raises KafkaUnavailable.
        """
        # Nothing is wrong: a sink that is behind leaves out what Kafka has. What Kafka lacks is an error.
        log.info("%s: %s; what is between is read from Kafka", self._sink, gap)
        expected = gap.expected
        async with aclosing(self._between(gap.partition, gap.expected, gap.found)) as batches:
            async for batch in batches:
                for messages in consecutive(batch):
                    self._accept(gap.partition, expected, messages[0].offset)
                    yield messages
                    expected = messages[-1].offset + 1
        self._accept(gap.partition, expected, gap.found)

    def passed(self, partitions: Iterable[int]) -> None:
        """Forget the holes of partitions, now that their watermarks are beyond them."""
        for partition in partitions:
            self.holes.pop(partition, None)

    def _accept(self, partition: int, expected: int, found: int) -> None:
        if found == expected:
            return
        log.error(
            "%s: partition %d has no offsets %d to %d any more (%d messages): Kafka deleted them before they"
            " were stored, or they never were messages",
            self._sink,
            partition,
            expected,
            found - 1,
            found - expected,
        )
        MISSING_OFFSETS.labels(self._sink).inc(found - expected)
        self.holes[partition] = found


def consecutive(messages: Sequence[Received]) -> Iterator[list[Received]]:
    """Cut messages of one partition where an offset is missing."""
    part: list[Received] = []
    for message in messages:
        if part and message.offset != part[-1].offset + 1:
            yield part
            part = []
        part.append(message)
    if part:
        yield part

"""Finds what Kafka has, a sink lacks and nobody brings: Faust passed over it, or the database is older.

Where another message follows in the partition, the sink sees by its watermark that something is missing
(`chronos.sinks.gaps`). In a partition to which nothing comes any more it would wait for ever.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import NamedTuple

from chronos.errors import ChronosError

log = logging.getLogger(__name__)

AT_ONCE = 1000  # offsets

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
    """Compares the watermarks of ``sink`` with the ends of partitions, and has read what lies between them.

    ``ends`` gives the offset behind the last message of each partition that is ours, ``next_offsets`` the
    first that was not written yet; ``write`` writes a part, or says False where that can't be done now.
    ``begin_anew`` is told the ends that lie before the watermark, since the topic was made anew.
    """

    def __init__(
        self,
        sink: str,
        next_offsets: Offsets,
        ends: Offsets,
        write: Callable[[Stretch], Awaitable[bool]],
        begin_anew: Callable[[Mapping[int, int]], Awaitable[None]],
    ) -> None:
        self._sink = sink
        self._next_offsets, self._ends, self._write = next_offsets, ends, write
        self._begin_anew = begin_anew
        self._before: Mapping[int, int] = {}
        self._read: dict[int, Stretch] = {}

    async def read(self, *, at_once: bool) -> None:
        """Write what is unread, as `find` finds it, in parts; what cannot be read now is left for later."""
        try:
            for stretch in await self.find(at_once=at_once):
                log.info("%s reads %d to %d of partition %d", self._sink, *stretch[1:], stretch.partition)
                if await self._is_written(stretch):
                    # What Kafka has deleted stays away: it is not asked for again.
                    self._read[stretch.partition] = stretch
        except ChronosError as error:
            log.info("%s does not read yet what is unread: %s", self._sink, error)
        except Exception:  # nobody awaits this but the agent, which must not end by it
            log.exception("%s does not read what is unread", self._sink)

    async def find(self, *, at_once: bool) -> list[Stretch]:
        """What is unread where the watermark has not moved since the last look, or anywhere ``at_once``.

        Raises KafkaUnavailable, SinkUnavailable.
        """
        # Kafka is asked last: what comes meanwhile is unread, too.
        written, ends = await self._next_offsets(), await self._ends()
        if anew := {n: end for n, end in ends.items() if written.get(n, 0) > end}:
            await self._begin_anew(anew)
        behind = {n: written.get(n, 0) for n, end in ends.items() if written.get(n, 0) < end}
        before, self._before = self._before, behind
        found = [
            Stretch(n, first, ends[n]) for n, first in behind.items() if at_once or before.get(n) == first
        ]
        return [one for one in found if self._read.get(one.partition) != one]

    async def _is_written(self, stretch: Stretch) -> bool:
        for part in stretch.slices(AT_ONCE):
            if not await self._write(part):
                return False
        return True

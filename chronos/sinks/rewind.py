"""Finds messages that a consumer passed over, and goes back for them.

A sink's watermark says which offset comes next. A message beyond it means that something was not
delivered (a rebalance, a database restored from a backup): the partition is read again from the
watermark, and what comes from beyond is left alone until then. Where Kafka itself has a hole (its
retention deleted what nobody had stored, or a transaction's marker took the offset) the same message
comes first again, each time; then the hole is accepted, logged and counted.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from chronos.errors import OffsetGap
from chronos.metrics import MISSING_OFFSETS
from chronos.sinks.base import I

log = logging.getLogger(__name__)

CONFIRMATIONS = 3  # a rebalance, too, can bring the same message first again, once
PATIENCE = 30.0  # seconds after which a partition that did not go back is asked again


@dataclass
class _Rewound:
    expected: int
    found: int
    since: float
    confirmations: int = 0


class Rewinder:
    """Keeps, for one sink, which partitions are being read again; ``seek(partition, offset)`` does it."""

    def __init__(
        self, sink: str, seek: Callable[[int, int], Awaitable[None]], monotonic: Callable[[], float]
    ) -> None:
        self._sink = sink
        self._seek = seek
        self._monotonic = monotonic
        self._rewound: dict[int, _Rewound] = {}
        self.holes: dict[int, int] = {}

    async def go_back(self, gap: OffsetGap) -> None:
        """Have ``gap.partition`` read again from ``gap.expected``."""
        log.warning("%s: %s; reading again from there", self._sink, gap)
        self._rewound[gap.partition] = _Rewound(gap.expected, gap.found, self._monotonic())
        await self._seek(gap.partition, gap.expected)

    async def wanted(self, items: Sequence[I]) -> list[I]:
        """Leave out what comes from beyond a gap that is being read again."""
        return [item for item in items if not self._rewound or await self._is_wanted(item)]

    async def _is_wanted(self, item: I) -> bool:
        rewound = self._rewound.get(item.partition)
        if rewound is None:
            return True
        if item.offset == rewound.found:
            rewound.confirmations += 1
            if rewound.confirmations < CONFIRMATIONS:
                await self._again(item.partition, rewound)
                return False
            self._accept(item.partition, rewound)
        if item.offset <= rewound.found:
            del self._rewound[item.partition]
            return True
        if self._monotonic() - rewound.since > PATIENCE:
            await self._again(item.partition, rewound)
        return False

    async def _again(self, partition: int, rewound: _Rewound) -> None:
        rewound.since = self._monotonic()
        await self._seek(partition, rewound.expected)

    def _accept(self, partition: int, rewound: _Rewound) -> None:
        missing = rewound.found - rewound.expected
        log.error(
            "%s: partition %d has no offsets %d to %d any more (%d messages): Kafka deleted them before they"
            " were stored, or they never were messages",
            self._sink,
            partition,
            rewound.expected,
            rewound.found - 1,
            missing,
        )
        MISSING_OFFSETS.labels(self._sink).inc(missing)
        self.holes[partition] = rewound.found

"""Slots: the 10 seconds of event time that are counted; every window is a sum of them.

A slot is a whole number, ``floor(seconds since 1970 UTC / 10)``. POSIX time has no leap seconds and no
time zones, so all slots are equally long and none is missing or there twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

SECONDS = 10
MICROSECONDS = SECONDS * 1_000_000


Number = TypeVar("Number", int, NDArray[np.int64])


def slot_of(time_us: Number) -> Number:
    """The slot of a time, or those of many, in microseconds since 1970 UTC; also of one before that."""
    return time_us // MICROSECONDS


@dataclass(frozen=True, slots=True)
class Grid:
    """Windows of ``step`` slots, one beginning every ``slide`` slots, that lie in [start, end) of slots.

    With slide = step they are tumbling, with a smaller one they overlap (hopping), with a larger one there
    are gaps between them.
    """

    start: int
    end: int
    step: int
    slide: int

    @property
    def windows(self) -> int:
        """How many whole windows there are."""
        return max(0, (self.end - self.start - self.step) // self.slide + 1)

    @property
    def bin(self) -> int:
        """Slots of a bin: the largest part of which all windows are made."""
        return gcd(self.step, self.slide)

    @property
    def bins(self) -> int:
        """How many bins the windows cover, from ``start`` on."""
        return ((self.windows - 1) * self.slide + self.step) // self.bin if self.windows else 0

    @property
    def covered_end(self) -> int:
        """The slot behind the last window."""
        return self.start + self.bins * self.bin

    def bounds(self) -> Iterator[tuple[int, int]]:
        """The first slot of each window, and the one behind it."""
        for number in range(self.windows):
            first = self.start + number * self.slide
            yield first, first + self.step

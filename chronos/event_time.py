"""Event time: the browser's clock, corrected where it is off, never in the future.

All times here are float64 milliseconds since 1970 UTC, in arrays, one entry an event.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from chronos.settings.sections import Limits

DAY_MS = 86_400_000.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Milliseconds = NDArray[np.float64]
Microseconds = NDArray[np.int64]


def microseconds_of(time: datetime) -> int:
    """A time in microseconds since 1970 UTC."""
    return (time - EPOCH) // MICROSECOND


def microseconds(milliseconds: Milliseconds) -> Microseconds:
    """Milliseconds since 1970 as PostgreSQL keeps them."""
    # Apart, because in microseconds a float64 is exact up to the year 2255 only.
    whole = np.floor(milliseconds)
    rest = np.rint((milliseconds - whole) * 1000).astype(np.int64)
    exact: Microseconds = whole.astype(np.int64) * 1000 + rest
    return exact


@dataclass(frozen=True, slots=True)
class EventTimes:
    """``event_ms``, and how many were replaced by the arrival for being in the future, or too old."""

    event_ms: Milliseconds
    future: int
    too_old: int


@dataclass(frozen=True, slots=True)
class EventClock:
    """The limits by which event times are made."""

    tolerance_ms: float
    max_age_ms: float

    @classmethod
    def from_limits(cls, limits: Limits) -> "EventClock":
        """Read tolerance and age from the settings."""
        return cls(limits.skew_tolerance_seconds * 1000, limits.max_event_age_days * DAY_MS)

    def skew(self, time_ms: float, sent_at: float | None) -> float:
        """How far the browser's clock is behind ours, 0 where it is within the tolerance or unknown."""
        if sent_at is None:
            return 0.0
        skew = time_ms - sent_at
        return skew if self.tolerance_ms < abs(skew) < float("inf") else 0.0

    def event_times(self, client_ms: Milliseconds, time_ms: Milliseconds, skew: Milliseconds) -> EventTimes:
        """Correct each client time by its beacon's skew; in the future or too old it is the arrival."""
        corrected = client_ms + skew
        future = corrected > time_ms
        too_old = corrected < time_ms - self.max_age_ms
        event_ms = np.where(future | too_old, time_ms, corrected)
        return EventTimes(event_ms, int(future.sum()), int(too_old.sum()))

    def event_us(self, client_ms: Milliseconds, time_us: Microseconds, skew: Milliseconds) -> Microseconds:
        """Event times in microseconds, the same that are stored for client times as they came."""
        stored_ms = microseconds(client_ms) / 1000
        return microseconds(self.event_times(stored_ms, time_us / 1000, skew).event_ms)

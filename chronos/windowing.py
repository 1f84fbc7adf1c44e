"""What the settings say of windows: the views, how long slots are kept, and who counts."""

import time

from chronos.app import config
from chronos.event_time import EventClock
from chronos.windows.applying import Kept
from chronos.windows.counting import Bounds, Counting
from chronos.windows.declared import declared
from chronos.windows.recent import Recent
from chronos.windows.slots import SECONDS

HOUR = 3600

views = declared(config)
clock = EventClock.from_limits(config.limits)
bounds = Bounds(
    late_us=int(config.windows.late_after_seconds * 1_000_000),
    too_late_us=config.windows.lateness_hours * HOUR * 1_000_000,
)
kept = Kept(
    retention=config.windows.retention_hours * HOUR // SECONDS,
    lateness=config.windows.lateness_hours * HOUR // SECONDS,
)
recent = Recent(clock, bounds.late_us)


def counting(partitions: int) -> Counting:
    """A counter of all views for a number of partitions."""
    return Counting(views, clock, bounds, partitions)


def now_us() -> int:
    """The time, in microseconds since 1970 UTC."""
    return time.time_ns() // 1000

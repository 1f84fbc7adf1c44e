"""Limits how many beacons a second one write key may send to one worker."""

from collections.abc import Callable
from time import monotonic as system_monotonic


class RateLimit:
    """A token bucket per name that holds one second's worth; ``per_second`` of 0 limits nothing."""

    def __init__(self, per_second: int, monotonic: Callable[[], float] = system_monotonic) -> None:
        self._per_second = per_second
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, name: str) -> float:
        """Take a token and return 0; or take none and return the seconds until there is one."""
        if not self._per_second:
            return 0.0
        now = self._monotonic()
        tokens, since = self._buckets.get(name, (float(self._per_second), now))
        tokens = min(self._per_second, tokens + (now - since) * self._per_second)
        if tokens < 1:
            self._buckets[name] = (tokens, now)
            return (1 - tokens) / self._per_second
        self._buckets[name] = (tokens - 1, now)
        return 0.0

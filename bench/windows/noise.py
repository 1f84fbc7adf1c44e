"""How noisy the machine is: one piece of work, timed again and again between the measurements."""

import os
import statistics
import time

from bench.tracker.spread import spread

STEPS = 1_000_000


class Noise:
    """What a fixed computation took each time, in milliseconds."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._load = os.getloadavg()[0]

    def sample(self) -> None:
        """Time it once more."""
        began = time.perf_counter()
        total = 0
        for number in range(STEPS):
            total += number
        self._times.append((time.perf_counter() - began) * 1000)

    def report(self) -> str:
        """The spread of the times, and how busy the machine was."""
        quiet = statistics.quantiles(self._times, n=10)[0] if len(self._times) > 1 else self._times[0]
        slower = statistics.median(self._times) / quiet
        return (
            f"{os.cpu_count()} CPUs, load average {self._load:.1f} before and {os.getloadavg()[0]:.1f} after."
            f" A fixed computation between the measurements took {spread(self._times)} ms: the median is"
            f" {slower:.2f} times its quickest tenth."
        )

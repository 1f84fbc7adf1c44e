"""How numbers have gone in the last minutes: whether they grow, and how fast."""

from collections import deque
from collections.abc import Hashable, Mapping
from itertools import pairwise

MINUTE = 60.0


class History:
    """Keeps the lowest and the last value of each minute, for ``minutes``; the clock is the caller's."""

    def __init__(self, minutes: int) -> None:
        self._minutes = minutes
        self._kept: dict[Hashable, deque[tuple[int, float, float]]] = {}

    def add(self, now: float, values: Mapping[Hashable, float]) -> None:
        """Take in what is so at ``now``; numbers that are not among ``values`` any more are forgotten."""
        minute = int(now // MINUTE)
        self._kept = {key: kept for key, kept in self._kept.items() if key in values}
        for key, value in values.items():
            kept = self._kept.setdefault(key, deque(maxlen=self._minutes + 1))
            if kept and kept[-1][0] == minute:
                kept[-1] = minute, min(kept[-1][1], value), value
            else:
                kept.append((minute, value, value))

    def grows(self, key: Hashable) -> bool:
        """Whether the lowest value of each of the last minutes was above that of the minute before."""
        lows = [low for _, low, _ in self._whole(key)]
        return len(lows) > self._minutes and all(a < b for a, b in pairwise(lows))

    def per_minute(self, key: Hashable) -> float:
        """How much it has grown a minute, over what is known; 0 where that is less than a minute."""
        kept = self._kept.get(key)
        if not kept or kept[-1][0] == kept[0][0]:
            return 0.0
        return (kept[-1][2] - kept[0][2]) / (kept[-1][0] - kept[0][0])

    def minutes(self, key: Hashable) -> int:
        """Over how many minutes it is known."""
        kept = self._kept.get(key)
        return kept[-1][0] - kept[0][0] if kept else 0

    def before(self, key: Hashable, minutes: int) -> float | None:
        """Its last value ``minutes`` ago; None where that is not known."""
        kept = self._kept.get(key)
        if not kept:
            return None
        old = [last for minute, _, last in kept if minute <= kept[-1][0] - minutes]
        return old[-1] if old else None

    def _whole(self, key: Hashable) -> list[tuple[int, float, float]]:
        """The last minutes, if none of them is missing."""
        kept = list(self._kept.get(key, ()))
        is_whole = len(kept) > 1 and kept[-1][0] - kept[0][0] == len(kept) - 1
        return kept if is_whole else []

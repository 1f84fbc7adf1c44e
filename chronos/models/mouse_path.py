"""Expands mouse moves: an event with a path stands for many positions, and becomes one event for each.

A path is ``[dx, dy, dt, dx, dy, dt, ...]``: whole pixels and milliseconds, each seen from the one before.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from chronos.errors import InvalidBeacon
from chronos.models.envelope import MOST_EVENTS
from chronos.models.events import MouseMove
from chronos.models.structs import YEAR_1, YEAR_10000

TRIPLE = 3
LONGEST_PATH = 3_000  # positions; [tracker] mouse_interval_ms sees to it that no beacon has more
MOVES = MouseMove.wire_name


def has_path(events: Sequence[Any]) -> bool:
    """Whether one of these decoded events stands for more than one position."""
    return any(event.wire_name == MOVES and event.path for event in events)


class Expansion:
    """Takes the decoded events of a beacon that has ``number`` of them, and keeps what they stand for.

    ``places`` says of each of ``events`` where in the beacon it was.
    """

    def __init__(self, number: int) -> None:
        self.events: list[Any] = []
        self.places: list[int] = []
        self._room = MOST_EVENTS - number

    def add(self, place: int, event: Any) -> None:
        """Keep an event, or all its positions; raise InvalidBeacon, which says what is wrong with a path."""
        found = [event]
        if event.wire_name == MOVES and event.path:
            more = self._more(event.path)
            found = _positions(event, event.path)
            self._room -= more
        self.events += found
        self.places += [place] * len(found)

    def _more(self, path: Sequence[int]) -> int:
        """How many positions a path has, where that is a number that can be taken."""
        more, rest = divmod(len(path), TRIPLE)
        if rest:
            raise InvalidBeacon(reason=f"mouse_moves.path takes threes of dx, dy, dt, got {len(path)} values")
        if more > LONGEST_PATH:
            raise InvalidBeacon(reason=f"mouse_moves.path takes {LONGEST_PATH} positions, got {more}")
        if more > self._room:
            raise InvalidBeacon(
                reason=f"mouse_moves.path has {more} positions, the beacon's {MOST_EVENTS} leave {self._room}"
            )
        return more


def _positions(event: Any, path: Sequence[int]) -> list[Any]:
    # Sums of whole numbers are exact; each position is rounded once, when the first one is added to it.
    xs = [event.x, *(event.x + moved for moved in accumulate(path[0::TRIPLE]))]
    ys = [event.y, *(event.y + moved for moved in accumulate(path[1::TRIPLE]))]
    times = [event.client_time, *(event.client_time + passed for passed in accumulate(path[2::TRIPLE]))]
    if min(times) < YEAR_1 or max(times) >= YEAR_10000:
        raise InvalidBeacon(reason="mouse_moves.path leads out of the years 1 to 9999")
    return list(map(type(event), xs, ys, times))

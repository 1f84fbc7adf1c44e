"""The newest events that a worker has counted, as the live page shows them."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from chronos.event_time import EventClock, microseconds_of
from chronos.models.beacon import Beacon

KEPT = 50
PER_BEACON = 10
MOVES = "mouse_moves"
LONGEST = 200  # characters
TOLD = ("link_text", "url", "target_node", "key", "name", "message", "reason", "form", "target_url", "kind")


class Recent:
    """Holds the newest `KEPT` events; ``late_us`` is when one is late, in microseconds."""

    def __init__(self, clock: EventClock, late_us: int) -> None:
        self._clock = clock
        self._late_us = late_us
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def add(self, beacons: Sequence[Beacon]) -> None:
        """Take in what was counted; of a large batch the last, and no more than are kept."""
        newest: list[list[dict[str, Any]]] = []
        found = 0
        for beacon in reversed(beacons[-KEPT:]):
            if found >= KEPT:
                break
            newest.append(self._of(beacon))
            found += len(newest[-1])
        for events in reversed(newest):
            self._events.extend(events)

    def _of(self, beacon: Beacon) -> list[dict[str, Any]]:
        time_us = microseconds_of(beacon.time)
        told = _told(beacon.decoded.events)[-PER_BEACON:]
        client_ms = np.array([event.client_time for event, _ in told], np.float64)
        skew = np.full(len(told), self._clock.skew(time_us / 1000, beacon.decoded.sent_at))
        times = self._clock.event_us(client_ms, np.full(len(told), time_us), skew).tolist()
        return [
            {
                "type": event.wire_name,
                "text": text,
                "event_time": event_us / 1_000_000,
                "time": time_us / 1_000_000,
                "late": time_us - event_us > self._late_us,
            }
            for (event, text), event_us in zip(told, times, strict=True)
        ]

    def events(self) -> list[dict[str, Any]]:
        """The newest first; times in seconds since 1970 UTC."""
        return list(reversed(self._events))


def _told(events: Sequence[Any]) -> list[tuple[Any, str]]:
    """Events, each with what it is about; of the mouse's positions the last stands for all of them."""
    last = {event.wire_name: event for event in events}
    moves = sum(event.wire_name == MOVES for event in events)
    return [
        (event, f"{moves} position{'s' if moves > 1 else ''}" if event.wire_name == MOVES else _about(event))
        for event in events
        if event.wire_name != MOVES or event is last[MOVES]
    ]


def _about(event: Any) -> str:
    """What an event is about, in few words: nothing that was typed into a form."""
    for name in TOLD:
        value = getattr(event, name, None)
        if isinstance(value, str) and value:
            return value[:LONGEST]
    return ""

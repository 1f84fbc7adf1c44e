"""Counts what is in the bodies that came: events, positions of the mouse, bytes."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

CLICKS = "clicks"
MOUSE = "mouse_moves"
CUSTOM = "custom_events"


@dataclass
class Traffic:
    """By type of event: how many and how many bytes of JSON, commas included; the rest is the envelope.

    A path of the mouse counts as the positions that it stands for. ``targets`` is what the paths of clicked
    elements take of all this.
    """

    beacons: int = 0
    envelope: int = 0
    targets: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)

    def size_of_one(self, kind: str) -> float:
        """Mean bytes of an event of a type."""
        return self.sizes[kind] / self.counts[kind] if self.counts[kind] else 0.0


@dataclass(frozen=True)
class Delivery:
    """``events`` different ones came; ``twice`` came again in a beacon of another id; ``repeated`` beacons
    came again under the same id, by which the server knows them.
    """

    events: int
    twice: int
    repeated: int


def traffic(bodies: Iterable[bytes]) -> Traffic:
    """What bodies are made of."""
    found = Traffic()
    for body in bodies:
        events = json.loads(body)["data"]["events"]
        found.beacons += 1
        found.envelope += len(body)
        for event in events:
            # An event is written with the comma or bracket behind it.
            size = len(json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()) + 1
            found.counts[event[0]] += positions(event)
            found.sizes[event[0]] += size
            found.envelope -= size
            found.targets += len(event[1].encode()) if event[0] == CLICKS else 0
    return found


def positions(event: Sequence[Any]) -> int:
    """For how many events one stands."""
    path = event[4] if event[0] == MOUSE and len(event) > 4 else ()
    return 1 + len(path) // 3


def once(bodies: Iterable[bytes]) -> list[bytes]:
    """The bodies that the server would keep: the first of each id."""
    first: dict[str, bytes] = {}
    for body in bodies:
        first.setdefault(json.loads(body)["data"]["id"], body)
    return list(first.values())


def delivery(bodies: Sequence[bytes]) -> Delivery:
    """What became of custom events, each of which has a number of its own."""
    kept = once(bodies)
    events = (event for body in kept for event in json.loads(body)["data"]["events"])
    numbers = Counter(event[2]["number"] for event in events if event[0] == CUSTOM)
    return Delivery(len(numbers), numbers.total() - len(numbers), len(bodies) - len(kept))

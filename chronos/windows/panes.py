"""Panes: the values of the table, and how a delta is added to one exactly once.

A pane knows, for each source partition, the last offset of which it holds anything (its *vector*). Deltas of
a source come in the order of its offsets, and a delta that is sent again begins at or before the place where
it was cut off: whatever has a higher offset is new, anything else was added before. A pane is written whole,
so its counts and its vector never disagree, after whatever crash.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec
from datasketches import hll_sketch, hll_union, tgt_hll_type

from chronos.windows.bundles import DISTINCT, FIELDS, Bundle, Number, PaneDelta
from chronos.windows.expression import LONGEST_KEY

PANE_BYTES = 200_000  # of keys; what comes on top is counted without its key
KEY_BYTES = 8  # that a key takes beside its characters
# HyperLogLog with 2^13 registers: a standard error of 1.04 / sqrt(2^13) = 1.2 %, exact to a few hundred.
# Flajolet et al., HyperLogLog (2007); the implementation is Apache DataSketches'.
LG_K = 13


class Pane(msgspec.Struct, array_like=True):
    """Counts by key, events that were late, events without room for their key, and a sketch of the keys.

    ``revised`` says that something was added after the pane had been final.
    """

    vector: dict[int, int]
    counts: dict[str, Number]
    late: Number = 0
    overflow: Number = 0
    revised: bool = False
    sketch: bytes = b""

    def covers(self, other: "Pane") -> bool:
        """Whether all that is in ``other`` is in this one, too."""
        return all(self.vector.get(source, -1) >= last for source, last in other.vector.items())


@dataclass(slots=True)
class Added:
    """What a delta changed: events by key, those without one, and those that were late."""

    counts: dict[str, int] = field(default_factory=dict)
    overflow: int = 0
    late: int = 0


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Pane)


def encode(pane: Pane) -> bytes:
    """A pane as the table keeps it."""
    return _encoder.encode(pane)


def decode(value: bytes) -> Pane:
    """A pane of the table."""
    return _decoder.decode(value)


def add(pane: Pane, bundle: Bundle, delta: PaneDelta) -> Added:
    """Add to ``pane`` what of ``delta``, a part of ``bundle``, it does not hold yet; return what that is."""
    held = pane.vector.get(bundle.source, -1) - bundle.first  # as the rows tell offsets
    added = Added()
    for key, row in delta.rows.items():
        events, late = _new(row, held)
        if events:
            added.counts[key] = events
            added.late += late
    if delta.overflow:
        added.overflow, late = _new(delta.overflow, held)
        added.late += late
    if delta.kind == DISTINCT:
        if added.counts:
            pane.sketch = with_keys(pane.sketch, added.counts)
    else:
        _add_counts(pane, added)
    pane.overflow += added.overflow
    pane.late += added.late
    pane.vector[bundle.source] = max(pane.vector.get(bundle.source, -1), bundle.last)
    return added


def _new(row: list[int], held: int) -> tuple[int, int]:
    """Events of a row's beacons behind ``held``, and how many of them were late."""
    if held < 0:  # as nearly always: nothing of this bundle was added before
        if len(row) == FIELDS:
            return row[1], row[2]
        return sum(row[1::FIELDS]), sum(row[2::FIELDS])
    new = [at for at in range(0, len(row) - FIELDS + 1, FIELDS) if row[at] > held]
    return sum(row[at + 1] for at in new), sum(row[at + 2] for at in new)


def _add_counts(pane: Pane, added: Added) -> None:
    counts = pane.counts
    new = [key for key in added.counts if key not in counts]
    most = (len(counts) + len(new)) * (LONGEST_KEY + KEY_BYTES)
    if new and most > PANE_BYTES and (room := PANE_BYTES - _weight(counts)) < _weight(new):
        for key in new:
            room -= len(key) + KEY_BYTES
            if room < 0:
                added.overflow += added.counts.pop(key)
    for key, events in added.counts.items():
        counts[key] = counts.get(key, 0) + events


def _weight(keys: Collection[str]) -> int:
    return sum(map(len, keys)) + KEY_BYTES * len(keys)


def with_keys(sketch: bytes, keys: dict[str, int]) -> bytes:
    """A sketch with more keys in it."""
    grown = hll_sketch.deserialize(sketch) if sketch else hll_sketch(LG_K, tgt_hll_type.HLL_4)
    for key in keys:
        grown.update(key or "\0")  # the library leaves an empty text out
    return bytes(grown.serialize_compact())


def distinct(sketches: list[bytes]) -> int:
    """About how many different keys are in any of ``sketches``."""
    if not sketches:
        return 0
    union = hll_union(LG_K)
    for sketch in sketches:
        union.update(hll_sketch.deserialize(sketch))
    estimate: float = union.get_estimate()
    return round(estimate)

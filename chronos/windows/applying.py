"""Adds bundles to a shard's panes: works out what is to be written, and writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from chronos.windows import panes
from chronos.windows.bundles import FIELDS, TOO_LATE, Bundle, PaneDelta
from chronos.windows.keys import PaneKey
from chronos.windows.shard import Shard, Update
from chronos.windows.slots import slot_of


@dataclass(frozen=True)
class Kept:
    """How long slots are kept, and for how long after their end they are open; in slots."""

    retention: int
    lateness: int

    def first_slot(self, watermark_us: int) -> int:
        """The oldest slot that is kept."""
        return slot_of(watermark_us) - self.retention

    def is_final(self, slot: int, watermark_us: int) -> bool:
        """Whether the watermark has passed the slot's end, and the lateness behind it."""
        return slot_of(watermark_us) >= slot + 1 + self.lateness


@dataclass
class Applied:
    """What is to be written; events that were counted, and those whose slot is not kept any more."""

    update: Update
    events: int = 0
    expired: int = 0


def apply(shard: Shard, bundles: Iterable[Bundle], kept: Kept, now_us: int) -> Applied:
    """Add ``bundles``, in their order, to copies of the panes.

    Event time does not go beyond ``now_us``, by our clock in microseconds since 1970 UTC: another worker's
    that was wrong for a moment would otherwise expire everything.
    """
    applied = Applied(Update(progress=shard.progress))
    progress = applied.update.progress
    for key in shard.behind:
        applied.update.panes[key] = shard.pane(key)
    for bundle in bundles:
        for delta in bundle.panes:
            if delta.slot < kept.first_slot(progress.watermark_us):
                applied.expired += _events(delta)
            else:
                applied.events += _add(shard, bundle, delta, applied.update, kept)
        watermark_us = min(bundle.watermark_us, now_us)
        progress.heard(bundle.source, watermark_us, min(bundle.time_us, now_us), bundle.idle)
    return applied


def _add(shard: Shard, bundle: Bundle, delta: PaneDelta, update: Update, kept: Kept) -> int:
    key = PaneKey(delta.slot, delta.bucket, delta.view)
    pane = update.panes.get(key)
    if pane is None:
        # Written also when nothing is new to it: whoever added it may have ended before that was in the
        # changelog.
        pane = update.panes[key] = shard.pane(key)
    added = panes.add(pane, bundle, delta)
    events = sum(added.counts.values()) + added.overflow
    if events:
        update.added.append((key, added))
        if delta.bucket != TOO_LATE and kept.is_final(delta.slot, update.progress.watermark_us):
            pane.revised = True
    return events


def _events(delta: PaneDelta) -> int:
    return sum(sum(row[1::FIELDS]) for row in delta.rows.values()) + sum(delta.overflow[1::FIELDS])

"""The answer that a person gets: windows with their bounds, whether they are final, and their counts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chronos.windows.answers import Part
from chronos.windows.applying import Kept
from chronos.windows.question import Question
from chronos.windows.slots import SECONDS

OPEN, FINAL, REVISED, EXPIRED = "open", "final", "revised", "expired"


def reply(
    question: Question, whole: Part, kept: Kept, watermark_us: int | None, missing: Sequence[int]
) -> dict[str, Any]:
    """The JSON of ``GET /api/windows/VIEW``; ``missing`` are partitions of which nothing is known.

    How many events of one key were late is not known: they are counted by window, not by key.
    """
    grid = question.grid
    return {
        "view": question.view,
        "from": time_of(grid.start),
        "to": time_of(grid.end),
        "step": grid.step * SECONDS,
        "slide": grid.slide * SECONDS,
        "watermark": moment(watermark_us),
        "too_late": whole.too_late,
        "complete": not missing,
        "missing_partitions": list(missing),
        "windows": _windows(question, whole, kept, watermark_us or 0),
    }


def _windows(question: Question, whole: Part, kept: Kept, watermark_us: int) -> list[dict[str, Any]]:
    counts: list[dict[str, int]] = [{} for _ in whole.totals]
    # The largest first, as people read them.
    for key in sorted(whole.counts, key=lambda key: (-sum(whole.counts[key][1::2]), key)):
        pairs = whole.counts[key]
        for at, events in zip(pairs[::2], pairs[1::2], strict=True):
            counts[at][key] = events
    shown = []
    for number, (first, end) in enumerate(question.grid.bounds()):
        total = whole.totals[number]
        known = sum(counts[number].values())
        shown.append(
            {
                "start": time_of(first),
                "end": time_of(end),
                "status": _status(first, end, whole.revised[number], kept, watermark_us),
                "total": total,
                "late": whole.late[number] if question.key is None else None,
                "other": 0 if whole.is_distinct else total - known,
                "counts": counts[number],
            }
        )
    return shown


def _status(first: int, end: int, is_revised: bool, kept: Kept, watermark_us: int) -> str:
    if first < kept.first_slot(watermark_us):
        return EXPIRED  # not all of its slots are kept any more
    if not kept.is_final(end - 1, watermark_us):
        return OPEN
    return REVISED if is_revised else FINAL


def time_of(slot: int) -> datetime:
    """When a slot begins."""
    return datetime.fromtimestamp(slot * SECONDS, UTC)


def moment(microseconds: int | None) -> datetime | None:
    """A time since 1970 UTC; none for none, and for 0, which says that nothing has come yet."""
    if not microseconds:
        return None
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)

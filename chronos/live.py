"""What the live page shows, put together from answers about windows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

Answer = Mapping[str, Any]

STEP = 10  # seconds: a slot of event time
SHOWN_SECONDS = 1800
VISITOR_SECONDS = 300
RATE_SLOTS = 6
LONGEST = 10  # of a list of keys
RANKINGS = {"pages": "pageview_urls", "links": "link_texts", "nodes": "click_nodes"}


def questions(now: float) -> dict[str, dict[str, int]]:
    """By view what to ask of it, in the words of ``GET /api/windows/VIEW``, seconds since 1970.

    The newest slot is the one that ``now`` is in. Keys are asked for as one window, visitors, too: of
    distinct ones no sum can be made.
    """
    end = (int(now // STEP) + 1) * STEP
    since = end - SHOWN_SECONDS
    recent = {"from": end - VISITOR_SECONDS, "to": end, "step": VISITOR_SECONDS}
    ranking = {"from": since, "to": end, "step": SHOWN_SECONDS, "top": LONGEST}
    return {
        "event_types": {"from": since, "to": end, "step": STEP},
        "visitors": recent,
        **dict.fromkeys(RANKINGS.values(), ranking),
    }


def counted(now: float, answers: Mapping[str, Answer]) -> dict[str, Any]:
    """All numbers of the page from an answer for each of `questions`."""
    windows = answers["event_types"]["windows"]
    return {
        "events_per_second": events_per_second(now, windows),
        "visitors": visitors(answers["visitors"]["windows"]),
        "timeline": timeline(windows),
        **{name: ranking(answers[view]["windows"]) for name, view in RANKINGS.items()},
        "too_late": int(answers["event_types"].get("too_late") or 0),
        "complete": not missing_partitions(answers) and all(one["complete"] for one in answers.values()),
    }


def missing_partitions(answers: Mapping[str, Answer]) -> list[int]:
    """Those of which some answer knows nothing."""
    return sorted({number for one in answers.values() for number in one["missing_partitions"]})


def timeline(windows: Sequence[Answer]) -> dict[str, Any]:
    """Counts by type as columns, one place for each slot; types that did not happen are left out."""
    types = sorted({name for one in windows for name, count in one["counts"].items() if count})
    return {
        "step": STEP,
        "start": [_epoch(one["start"]) for one in windows],
        "types": {name: [one["counts"].get(name, 0) for one in windows] for name in types},
        "late": [one.get("late") or 0 for one in windows],
        "status": [one["status"] for one in windows],
    }


def events_per_second(now: float, windows: Sequence[Answer]) -> float:
    """The mean of the last minute of event time: of the slot that ``now`` is in, and the five before it."""
    first = (now // STEP + 1 - RATE_SLOTS) * STEP
    total = sum(one["total"] for one in windows if first <= _epoch(one["start"]) <= now)
    return float(round(total / max(1, int(now - first)), 2))


def visitors(windows: Sequence[Answer]) -> int:
    """How many there were in the newest window."""
    newest = max(windows, key=lambda one: _epoch(one["end"]), default=None)
    return newest["total"] if newest else 0


def ranking(windows: Iterable[Answer]) -> list[dict[str, Any]]:
    """The largest keys of all windows together, the largest first."""
    total: Counter[str] = Counter()
    for one in windows:
        total.update(one["counts"])
    ordered = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return [{"key": key, "n": count} for key, count in ordered[:LONGEST] if count]


def health(report: Answer, missing: Sequence[int] = (), unavailable: str | None = None) -> dict[str, Any]:
    """A worker's own report, with the windows as one more part of it."""
    says = unavailable or (f"no answer for partitions {', '.join(map(str, missing))}" if missing else "")
    part = {"name": "windows", "works": not says, "says": says or "count every event"}
    return {**report, "parts": [*report["parts"], part]}


def _epoch(time: datetime | str | float) -> float:
    """Seconds since 1970 of a time in an answer."""
    time = datetime.fromisoformat(time) if isinstance(time, str) else time
    found = time.timestamp() if isinstance(time, datetime) else time
    return int(found) if found == int(found) else found

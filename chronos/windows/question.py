"""What may be asked of windows: the parameters of `/api/windows/VIEW`, checked and understood."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chronos.errors import BadParameter
from chronos.windows.slots import SECONDS, Grid

DEFAULT_STEP = 60  # seconds
DEFAULT_WINDOWS = 60
MOST_WINDOWS = 20_000
MOST_BINS = 1_000_000  # of which windows are sums: 8 MB for each array of them
MOST_KEYS = 10_000
ASKED = ("from", "to", "step", "slide", "top", "key")
STREAMED = ("step", "slide", "top", "key", "last")
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Question:
    """Windows of ``view``; ``top`` keeps that many keys, ``key`` counts one alone."""

    view: str
    grid: Grid
    top: int | None = None
    key: str | None = None


def ask(view: str, parameters: Mapping[str, str], now: float) -> Question:
    """Understand a question at ``now``, seconds since 1970 UTC; raise BadParameter, which says what is wrong.

    Without ``from`` and ``to`` they are the newest 60 windows, up to that in which ``now`` is. A time within
    a slot is moved to its edge, so that all of what lies between them is counted.
    """
    _only(parameters, ASKED)
    step, slide = _sizes(parameters)
    end = _time(parameters, "to", now)
    if end is None:
        end = _ceil(now, slide)
    start = _time(parameters, "from", now)
    if start is None:
        start = end - (DEFAULT_WINDOWS - 1) * slide - step
    grid = Grid(int(start // SECONDS), int(-(-end // SECONDS)), step // SECONDS, slide // SECONDS)
    if grid.start >= grid.end:
        raise BadParameter(name="from", value=parameters.get("from", ""), reason="a time before `to`")
    if grid.windows > MOST_WINDOWS:
        raise BadParameter(
            name="step",
            value=parameters.get("step", str(step)),
            reason=f"no more than {MOST_WINDOWS:,} windows between `from` and `to`, not {grid.windows:,}",
        )
    if grid.bins > MOST_BINS:
        raise BadParameter(
            name="slide",
            value=parameters.get("slide", str(slide)),
            reason=f"windows that end within {MOST_BINS:,} times the largest part of `step` and `slide`",
        )
    return Question(view, grid, _top(parameters), parameters.get("key"))


def newest(view: str, parameters: Mapping[str, str], now: float) -> Question:
    """The question that a stream asks again and again: the newest ``last`` windows at ``now``."""
    _only(parameters, STREAMED)
    step, slide = _sizes(parameters)
    last = _whole(parameters, "last", DEFAULT_WINDOWS, 1, 1_000)
    end = _ceil(now, slide)
    start = end - (last - 1) * slide - step
    if start < 0:
        raise BadParameter(name="last", value=str(last), reason="windows that begin from 1970 on")
    grid = Grid(start // SECONDS, end // SECONDS, step // SECONDS, slide // SECONDS)
    return Question(view, grid, _top(parameters), parameters.get("key"))


def _ceil(now: float, slide: int) -> int:
    """The end of the window of ``slide`` seconds in which ``now`` is."""
    return (int(now // slide) + 1) * slide


def _only(parameters: Mapping[str, str], known: tuple[str, ...]) -> None:
    for name, value in parameters.items():
        if name not in known:
            raise BadParameter(name=name, value=value, reason=f"no parameter; there are {', '.join(known)}")


def _sizes(parameters: Mapping[str, str]) -> tuple[int, int]:
    step = _duration(parameters, "step", DEFAULT_STEP)
    return step, _duration(parameters, "slide", step)


def _duration(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name)
    if text is None:
        return default
    found = re.fullmatch(r"([0-9]{1,9})([smhd]?)", text.strip())
    seconds = int(found[1]) * UNITS[found[2]] if found else 0
    if not 0 < seconds <= 366 * 86_400 or seconds % SECONDS:
        raise BadParameter(
            name=name,
            value=text,
            reason=f"a multiple of {SECONDS} seconds up to a year, as 60, 60s, 5m, 1h or 1d",
        )
    return seconds


def _time(parameters: Mapping[str, str], name: str, now: float) -> float | None:
    text = parameters.get(name)
    if text is None:
        return None
    reason = "ISO 8601 with a time zone (2026-01-31T12:00:00Z) or seconds since 1970 UTC"
    try:
        seconds = float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else _iso(text)
    except (ValueError, OverflowError) as error:
        raise BadParameter(name=name, value=text, reason=reason) from error
    if not 0 <= seconds <= LATEST:
        raise BadParameter(name=name, value=text, reason=f"{reason}, from 1970 on")
    return seconds


def _iso(text: str) -> float:
    # In an address a + is a space, and people forget to write it as %2B.
    found = datetime.fromisoformat(re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", text.strip()))
    if found.tzinfo is None:
        raise ValueError("it has no time zone")
    return found.timestamp()


def _top(parameters: Mapping[str, str]) -> int | None:
    return _whole(parameters, "top", 0, 1, MOST_KEYS) if "top" in parameters else None


def _whole(parameters: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = parameters.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise BadParameter(name=name, value=text, reason=f"a whole number from {least} to {most:,}")
    return int(text)

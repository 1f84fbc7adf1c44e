"""When the lines of a log were written: their times, in every form that the services write."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

# Kafka and the supervisor begin with it, workers put it into brackets, PostgreSQL names its zone, and JSON
# has it as the first of its values.
STAMP = re.compile(
    r'[\[{]?(?:"\w+":\s*")?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,6})\d*)?'
    r"\s?(UTC|Z|[+-]\d\d:?\d\d)?"
)
NEAR_BYTES = 4_096
BEFORE_ALL = float("-inf")


@dataclass
class Entry:
    """A line with a time, in seconds since 1970, and the lines after it that have none."""

    time: float
    lines: list[str] = field(default_factory=list)


def time_of(line: str) -> float | None:
    """When a line was written, in seconds since 1970; None where it does not say."""
    found = STAMP.match(line)
    if found is None:
        return None
    day, clock, fraction, zone = found.groups()
    try:
        # A time without a zone is one of this machine, as the services mean it.
        moment = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0').ljust(6, '0')}")
        if zone in ("UTC", "Z"):
            moment = moment.replace(tzinfo=UTC)
        elif zone:
            moment = datetime.fromisoformat(f"{day}T{clock}{zone}").replace(microsecond=moment.microsecond)
    except ValueError:
        return None
    return moment.timestamp()


def entries(lines: Iterable[str], last: float = BEFORE_ALL) -> Iterator[Entry]:
    """Put lines without a time to the one before; times never go back, whatever a clock or a thread did."""
    current = Entry(last)
    for line in lines:
        time = time_of(line)
        if time is None:
            current.lines.append(line)
            continue
        if current.lines:
            yield current
        current = Entry(max(time, current.time), [line])
    if current.lines:
        yield current


def offset_since(path: Path, since: float) -> int:
    """Where in a log the first line begins that was written at ``since`` or later; its size if none was."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while high - low > NEAR_BYTES:
            middle = (low + high) // 2
            place, time = _next_time(file, middle, high)
            if time is None or time >= since:
                high = middle
            else:
                low = place
        return _first(file, low, since)


def _next_time(file: IO[bytes], start: int, end: int) -> tuple[int, float | None]:
    """The first line with a time that begins behind ``start`` and before ``end``: its place and its time."""
    file.seek(start)
    file.readline()
    while (place := file.tell()) < end:
        time = time_of(file.readline().decode(errors="replace"))
        if time is not None:
            return place, time
    return end, None


def _first(file: IO[bytes], start: int, since: float) -> int:
    file.seek(start)
    while True:
        place = file.tell()
        line = file.readline()
        time = time_of(line.decode(errors="replace"))
        if not line or (time is not None and time >= since):
            return place

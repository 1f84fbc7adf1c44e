"""Compares windows with what the raw events say, while events keep coming.

Raw events are stored before they are counted, and numbers only grow. So what the raw events say, then what a
worker answers, and then what the raw events say again stand in this order once the worker has counted what
the first look saw; where nothing came in between they are equal, number by number.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from time import monotonic
from typing import Any, TypeVar

import asyncpg

from chronos.database.refusals import is_refusal, said
from chronos.errors import ChronosError, TooManyCounts
from chronos.windows import raw
from chronos.windows.bundles import DISTINCT
from chronos.windows.declared import WindowView
from chronos.windows.raw import Counts
from chronos.windows.slots import SECONDS

PART = 360  # slots that are compared at a time: an hour
SHOWN = 20
PATIENCE = 15.0  # seconds that the counting may take to come to where the storing is
EXACT_TO = 400  # distinct keys that a sketch counts without an error
SKETCH = 0.05  # of more than these, four standard errors (chronos.windows.panes)

NO_WINDOW: Mapping[str, Any] = {"total": 0, "other": 0, "counts": {}}

Ask = Callable[[str, Mapping[str, str]], Awaitable[Mapping[str, Any]]]
T = TypeVar("T")


class NotComparable(ChronosError):
    """Windows {name} are not to be compared: {reason}"""


@dataclass(frozen=True)
class Difference:
    """What the window from ``start`` on says of ``key``, and what the raw events said before and after.

    Without a key it is the whole window, without a start what arrived too late.
    """

    start: datetime | None
    key: str | None
    window: int
    raw: tuple[int, int]


@dataclass
class Comparison:
    """How many windows were compared, in how many of these events came meanwhile, and what differs."""

    windows: int = 0
    events: int = 0
    moved: int = 0
    different: int = 0
    differences: list[Difference] = field(default_factory=list)

    def add(self, found: list[Difference]) -> None:
        """Count differences, and keep the first."""
        self.different += len(found)
        self.differences += found[: SHOWN - len(self.differences)]


@dataclass(frozen=True)
class Rules:
    """How late events are still counted, how old they can be at all, how long to wait for the counting."""

    lateness: timedelta
    oldest: timedelta
    patience: float = PATIENCE


async def compare(url: str, view: WindowView, slots: range, ask: Ask, rules: Rules) -> Comparison:
    """Compare the windows of ``slots``, one a slot, as ``ask`` gives them: `GET /api/windows/VIEW`.

    Raises NotComparable where not all workers answer, or the server refuses the view's expressions.
    """
    comparison = Comparison()
    async with _connected(url) as connection:
        check = _Check(connection, view, ask, rules)
        for part in _parts(slots, PART):
            await _compare_part(check, part, comparison)
        comparison.add(await check.too_late(slots))
    return comparison


async def _compare_part(check: "_Check", slots: range, comparison: Comparison) -> None:
    try:
        found, before, after = await check.counts(slots)
    except TooManyCounts:
        if len(slots) == 1:
            raise
        for part in _parts(slots, -(-len(slots) // 4)):
            await _compare_part(check, part, comparison)
    else:
        comparison.windows += len(slots)
        comparison.events += sum(sum(keys.values()) for keys in after.values())
        comparison.moved += sum(before.get(slot) != after.get(slot) for slot in slots)
        comparison.add(found)


def _parts(slots: range, size: int) -> Iterator[range]:
    return (slots[first : first + size] for first in range(0, len(slots), size))


@dataclass(frozen=True)
class _Check:
    """Looks at the raw events of a view, asks a worker, and looks again, until all three agree."""

    connection: asyncpg.Connection
    view: WindowView
    ask: Ask
    rules: Rules

    async def counts(self, slots: range) -> tuple[list[Difference], Counts, Counts]:
        """What differs in windows of a slot each, and the raw events before and after."""

        async def look() -> Counts:
            return await raw.counts(self.connection, self.view, slots, self.rules.lateness)

        def differ(answer: Mapping[str, Any], before: Counts, after: Counts) -> list[Difference]:
            return list(_differences(self.view, slots, answer, before, after))

        return await self._settled(look, {**_bounds(slots), "step": str(SECONDS)}, differ)

    async def too_late(self, slots: range) -> list[Difference]:
        """What differs in the number of those that arrived too late."""

        async def look() -> int:
            return await raw.too_late(
                self.connection, self.view, slots, self.rules.lateness, self.rules.oldest
            )

        def differ(answer: Mapping[str, Any], before: int, after: int) -> list[Difference]:
            late = answer["too_late"]
            return [] if before <= late <= after else [Difference(None, None, late, (before, after))]

        few = {} if self.view.kind == DISTINCT else {"top": "1"}
        asked = {**_bounds(slots), "step": str(len(slots) * SECONDS), **few}
        found, _, _ = await self._settled(look, asked, differ)
        return found

    async def _settled(
        self,
        look: Callable[[], Awaitable[T]],
        asked: Mapping[str, str],
        differ: Callable[[Mapping[str, Any], T, T], list[Difference]],
    ) -> tuple[list[Difference], T, T]:
        before = after = await self._looked(look)
        deadline = monotonic() + self.rules.patience
        while True:
            answer = await self.ask(self.view.name, asked)
            found = differ(answer, before, after)
            if found:
                after = await self._looked(look)
                found = differ(answer, before, after)
            is_over = monotonic() > deadline
            if answer["complete"] and (is_over or not found):
                return found, before, after
            if is_over:
                missing = ", ".join(map(str, answer["missing_partitions"]))
                reason = f"no worker answers for partitions {missing}"
                raise NotComparable(name=self.view.name, reason=reason)
            await asyncio.sleep(0.2)

    async def _looked(self, look: Callable[[], Awaitable[T]]) -> T:
        try:
            async with self.connection.transaction(isolation="repeatable_read", readonly=True):
                return await look()
        except asyncpg.PostgresError as error:
            if not is_refusal(error):
                raise
            raise NotComparable(name=self.view.name, reason=f"PostgreSQL says: {said(error)}") from error


def _bounds(slots: range) -> dict[str, str]:
    return {"from": str(slots.start * SECONDS), "to": str(slots.stop * SECONDS)}


def _differences(
    view: WindowView, slots: range, answer: Mapping[str, Any], before: Counts, after: Counts
) -> Iterator[Difference]:
    windows = {datetime.fromisoformat(one["start"]): one for one in answer["windows"]}
    compared = _distinct if view.kind == DISTINCT else _counted
    for slot in slots:
        start = raw.time_of(slot)
        window = windows.get(start, NO_WINDOW)
        yield from compared(start, window, before.get(slot, {}), after.get(slot, {}))


def _counted(
    start: datetime, window: Mapping[str, Any], before: Mapping[str, int], after: Mapping[str, int]
) -> Iterator[Difference]:
    counts, total = window["counts"], window["total"]
    # Very long keys are counted together, without their names, where they would take too much room.
    found, nameless = [], window["other"]
    for key in dict.fromkeys((*before, *counts)):
        number, least, most = counts.get(key, 0), before.get(key, 0), after.get(key, 0)
        if number < least and least - number <= nameless:
            nameless -= least - number
        elif not least <= number <= most:
            found.append(Difference(start, key, number, (least, most)))
    low, high = sum(before.values()), sum(after.values())
    if not found and not (low <= total <= high and total == sum(counts.values()) + window["other"]):
        found.append(Difference(start, None, total, (low, high)))
    yield from found


def _distinct(
    start: datetime, window: Mapping[str, Any], before: Mapping[str, int], after: Mapping[str, int]
) -> Iterator[Difference]:
    low, high, total = len(before), len(after), window["total"]
    if not low - _slack(low) <= total <= high + _slack(high):
        yield Difference(start, None, total, (low, high))


def _slack(number: int) -> int:
    return 0 if number <= EXACT_TO else ceil(number * SKETCH)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, timeout=10, server_settings=raw.SESSION)
    try:
        yield connection
    finally:
        connection.terminate()

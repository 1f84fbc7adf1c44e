"""For authors of data sinks: `check_sink` holds a sink to what it promises, without Kafka and a database."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec

from chronos.errors import SinkFails
from chronos.event_time import EventClock
from chronos.extensions.data_sink import Batch, Context, DataSink, Row
from chronos.models.beacon import Beacon
from chronos.models.decoder import Decoder
from chronos.settings.sections import Limits
from chronos.sinks.calling import Calls

NAMES = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)
LIMITS = Limits()
CLOCK = EventClock.from_limits(LIMITS)
TIME_MS = int(TIME.timestamp() * 1000)
EVENTS: list[list[Any]] = [
    ["pageviews", "https://shop.example/ä?q='1'", "Zürich ✓ \U0001f5dd", TIME_MS, None],
    ["custom_events", "paid", {"sum": 9.5, "items": [{"sku": "a"}, {}], "none": None}, TIME_MS - 1],
    ["link_clicks", None, "", TIME_MS + 0.5, True, False],
    ["form_abandonments", "signup", ["name", "e-mail"], TIME_MS - 86_400_000],
    ["mouse_moves", -1.5, 1e300, TIME_MS],
]

Stored = Callable[[], Iterable[tuple[object, int]]]


class PromiseBroken(AssertionError):
    """What a sink did not do."""


def check_sink(
    kind: type[DataSink], settings: Mapping[str, Any], *, folder: Path, stored: Stored, name: str = "trial"
) -> None:
    """Have a fresh sink write some batches; raise PromiseBroken, which says what it did not do.

    ``stored`` reads where the sink writes to, and gives (beacon id, number) of each event that is there.
    ``folder`` takes the place of the folder of chronos.toml. Takes a second for a sink that writes to a file.
    """
    context = Context(name, "events", LIMITS, folder, folder)
    asyncio.run(_Trial(lambda: Calls(kind(kind.Settings.model_validate(settings), context)), stored).run())


class Interrupted(Exception):
    """Raised while a sink reads a batch."""


class _Breaking(Batch):
    """A batch that ends with an error, whose events before that must not stay."""

    def rows(self) -> Iterator[Row]:
        rows = list(super().rows())
        yield from rows[:-1]
        raise Interrupted


@dataclass
class _Trial:
    make: Callable[[], Calls]
    stored: Stored

    async def run(self) -> None:
        first, second, third = _batch(0, 2), _batch(2, 1), _batch(3, 3)
        sink = self.make()
        is_exact = (await sink.next_offsets()) is not None
        if is_exact:
            await self._expect_watermark(sink, {}, "a sink that has written nothing yet")
        await sink.write(first)
        self._expect_stored([first], "a batch")
        await sink.end()
        sink = self.make()  # a worker that starts again
        if is_exact:
            await self._expect_watermark(sink, first.next_offsets, "a sink that is opened again")
        await sink.write(second)
        self._expect_stored([first, second], "a second batch, after the sink was opened again")
        if is_exact:
            await self._exactly_once(sink, [first, second], third)
        await sink.end()

    async def _exactly_once(self, sink: Calls, before: list[Batch], batch: Batch) -> None:
        await self._interrupted(sink, before, batch)
        nothing = _empty(before[-1], batch)
        await sink.write(nothing)
        await self._expect_watermark(sink, nothing.next_offsets, "a batch without beacons")
        batch = _after(nothing, batch)
        other = self.make()  # another worker, which has got the partitions
        await other.next_offsets()
        await other.write(batch)
        with suppress(SinkFails):  # as it should
            await sink.write(batch)
        self._expect_stored([*before, batch], "two writers of which one is late with the same batch")
        await self._expect_watermark(other, batch.next_offsets, "two writers")
        await other.end()

    async def _interrupted(self, sink: Calls, before: list[Batch], batch: Batch) -> None:
        broken = _Breaking(batch.beacons, batch.since, batch.next_offsets, CLOCK)
        try:
            await sink.write(broken)
        except SinkFails as error:
            if not isinstance(error.__cause__, Interrupted):
                raise
        else:
            return  # it reads beacons, not rows, and is not interrupted by that
        self._expect_stored(before, "a batch that failed half-way: it is written whole or not at all")
        await self._expect_watermark(sink, before[-1].next_offsets, "a batch that failed half-way")

    async def _expect_watermark(self, sink: Calls, wanted: Mapping[int, int], when: str) -> None:
        found = await sink.next_offsets()
        if found != wanted:
            raise PromiseBroken(f"next_offsets() gives {found} where {dict(wanted)} is right: {when}")

    def _expect_stored(self, batches: list[Batch], when: str) -> None:
        wanted = sorted((str(row.beacon_id), row.number) for batch in batches for row in batch.rows())
        found = sorted((str(id), number) for id, number in self.stored())
        if found != wanted:
            missing, more = set(wanted) - set(found), len(found) - len(set(found) & set(wanted))
            raise PromiseBroken(f"{len(missing)} events are missing, {more} are there too many: {when}")


def _batch(start: int, beacons: int) -> Batch:
    """Beacons at offsets from ``start`` of partition 0; the first of all has no event."""
    found = [_beacon(offset) for offset in range(start, start + beacons)]
    return Batch(found, {0: start}, {0: start + beacons}, CLOCK)


def _beacon(offset: int) -> Beacon:
    events = EVENTS if offset else []
    body = {"ACCESS_KEY": "", "data": {"events": events, "metadata": {"url": "/", "uuid": f"v{offset}"}}}
    decoded = Decoder(LIMITS.text_length).decode(msgspec.json.encode(body))
    assert not decoded.bad
    return Beacon(0, offset, uuid5(NAMES, str(offset)), TIME, "default", decoded)


def _empty(before: Batch, after: Batch) -> Batch:
    """Beacons that all came before, between two batches."""
    start = before.next_offsets[0]
    return Batch([], {0: start}, {0: start + 1}, CLOCK)


def _after(before: Batch, batch: Batch) -> Batch:
    """The same beacons, behind another batch."""
    start = before.next_offsets[0]
    return Batch(batch.beacons, {0: start}, {0: start + len(batch.beacons)}, CLOCK)

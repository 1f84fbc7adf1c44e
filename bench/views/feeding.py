"""Rows a second through the sink of `feed_views`, beside a bare COPY of the same rows into one table."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import psutil

from chronos.event_time import EventClock
from chronos.kafka_reader import Record
from chronos.models.beacon import read_beacon
from chronos.models.decoder import Decoder
from chronos.models.events import EVENT_TYPES
from chronos.models.message import beacon_headers
from chronos.settings.sections import Limits
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.sinks.timescaledb.raw_events import RawEvents
from chronos.sinks.timescaledb.rows import columns, rows_of
from chronos.views import catalog
from chronos.views.filling import Filler

TOPIC = "bench"
EVENTS = 1000
AT_ONCE = 25  # beacons a batch, as [limits] batch_events has it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of a visit: how many of each type in twenty events.
MIX = {"mouse_moves": 10, "clicks": 3, "key_presses": 3, "link_clicks": 1, "pageviews": 2, "web_vitals": 1}
KINDS = [kind for kind, number in MIX.items() for _ in range(number)]


@dataclass(frozen=True)
class Round:
    """Rows a second, and the memory of this process at the end."""

    fed: float
    records: float
    binary: float
    megabytes: float


class Feeding:
    """A database with the shipped views, and where the next beacon stands."""

    def __init__(self, url: str, beacons: int) -> None:
        self._url, self._beacons, self._offset = url, beacons, 0
        self._sink = KeptViews(url, TOPIC, Limits())
        self._raw = RawEvents(url, TOPIC, Limits())

    @classmethod
    async def prepare(cls, url: str, beacons: int) -> "Feeding":
        """Make the views."""
        await Filler(url, TOPIC).install(catalog.declared(catalog.files(Path("none"))))
        return cls(url, beacons)

    async def round(self) -> Round:
        """Feed fresh beacons, and copy their rows in both ways."""
        messages = list(self._messages())
        for batch in _batches(messages):
            await self._raw.write([self._raw.read(message) for message in batch], {})
        began = time.perf_counter()
        for batch in _batches(messages):
            await self._sink.write([self._sink.read(message) for message in batch], {})
        fed = len(messages) * EVENTS / (time.perf_counter() - began)
        megabytes = psutil.Process().memory_info().rss / 1e6
        return Round(
            fed,
            await _copy(self._url, messages, _records),
            await _copy(self._url, messages, _binary),
            megabytes,
        )

    def _messages(self) -> Iterator[Record]:
        now = int(time.time() * 1000)
        for _ in range(self._beacons):
            headers = beacon_headers(uuid4(), now * 1000, "bench")
            yield Record(TOPIC, 0, self._offset, now / 1000, b"", _body(self._offset, now), headers)
            self._offset += 1


def _batches(messages: list[Record]) -> Iterator[list[Record]]:
    for start in range(0, len(messages), AT_ONCE):
        yield messages[start : start + AT_ONCE]


def _body(number: int, now: int) -> bytes:
    page = f"https://shop.example/products/{number % 50}"
    events = [
        _event(KINDS[n * 7 % len(KINDS)], number * EVENTS + n, page, now - n * 60) for n in range(EVENTS)
    ]
    about = {
        "url": page,
        "uuid": f"visitor-{number % 200}",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156",
    }
    return json.dumps({"ACCESS_KEY": "k", "data": {"events": events, "metadata": about}}).encode()


def _event(kind: str, n: int, page: str, at: int) -> list[Any]:
    values: dict[str, list[Any]] = {
        "mouse_moves": [n * 7 % 1920, n * 11 % 1080],
        "clicks": [f"main#content>div.card>button.b{n % 40}", 1, n % 1920, n % 1080],
        "key_presses": [chr(97 + n % 26)],
        "link_clicks": [f"Link {n % 100}", f"https://other.example/{n % 100}"],
        "pageviews": [page, f"Product {n % 50} | Shop"],
        "web_vitals": [("LCP", "CLS", "INP")[n % 3], n * 37 % 4000 / 1.7, "good"],
    }
    behind = {"link_clicks": [n % 2 == 0, False], "pageviews": [f"https://search.example/{n % 20}"]}
    return [kind, *values[kind], at, *behind.get(kind, [])]


async def _copy(url: str, messages: list[Record], way: Any) -> float:
    decoder = Decoder(Limits().text_length)
    beacons = [read_beacon(message, decoder) for message in messages]
    connection = await asyncpg.connect(url)
    try:
        seconds = 0.0
        for start in range(0, len(beacons), AT_ONCE):
            seconds += await way(connection, beacons[start : start + AT_ONCE])
    finally:
        await connection.execute("drop schema if exists bare cascade")
        await connection.close()
    return len(messages) * EVENTS / seconds


async def _records(connection: asyncpg.Connection, beacons: list[Any]) -> float:
    await connection.execute(
        "create schema if not exists bare; create table if not exists bare.events (event_type text,"
        " a text, b text, x double precision, y double precision, client_time timestamptz,"
        " time timestamptz, event_time timestamptz, metadata_id uuid)"
    )
    rows = [_row(beacon, event) for beacon in beacons for event in beacon.decoded.events]
    began = time.perf_counter()
    await connection.copy_records_to_table("events", schema_name="bare", records=rows)
    return time.perf_counter() - began


def _row(beacon: Any, event: Any) -> tuple[Any, ...]:
    values = [getattr(event, name) for name in EVENT_TYPES[event.wire_name].columns()]
    texts = [value for value in values if isinstance(value, str)] + [None, None]
    numbers = [float(value) for value in values if isinstance(value, float)] + [None, None]
    at = EPOCH + timedelta(milliseconds=event.client_time)
    about: UUID = beacon.decoded.metadata.id
    return (event.wire_name, *texts[:2], *numbers[:2], at, beacon.time, at, about)


async def _binary(connection: asyncpg.Connection, beacons: list[Any]) -> float:
    await connection.execute("create schema if not exists bare")
    rows = rows_of(beacons, EventClock.from_limits(Limits()))
    seconds = 0.0
    for name, copy in rows.copies.items():
        await connection.execute(
            f"create table if not exists bare.{name} (like raw.{name} including identity)"
        )
        began = time.perf_counter()
        await connection.copy_to_table(
            name,
            schema_name="bare",
            source=BytesIO(copy),
            columns=columns(EVENT_TYPES[name]),
            format="binary",
        )
        seconds += time.perf_counter() - began
    return seconds

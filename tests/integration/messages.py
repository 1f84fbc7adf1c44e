"""Messages as a consumer hands them over, made without Kafka, and what the database made of them."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from databases import fetch

from chronos.models.message import beacon_headers
from chronos.settings.sections import Limits
from chronos.sinks.base import Sink, Written
from chronos.sinks.timescaledb.raw_events import RawEvents

NOW_MS = int(time.time() * 1000)
TOPIC = "events"
METADATA = {"url": "http://shop.example/", "uuid": "visitor"}


@dataclass
class Received:
    """What Faust's messages have."""

    value: bytes | None
    offset: int
    partition: int = 0
    headers: Iterable[tuple[str, bytes]] | None = field(default_factory=list)
    timestamp: float = NOW_MS / 1000
    key: bytes | None = None
    topic: str = TOPIC


def beacon(
    offset: int,
    *events: list[Any],
    partition: int = 0,
    id: UUID | None = None,
    time_ms: float = NOW_MS,
    metadata: Any = METADATA,
    **data: Any,
) -> Received:
    """A beacon that arrived at ``time_ms``, where it stands in the topic."""
    body = {"ACCESS_KEY": "key", "data": {"events": list(events), "metadata": metadata, **data}}
    headers = beacon_headers(id or uuid4(), round(time_ms * 1000), "shop")
    return Received(json.dumps(body).encode(), offset, partition, headers)


def press(key: str = "a", client_ms: float = NOW_MS) -> list[Any]:
    return ["key_presses", key, client_ms]


def raw_events(url: str, topic: str = TOPIC, **limits: Any) -> RawEvents:
    return RawEvents(url, topic, Limits(**limits))


async def write(
    sink: Sink[Any], messages: Sequence[Received], holes: dict[int, int] | None = None
) -> Written:
    """Write a batch as the runner does, in the order of partition and offset."""
    ordered = sorted(messages, key=lambda message: (message.partition, message.offset))
    return await sink.write([sink.read(message) for message in ordered], holes or {})


async def value(url: str, statement: str, *values: Any) -> Any:
    [row] = await fetch(url, statement, *values)
    return row[0]


async def keys(url: str) -> list[str]:
    """The key presses that are stored, sorted."""
    return [row[0] for row in await fetch(url, 'select key from key_presses order by key collate "C"')]


async def counted_keys(url: str) -> Counter[str]:
    return Counter(await keys(url))


async def watermarks(url: str, sink: str = "store_events") -> dict[int, int]:
    rows = await fetch(url, "select partition, next_offset from watermarks where sink = $1", sink)
    return {row["partition"]: row["next_offset"] for row in rows}

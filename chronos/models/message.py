"""A message as Kafka takes and gives it, and the headers that Chronos puts on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

BEACON_ID = "id"
TIME = "time"
PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Message:
    """What is produced to a topic; without a ``partition`` its key decides, and without that chance."""

    topic: str
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None


class Received(Protocol):
    """What a consumer hands over; ``timestamp`` is Kafka's, in seconds since 1970 UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: float
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes]] | None


def headers_of(message: Received) -> dict[str, bytes]:
    """The headers that have a value; Kafka has some without, and ours are never like that."""
    return {name: value for name, value in message.headers or () if value is not None}


def timestamp_of(message: Received) -> datetime:
    """When the message came, as Kafka tells it: 1970 where that is no time at all."""
    try:
        return EPOCH + timedelta(seconds=message.timestamp or 0)
    except (OverflowError, ValueError):
        return EPOCH


def beacon_headers(beacon_id: UUID, time_us: int, project: str) -> tuple[tuple[str, bytes], ...]:
    """The headers of a beacon: its id, the arrival in microseconds since 1970 UTC, its project."""
    return ((BEACON_ID, beacon_id.bytes), (TIME, b"%d" % time_us), (PROJECT, project.encode()))

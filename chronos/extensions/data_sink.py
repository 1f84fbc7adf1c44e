"""What a data sink of others is, and the batches that it is given."""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import numpy as np
from pydantic import BaseModel

from chronos.event_time import EPOCH, EventClock, microseconds, microseconds_of
from chronos.models.beacon import Beacon
from chronos.models.events import EVENT_TYPES
from chronos.settings.sections import Limits, Section


@dataclass(frozen=True, slots=True)
class Row:
    """An event as it is stored: ``fields`` are the columns of its type, ``number`` its place in the beacon.

    Beacon id and number name an event for ever, whatever is sent or read again.
    """

    type: str
    fields: Mapping[str, Any]
    client_time: datetime
    time: datetime
    event_time: datetime
    metadata: Mapping[str, Any]
    beacon_id: UUID
    number: int
    project: str


@dataclass(frozen=True)
class Batch:
    """Beacons that came first, each once, ordered by partition and offset; none where all came before.

    The watermark says by partition what is next: ``since`` before the batch is written, ``next_offsets``
    after it. A sink that keeps its watermark itself keeps ``next_offsets`` together with the beacons.
    """

    beacons: Sequence[Beacon]
    since: Mapping[int, int]
    next_offsets: Mapping[int, int]
    clock: EventClock = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """Every event, with its times and the metadata of its beacon."""
        about = lru_cache(maxsize=1000)(json.loads)
        for beacon in self.beacons:
            metadata = about(beacon.decoded.metadata.data)
            times = zip(beacon.decoded.events, self._times(beacon), strict=True)
            for number, (event, (client_time, event_time)) in enumerate(times):
                name = event.wire_name
                yield Row(
                    type=name,
                    fields={one: getattr(event, one) for one in EVENT_TYPES[name].columns()},
                    client_time=client_time,
                    time=beacon.time,
                    event_time=event_time,
                    metadata=metadata,
                    beacon_id=beacon.id,
                    number=number,
                    project=beacon.project,
                )

    def _times(self, beacon: Beacon) -> list[tuple[datetime, datetime]]:
        client_ms = np.array([event.client_time for event in beacon.decoded.events], dtype=np.float64)
        time_us = microseconds_of(beacon.time)
        skew = self.clock.skew(time_us / 1000, beacon.decoded.sent_at)
        event_us = self.clock.event_us(
            client_ms, np.full(len(client_ms), time_us), np.full(len(client_ms), skew)
        )
        both = zip(microseconds(client_ms).tolist(), event_us.tolist(), strict=True)
        return [(_datetime(client), _datetime(event)) for client, event in both]


@dataclass(frozen=True)
class Context:
    """What a sink may know of the Chronos around it: the ``name`` under which it is switched on, and places.

    ``folder`` is that of chronos.toml, from which relative paths are seen; ``home`` the state directory.
    """

    name: str
    topic: str
    limits: Limits
    folder: Path
    home: Path


class NoSettings(Section):
    """A sink has no settings unless it says which."""


class DataSink(ABC):
    """Writes events somewhere. `Settings` is the model of its table ``[sinks.NAME]``.

    Methods may be plain or ``async``; plain ones run in a thread of the sink's own, always the same, so
    that they may wait. Whatever they raise is tried again, after `close` and `open`, until it works: nothing
    is skipped. Only `chronos.sinks.Refused` says that it is the content, which trying again does not mend.
    """

    Settings: ClassVar[type[BaseModel]] = NoSettings

    def __init__(self, settings: Any, context: Context) -> None:
        """Keep both; connect in `open`, since a sink is made where it is only looked at, too."""
        self.settings = settings
        self.context = context

    def open(self) -> Awaitable[None] | None:
        """Connect, and make what has to be there."""
        return None

    @abstractmethod
    def write(self, batch: Batch) -> Awaitable[None] | None:
        """Write a batch, all of it or nothing; when this returns it counts as written."""

    def next_offsets(self) -> Awaitable[Mapping[int, int]] | Mapping[int, int] | None:
        """The watermark that was kept together with the beacons: ``next_offsets`` of what was written.

        By partition, {} at the beginning. None, as here, where the sink keeps none: then Chronos does, and
        a batch whose writer is killed before it is kept is written again.
        """
        return None

    def close(self) -> Awaitable[None] | None:
        """Let go of what `open` made; it may not be there."""
        return None


def _datetime(microseconds_since: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds_since)

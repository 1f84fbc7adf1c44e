"""Beacons and messages as the unit tests need them: JSON is written out, so that it may be wrong, too."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from chronos.models.events import EVENT_TYPES
from chronos.models.message import beacon_headers
from chronos.settings import Settings, WriteKeyFields
from chronos.settings.web import Web

KEY = "a-key-of-the-unit-tests"
ID = UUID("00000000-0000-4000-8000-000000000001")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW_US = 1_772_366_400_000_000
NOW_MS = NOW_US / 1000

CLICK = '["clicks","A#buy",1,10.5,20,5]'
KEY_PRESS = '["key_presses","Enter",6]'


def body(*events: str, metadata: str = "{}", more: str = "", key: str = f'"{KEY}"') -> bytes:
    """A beacon of events that are JSON texts; ``more`` is further JSON inside ``data``, comma first."""
    listed = ",".join(events)
    text = f'{{"ACCESS_KEY":{key},"data":{{"events":[{listed}],"metadata":{metadata}{more}}}}}'
    return text.encode("utf-8", "surrogateescape")


def config(*write_keys: dict[str, Any], **web: Any) -> Settings:
    """Settings with these keys, and these in ``[web]``."""
    keys = [WriteKeyFields(**fields) for fields in write_keys]
    return Settings().model_copy(update={"write_keys": keys, "web": Web(**web)})


def wire(event: Any) -> list[Any]:
    """A decoded event as an array, without what was left out at its end."""
    values = list(msgspec.structs.astuple(event))
    optional = list(EVENT_TYPES[event.wire_name].defaults().values())
    while optional and values[-1] == optional[-1]:
        values.pop()
        optional.pop()
    return [event.wire_name, *values]


@dataclass
class Received:
    """A message as a consumer hands it over."""

    value: bytes | None = b""
    offset: int = 0
    partition: int = 0
    headers: Iterable[tuple[str, bytes]] | None = field(
        default_factory=lambda: beacon_headers(ID, NOW_US, "shop")
    )
    timestamp: float = NOW_US / 1e6
    key: bytes | None = None
    topic: str = "events"

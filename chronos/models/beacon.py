"""A beacon as it comes out of Kafka, decoded."""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chronos.errors import InvalidBeacon
from chronos.models import metadata
from chronos.models.dead_letter import DeadLetter
from chronos.models.decoder import BadEvent, Decoded, Decoder
from chronos.models.message import BEACON_ID, EPOCH, PROJECT, TIME, Received, headers_of, timestamp_of


@dataclass(slots=True)
class Beacon:
    """Where it stands in Kafka, who it is, when it arrived (``time``), and what it holds."""

    partition: int
    offset: int
    id: UUID
    time: datetime
    project: str
    decoded: Decoded

    def dead_letter(self, bad: BadEvent) -> DeadLetter:
        """A letter for one of its events."""
        return DeadLetter(self.id, self.time, self.project, bad.index, bad.reason, bad.raw)


def read_beacon(message: Received, decoder: Decoder) -> Beacon:
    """Decode a message of topic `events`; one that is no beacon at all is a beacon of one bad event."""
    headers = headers_of(message)
    body = message.value or b""
    try:
        decoded = decoder.decode(body)
    except InvalidBeacon as error:
        whole = BadEvent(None, f"not a beacon: {error}", body)
        decoded = Decoded([], [whole], metadata.read(b"{}"), None)
    return Beacon(
        partition=message.partition,
        offset=message.offset,
        id=_id(message, headers),
        time=_time(message, headers),
        project=headers.get(PROJECT, b"").decode("utf-8", "replace"),
        decoded=decoded,
    )


def _id(message: Received, headers: Mapping[str, bytes]) -> UUID:
    given = headers.get(BEACON_ID, b"")
    if len(given) == 16:
        return UUID(bytes=given)
    # Written to the topic by somebody else than the web view: its place and content identify it.
    place = struct.pack(">iqd", message.partition, message.offset, message.timestamp or 0)
    return UUID(bytes=hashlib.blake2b(place + (message.value or b""), digest_size=16).digest())


def _time(message: Received, headers: Mapping[str, bytes]) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=int(headers[TIME]))
    except (KeyError, ValueError, OverflowError):
        return timestamp_of(message)

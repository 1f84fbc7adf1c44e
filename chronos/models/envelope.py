"""The envelope of a beacon: what the web view checks, and nothing of the events inside.

``{"ACCESS_KEY", "data": {"events": [[type, …], …], "metadata": {…}, "id"?, "sent_at"?, "v"?}}``
"""

from typing import Annotated, Any
from uuid import UUID

import msgspec

from chronos.errors import InvalidBeacon
from chronos.models import lenient

MOST_EVENTS = 20_000  # so that no beacon keeps a worker busy for long


class Visitor(msgspec.Struct):
    """The only part of the metadata that the way through Kafka depends on."""

    uuid: Any = None


class Data(msgspec.Struct):
    """What a beacon carries; ``sent_at`` is the browser's clock in ms, ``events`` are not decoded yet."""

    events: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=MOST_EVENTS)]
    metadata: Visitor
    id: UUID | None = None
    sent_at: float | None = None
    v: int | None = None


class Envelope(msgspec.Struct):
    """A beacon's body."""

    ACCESS_KEY: str
    data: Data


_decoder = msgspec.json.Decoder(Envelope)


def parse(body: bytes, *, leniently: bool = True) -> Envelope:
    """Check the envelope of ``body``; raise InvalidBeacon, which says what is wrong and where.

    ``leniently``: also of JSON that is not quite JSON (`chronos.models.lenient`), which costs much more.
    """
    try:
        return _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidBeacon(reason=str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if leniently:
            return _parse_leniently(body)
        raise InvalidBeacon(reason=f"not JSON: {error}") from error
    except RecursionError as error:
        raise InvalidBeacon(reason="nested too deeply") from error


def _parse_leniently(body: bytes) -> Envelope:
    beacon = lenient.decode(body)
    try:
        return msgspec.convert(_with_raw_events(beacon, body), Envelope)
    except msgspec.ValidationError as error:
        raise InvalidBeacon(reason=str(error)) from error
    except UnicodeEncodeError as error:
        raise InvalidBeacon(reason="Invalid UUID - at `$.data.id`") from error


def _with_raw_events(beacon: Any, body: bytes) -> Any:
    # Only what the envelope knows goes on: an unknown key may itself hold what can't be encoded.
    match beacon:
        case {"data": {"events": list(events)} as data}:
            if len(events) > MOST_EVENTS:
                raise InvalidBeacon(
                    reason=f"Expected `array` of length <= {MOST_EVENTS} - at `$.data.events`"
                )
            known = {name: data[name] for name in ("metadata", "id", "sent_at", "v") if name in data}
            known["events"] = [msgspec.Raw(event) for event in lenient.raw_events(body)]
            if isinstance(metadata := data.get("metadata"), dict):
                known["metadata"] = {"uuid": metadata.get("uuid")}
            return {"ACCESS_KEY": beacon.get("ACCESS_KEY"), "data": known}
    return beacon


class _RawMetadata(msgspec.Struct):
    metadata: msgspec.Raw


class _Metadata(msgspec.Struct):
    data: _RawMetadata


_metadata_decoder = msgspec.json.Decoder(_Metadata)


def raw_metadata(body: bytes) -> bytes:
    """The metadata as it came, of a body that `parse` accepts."""
    try:
        return bytes(_metadata_decoder.decode(body).data.metadata)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return lenient.raw_metadata(body)

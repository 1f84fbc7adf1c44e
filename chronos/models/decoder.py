"""Decodes a beacon's events: all at once where all fit, one by one where one does not."""

from collections.abc import Container
from functools import lru_cache
from typing import Any, Union

import msgspec

from chronos.errors import InvalidBeacon
from chronos.models import envelope, metadata, reasons
from chronos.models.events import MouseMove
from chronos.models.metadata import Metadata
from chronos.models.mouse_path import Expansion, has_path
from chronos.models.structs import event_structs

LETTERS_PER_BEACON = 100
METADATA_CACHED = 4096  # bytes; more is rare, and 10,000 of them would be too much to hold
NUL = b"\\u0000"
BACKSLASH = b"\\"
MOVES = MouseMove.wire_name.encode()


class BadEvent(msgspec.Struct, frozen=True):
    """An event that does not fit: its place in the beacon (None for the metadata), why, and as it came."""

    index: int | None
    reason: str
    raw: bytes


class Decoded(msgspec.Struct):
    """A beacon: the events that fit (Structs of `chronos.models.structs`), and those that do not.

    A mouse move with a path is many of `events`, one for each position, all with one place in the beacon.
    """

    events: list[Any]
    bad: list[BadEvent]
    metadata: Metadata
    sent_at: float | None
    places: list[int] | None = None  # of `events` in the beacon, where they are not simply counted

    def index_of(self, number: int) -> int:
        """The place in the beacon of event ``number`` of `events`."""
        return number if self.places is None else self.places[number]

    def without(self, numbers: Container[int]) -> "Decoded":
        """The same without some of `events`."""
        kept = [number for number in range(len(self.events)) if number not in numbers]
        return msgspec.structs.replace(
            self, events=[self.events[n] for n in kept], places=[self.index_of(n) for n in kept]
        )


class Decoder:
    """Decodes bodies that passed `chronos.models.envelope.parse`; raises InvalidBeacon for any other."""

    def __init__(self, text_length: int) -> None:
        structs = event_structs(text_length)
        any_event: Any = Union[tuple(structs.values())]  # noqa: UP007
        data = msgspec.defstruct(
            "Data",
            [
                ("events", list[any_event]),
                ("metadata", msgspec.Raw),
                ("sent_at", float | None, None),
            ],
        )
        beacon: Any = msgspec.defstruct("Beacon", [("data", data)])
        self._beacon: msgspec.json.Decoder[Any] = msgspec.json.Decoder(beacon)
        self._event = msgspec.json.Decoder(any_event)
        self._metadata = lru_cache(maxsize=10_000)(metadata.read)

    def decode(self, body: bytes) -> Decoded:
        """Return what fits and what does not; nothing of the beacon is left out of both."""
        # To search for one byte costs a fiftieth of what a word costs, and hardly a beacon has this one.
        has_escapes = BACKSLASH in body
        if not (has_escapes and NUL in body):
            try:
                data = self._beacon.decode(body).data
                if (has_escapes or MOVES in body) and has_path(data.events):
                    return self._expanded(data)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidBeacon):
                pass
            else:
                return self._decoded(data.events, None, [], bytes(data.metadata), data.sent_at)
        return self._decode_one_by_one(body)

    def _expanded(self, data: Any) -> Decoded:
        expansion = Expansion(len(data.events))
        for place, event in enumerate(data.events):
            expansion.add(place, event)
        return self._decoded(expansion.events, expansion.places, [], bytes(data.metadata), data.sent_at)

    def _decode_one_by_one(self, body: bytes) -> Decoded:
        data = envelope.parse(body).data
        expansion, bad = Expansion(len(data.events)), []
        for index, raw in enumerate(data.events):
            try:
                expansion.add(index, self._decode_event(bytes(raw)))
            except InvalidBeacon as error:
                bad.append(BadEvent(index, str(error), bytes(raw)))
        raw_metadata = envelope.raw_metadata(body)
        return self._decoded(expansion.events, expansion.places, bad, raw_metadata, data.sent_at)

    def _decoded(
        self,
        events: list[Any],
        places: list[int] | None,
        bad: list[BadEvent],
        raw: bytes,
        sent_at: float | None,
    ) -> Decoded:
        about = self._metadata(raw) if len(raw) <= METADATA_CACHED else metadata.read(raw)
        if about.problem:
            bad = [*bad, BadEvent(None, about.problem, raw)]
        return Decoded(events, _bounded(bad), about, sent_at, places)

    def _decode_event(self, raw: bytes) -> Any:
        try:
            event = self._event.decode(raw)
        except msgspec.ValidationError as error:
            raise InvalidBeacon(reason=reasons.of_content(raw, error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InvalidBeacon(reason=reasons.of_text(raw, error)) from error
        except RecursionError as error:
            raise InvalidBeacon(reason="nested too deeply") from error
        if NUL in raw and _has_nul(event):
            raise InvalidBeacon(reason="a text holds a NUL character, which PostgreSQL does not store")
        return event


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_has_nul, value))
    if isinstance(value, msgspec.Struct):
        return any(_has_nul(getattr(value, name)) for name in value.__struct_fields__)
    return False


def _bounded(bad: list[BadEvent]) -> list[BadEvent]:
    # A megabyte of `[],[],…` is 300,000 bad events: past a bound they share one letter, nothing is left out.
    if len(bad) <= LETTERS_PER_BEACON:
        return bad
    alone, together = bad[: LETTERS_PER_BEACON - 1], bad[LETTERS_PER_BEACON - 1 :]
    reason = f"{len(together)} more events that do not fit, the first: {together[0].reason}"
    return [
        *alone,
        BadEvent(together[0].index, reason, b"[" + b",".join(each.raw for each in together) + b"]"),
    ]

"""Reads JSON as browsers' neighbours write it: NaN, Infinity, lone surrogates and bad UTF-8 pass.

Only what holds them is refused later, event by event, so the parts of a beacon are cut out byte by byte.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from chronos.errors import InvalidBeacon

LONGEST_INT = 4000  # digits
SPACE = re.compile(r"[ \t\n\r]*")


def decode(text: bytes) -> Any:
    """Return what the JSON says; raise InvalidBeacon where it is no JSON at all."""
    try:
        return _decoder.decode(_decoded(text))
    except ValueError as error:
        raise InvalidBeacon(reason=f"not JSON: {error}") from error
    except RecursionError as error:
        raise InvalidBeacon(reason="nested too deeply") from error


def raw_events(body: bytes) -> list[bytes]:
    """The events of a beacon that `decode` accepts, as they came."""
    text = _decoded(body)
    start, _ = _members(text, _members(text, 0)["data"][0])["events"]
    return [_encoded(text[start:end]) for start, end in _elements(text, start)]


def raw_metadata(body: bytes) -> bytes:
    """The metadata of a beacon that `decode` accepts, as it came."""
    text = _decoded(body)
    start, end = _members(text, _members(text, 0)["data"][0])["metadata"]
    return _encoded(text[start:end])


def _parse_int(digits: str) -> int | float:
    # Python refuses to read an endless number; as an infinite one it costs only the event that holds it.
    return int(digits) if len(digits) <= LONGEST_INT else float(digits)


_decoder = json.JSONDecoder(parse_int=_parse_int)


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _members(text: str, place: int) -> dict[str, tuple[int, int]]:
    """Where the values of an object begin and end, by name; the object begins at ``place``, or behind it."""
    places = {}
    place = _skip(text, _skip(text, place) + 1)
    while text[place : place + 1] == '"':
        name, place = _decoder.raw_decode(text, place)
        start = _skip(text, _skip(text, place) + 1)
        _, end = _decoder.raw_decode(text, start)
        places[name] = start, end
        place = _skip(text, _skip(text, end) + 1)
    return places


def _elements(text: str, place: int) -> Iterator[tuple[int, int]]:
    """Where each item of the list at ``place`` begins and ends."""
    place = _skip(text, place + 1)
    while text[place] != "]":
        _, end = _decoder.raw_decode(text, place)
        yield place, end
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)


def _skip(text: str, place: int) -> int:
    match = SPACE.match(text, place)
    return match.end() if match else place

"""Whatever comes: each event is decoded, and fit for PostgreSQL, or bad; none is both, none is missing."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from beacons import CLICK, ID, KEY_PRESS, NOW, body, wire
from copies import stored
from hypothesis import event as note
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from chronos.errors import InvalidBeacon
from chronos.event_time import EventClock
from chronos.models import envelope
from chronos.models.beacon import Beacon
from chronos.models.decoder import Decoded, Decoder
from chronos.models.events import EVENT_TYPES
from chronos.sinks.timescaledb.rows import rows_of

LENGTH = 20
DECODER = Decoder(LENGTH)
CLOCK = EventClock(tolerance_ms=30_000, max_age_ms=30 * 86_400_000)


texts = st.text(st.characters(), max_size=LENGTH + 2) | st.sampled_from(
    ["\x00", "\ud800", "a\x00\udfff", "\\u0000"]
)
numbers = (
    st.integers(-(2**33), 2**33)
    | st.integers()
    | st.floats()
    | st.sampled_from([2**63, -(2**63) - 1, 10**400, -62135596800001, -62135596800000, 253402300799999.97])
)
scalars = st.none() | st.booleans() | numbers | texts
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
steps = st.integers(-(2**10), 2**10) | st.integers(-(2**33), 2**33)
near = {
    str: texts,
    str | None: texts | st.none(),
    int: st.integers(-(2**33), 2**33),
    float: numbers,
    bool: st.booleans() | st.none(),
    list[str]: st.lists(texts, max_size=3) | st.none(),
    list[int] | None: st.lists(st.lists(steps, min_size=3, max_size=3), max_size=3).map(
        lambda triples: [step for triple in triples for step in triple]
    ),
    Mapping[str, Any]: st.dictionaries(texts, anything, max_size=3),
}


def of_type(name: str) -> st.SearchStrategy[list[Any]]:
    """Events that fit, or nearly."""
    kinds = list(EVENT_TYPES[name].wire_fields().values())
    fields = st.dictionaries(texts, scalars | st.lists(scalars, max_size=2), max_size=3)
    values = st.tuples(*[near.get(kind, fields) for kind in kinds])
    left_out = st.integers(0, len(EVENT_TYPES[name].defaults()))
    return st.builds(lambda fitting, less: [name, *fitting[: len(kinds) - less]], values, left_out)


events = st.one_of(anything, *map(of_type, EVENT_TYPES))
beacons = st.fixed_dictionaries(
    {
        "ACCESS_KEY": st.just("k"),
        "data": st.fixed_dictionaries(
            {
                "events": st.lists(events, max_size=8),
                "metadata": st.dictionaries(texts, anything, max_size=3),
            },
            optional={"sent_at": numbers, "id": st.uuids().map(str), "v": st.integers(), "unknown": anything},
        ),
    }
)


def texts_and_numbers(value: Any) -> Iterator[str | int | float]:
    if isinstance(value, dict):
        yield from texts_and_numbers([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_and_numbers(item)
    elif isinstance(value, str | int | float):
        yield value


def acceptable(value: str | int | float) -> bool:
    """Whether PostgreSQL can hold it: text in UTF-8 without NUL, a finite float, an int64."""
    if isinstance(value, str):
        return "\x00" not in value.encode().decode()
    return math.isfinite(value) if isinstance(value, float) else -(2**63) <= value < 2**63


def acceptable_in_jsonb(value: str | int | float) -> bool:
    """There a whole number has up to 131,072 digits."""
    return isinstance(value, int) or acceptable(value)


def rows(decoded: Decoded) -> list[tuple[str, dict[str, Any]]]:
    """What would be stored, each row with its table."""
    tables = stored(rows_of([Beacon(0, 0, ID, NOW, "shop", decoded)], CLOCK))
    return [(name, row) for name, found in tables.items() for row in found]


def stands_for(event: Any) -> int:
    """How many events an event becomes."""
    match event:
        case ["mouse_moves", _, _, _, list(path)]:
            return 1 + len(path) // 3
    return 1


def in_full(sent: list[Any]) -> list[Any]:
    """An event with what was left out at its end."""
    event = EVENT_TYPES[sent[0]]
    missing = 1 + len(event.wire_fields()) - len(sent)
    return [*sent, *list(event.defaults().values())[len(event.defaults()) - missing :]]


def same(sent: Any, stored: Any) -> bool:
    """Equal, where a float stands for a whole number that it can't tell from its neighbours."""
    if isinstance(stored, float) and isinstance(sent, int) and not isinstance(sent, bool):
        return float(sent) == stored
    if isinstance(sent, list) and isinstance(stored, list):
        return len(sent) == len(stored) and all(map(same, sent, stored))
    return bool(sent == stored)


@settings(max_examples=300, deadline=None)
@given(beacons, st.booleans())
@example({"ACCESS_KEY": "k", "data": {"events": [["key_presses", "\x00", 1], None], "metadata": {}}}, True)
def test_each_event_is_decoded_or_bad_once_and_decoded_ones_can_be_stored(beacon: Any, escaped: bool) -> None:
    text = json.dumps(beacon, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    try:
        decoded = DECODER.decode(text)
    except InvalidBeacon as error:
        note(f"refused: {str(error)[:20]}")
        with pytest.raises(InvalidBeacon):
            envelope.parse(text)
        return
    note("some bad" if decoded.bad else "all fit")
    sent = beacon["data"]["events"]
    places = [decoded.index_of(number) for number in range(len(decoded.events))]
    bad = [one.index for one in decoded.bad if one.index is not None]
    assert sorted([*set(places), *bad]) == list(range(len(sent)))
    assert Counter(places) == {place: stands_for(sent[place]) for place in set(places)}
    assert all(one.raw in text for one in decoded.bad)
    for place, event in zip(places, decoded.events, strict=True):
        assert stands_for(sent[place]) > 1 or same(in_full(sent[place]), [event.wire_name, *astuple(event)])
        in_place = acceptable_in_jsonb if event.wire_name == "custom_events" else acceptable
        assert all(map(in_place, texts_and_numbers(wire(event))))
    assert sorted(name for name, _ in rows(decoded)) == sorted(wire(event)[0] for event in decoded.events)
    assert all(map(acceptable_in_jsonb, texts_and_numbers(json.loads(decoded.metadata.data))))


@settings(deadline=None)
@given(anything)
def test_arbitrary_json_is_decoded_or_refused(content: Any) -> None:
    text = json.dumps(content).encode()
    try:
        DECODER.decode(text)
    except InvalidBeacon as error:
        assert str(error)


def damaged(valid: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, new in cuts:
        place %= len(valid) + 1
        valid = valid[:place] + new + valid[place + length :]
    return valid


VALID = body(
    CLICK, '["key_presses","\\u00e9\\u0000",1e3]', KEY_PRESS, metadata='{"uuid":"u"}', more=',"sent_at":1'
)
cuts = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9), st.binary(max_size=4)), max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.binary() | st.builds(damaged, st.just(VALID), cuts))
def test_what_the_envelope_lets_pass_is_decoded_and_can_be_stored(text: bytes) -> None:
    try:
        sent = envelope.parse(text).data.events
    except InvalidBeacon:
        return
    decoded = DECODER.decode(text)
    bad = [one for one in decoded.bad if one.index is not None]
    assert len(decoded.events) + len(bad) == len(sent)
    assert all(map(acceptable, texts_and_numbers([wire(event) for event in decoded.events])))
    rows(decoded)

"""Every event of a beacon is either decoded, and fit for PostgreSQL, or bad, with its reason."""

import json
import math
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from beacons import CLICK, ID, KEY_PRESS, NOW, body
from copies import stored
from hypothesis import event as note
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chronos.errors import InvalidBeacon
from chronos.event_time import EventClock
from chronos.models import envelope
from chronos.models.beacon import Beacon
from chronos.models.decoder import LETTERS_PER_BEACON, Decoded, Decoder
from chronos.models.events import EVENT_TYPES
from chronos.sinks.timescaledb.rows import rows_of

LENGTH = 20
DECODER = Decoder(LENGTH)
CLOCK = EventClock(tolerance_ms=30_000, max_age_ms=30 * 86_400_000)
TEN_MEGABYTES = "x" * 10_000_000


def wire(event: Any) -> list[Any]:
    return [event.wire_name, *msgspec.structs.astuple(event)]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ('["link_clicks","Buy","/buy",5]', ["link_clicks", "Buy", "/buy", 5.0]),
        ('["link_clicks",null,"/buy",5]', ["link_clicks", None, "/buy", 5.0]),
        ('["clicks","A#buy",1,10.5,20,5]', ["clicks", "A#buy", 1, 10.5, 20.0, 5.0]),
        ('["mouse_moves",1,2,5]', ["mouse_moves", 1.0, 2.0, 5.0]),
        ('["key_presses","Enter",5]', ["key_presses", "Enter", 5.0]),
        ('["pageviews","https://shop/","Shop",5]', ["pageviews", "https://shop/", "Shop", 5.0]),
        ('["form_submissions",{"a":"1"},5]', ["form_submissions", {"a": "1"}, 5.0]),
        ('["key_presses","\\u00e9\\ud83d\\ude00",5]', ["key_presses", "é😀", 5.0]),
        ('["key_presses","\\\\u0000",5]', ["key_presses", "\\u0000", 5.0]),
    ],
)
def test_decodes(event: str, expected: list[Any]) -> None:
    decoded = DECODER.decode(body(event))
    assert [wire(one) for one in decoded.events] == [expected]
    assert decoded.bad == []


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(
            '["clicks","A",1,2,3]',
            "clicks takes 5 values (target_node, buttons, x, y, client_time), got 4",
            id="too few",
        ),
        pytest.param(
            '["key_presses","a",1,2]', "key_presses takes 2 values (key, client_time), got 3", id="many"
        ),
        pytest.param(
            '["scrolls",1]', "unknown event type 'scrolls'; known are link_clicks, clicks", id="type"
        ),
        pytest.param(
            '["key_presses",1,5]', "Expected `str`, got `int` - at `key_presses.key`", id="wrong type"
        ),
        pytest.param('["key_presses","a"]', "key_presses takes 2 values", id="no time"),
        pytest.param("[]", "an event is an array that begins with the name of its type", id="empty"),
        pytest.param("{}", "an event is an array that begins with", id="object"),
        pytest.param("[7,1]", "an event is an array that begins with", id="no name"),
        pytest.param("null", "an event is an array that begins with", id="null"),
        pytest.param('["mouse_moves",NaN,1,5]', "a number is not finite", id="NaN"),
        pytest.param('["mouse_moves",-Infinity,1,5]', "a number is not finite", id="-Infinity"),
        pytest.param('["mouse_moves",1,1e400,5]', "Number out of range - at `mouse_moves.y`", id="1e400"),
        pytest.param('["key_presses","a",1e18]', "at `key_presses.client_time`", id="far future"),
        pytest.param('["key_presses","a",-1e18]', "at `key_presses.client_time`", id="far past"),
        pytest.param('["clicks","A",4294967296,1,1,5]', "at `clicks.buttons`", id="beyond int32"),
        pytest.param('["key_presses","\\ud800",5]', "a text holds a lone surrogate", id="lone surrogate"),
        pytest.param(
            '["key_presses","\\uDFFF",5]', "a text holds a lone surrogate", id="lone second surrogate"
        ),
        pytest.param('["key_presses","\udcff",5]', "a text is not UTF-8", id="not UTF-8"),
        pytest.param('["key_presses","a\\u0000b",5]', "NUL character", id="NUL"),
        pytest.param('["form_submissions",{"a\\u0000":1},5]', "NUL character", id="NUL in a name"),
        pytest.param('["form_submissions",{"a":["\\u0000"]},5]', "NUL character", id="NUL in a list"),
        pytest.param(f'["key_presses","{TEN_MEGABYTES}",5]', "Expected `str` of length <= 20", id="10 MB"),
        pytest.param(
            '["key_presses","a",5' + "0" * 5000 + "]", "at `key_presses.client_time`", id="endless number"
        ),
        pytest.param('["\\ud800"]', "a text holds a lone surrogate", id="name with a lone surrogate"),
    ],
)
def test_what_does_not_fit_is_bad_and_costs_no_other_event(event: str, reason: str) -> None:
    decoded = DECODER.decode(body(CLICK, event, KEY_PRESS))
    assert [wire(one)[0] for one in decoded.events] == ["clicks", "key_presses"]
    assert [(bad.index, reason in bad.reason) for bad in decoded.bad] == [(1, True)], decoded.bad[0].reason
    assert [decoded.index_of(number) for number in range(2)] == [0, 2]


def test_a_bad_event_is_kept_as_it_came() -> None:
    event = '["key_presses" , 1.50, "\\u00e9"]'
    assert DECODER.decode(body(event)).bad[0].raw == event.encode()


def test_a_name_is_shown_in_part_only() -> None:
    assert len(DECODER.decode(body(f'["{TEN_MEGABYTES}",1]')).bad[0].reason) < 300


@pytest.mark.parametrize(
    ("more", "sent_at"), [("", None), (',"sent_at":12.5', 12.5), (',"sent_at":null', None)], ids=str
)
@pytest.mark.parametrize("events", [[CLICK], [CLICK, "[]"]], ids=["all fit", "one does not"])
def test_tells_when_the_browser_sent_it(events: list[str], more: str, sent_at: float | None) -> None:
    assert DECODER.decode(body(*events, more=more)).sent_at == sent_at


@pytest.mark.parametrize("events", [[CLICK], [CLICK, "[]"]], ids=["all fit", "one does not"])
def test_metadata_that_postgresql_refuses_is_mended_and_told(events: list[str]) -> None:
    decoded = DECODER.decode(body(*events, metadata='{"title":"\\u0000"}'))
    assert decoded.metadata.data == '{"title":"\ufffd"}'
    told = decoded.bad[-1]
    assert (told.index, told.raw) == (None, b'{"title":"\\u0000"}')
    assert "NUL" in told.reason
    assert len(decoded.events) == 1


def test_past_a_bound_bad_events_share_one_letter_and_none_is_left_out() -> None:
    decoded = DECODER.decode(body(*[f"[{number}]" for number in range(1000)]))
    assert len(decoded.bad) == LETTERS_PER_BEACON
    *alone, together = decoded.bad
    assert [bad.index for bad in decoded.bad] == list(range(LETTERS_PER_BEACON))
    kept = [json.loads(bad.raw) for bad in alone] + json.loads(together.raw)
    assert kept == [[number] for number in range(1000)]
    assert together.reason.startswith("901 more events that do not fit, the first: an event is an array")


def test_as_many_bad_events_as_the_bound_have_a_letter_each() -> None:
    bad = DECODER.decode(body(*["[]"] * LETTERS_PER_BEACON)).bad
    assert [one.raw for one in bad] == [b"[]"] * LETTERS_PER_BEACON


def test_leaves_out_events_and_still_knows_the_places_of_the_rest() -> None:
    decoded = DECODER.decode(body(KEY_PRESS, "[]", CLICK, KEY_PRESS, CLICK)).without({0, 2})
    assert [event.wire_name for event in decoded.events] == ["clicks", "clicks"]
    assert [decoded.index_of(number) for number in range(2)] == [2, 4]
    assert [wire(decoded.without({0}).events[0])[0], decoded.without({0}).index_of(0)] == ["clicks", 4]


def test_the_same_metadata_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(LENGTH)
    first, second = (decoder.decode(body(CLICK, metadata='{"uuid":"u"}')).metadata for _ in range(2))
    assert first is second


# --- Arbitrary JSON -------------------------------------------------------------------------------------

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
near = {
    str: texts,
    str | None: texts | st.none(),
    int: st.integers(-(2**33), 2**33),
    float: numbers,
}


def of_type(name: str) -> st.SearchStrategy[list[Any]]:
    """Events that fit, or nearly."""
    kinds = list(EVENT_TYPES[name].wire_fields().values())
    fields = st.dictionaries(texts, scalars | st.lists(scalars, max_size=2), max_size=3)
    values = st.tuples(*[near.get(kind, fields) | st.nothing() for kind in kinds])
    return values.map(lambda fitting: [name, *fitting])


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


def same(sent: Any, stored: Any) -> bool:
    """Equal, where a float stands for a whole number that it can't tell from its neighbours."""
    if isinstance(stored, float) and isinstance(sent, int) and not isinstance(sent, bool):
        return float(sent) == stored
    if isinstance(sent, list) and isinstance(stored, list):
        return len(sent) == len(stored) and all(map(same, sent, stored))
    return bool(sent == stored)


@settings(max_examples=500, deadline=None)
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
    assert sorted(places + bad) == list(range(len(sent)))
    for place, event in zip(places, decoded.events, strict=True):
        assert same(sent[place], wire(event))
        assert all(map(acceptable, texts_and_numbers(wire(event))))
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


@settings(max_examples=300, deadline=None)
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

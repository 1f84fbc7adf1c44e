"""Every event of a beacon is either decoded, and fit for PostgreSQL, or bad, with its reason."""

import json
from typing import Any

import msgspec
import pytest
from beacons import CLICK, KEY_PRESS, body, wire
from event_arrays import EXAMPLES, FIRST, Example

from chronos.models.decoder import LETTERS_PER_BEACON, Decoder
from chronos.models.events import EVENT_TYPES

LENGTH = 20
DECODER = Decoder(LENGTH)
TEN_MEGABYTES = "x" * 10_000_000


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


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
@pytest.mark.parametrize("beside", [[], ["[]"]], ids=["alone", "beside a bad event"])
def test_decodes_every_type_however_much_of_it_is_left_out(example: Example, beside: list[str]) -> None:
    [event] = DECODER.decode(body(json.dumps(example.array(5)), *beside)).events
    fields = msgspec.structs.asdict(event)
    assert {name: fields[name] for name in EVENT_TYPES[example.type].columns()} == example.row
    assert fields["client_time"] == 5.0


@pytest.mark.parametrize("example", FIRST, ids=str)
def test_decodes_what_the_first_chronos_sent(example: Example) -> None:
    [event] = DECODER.decode(body(json.dumps(example.array(5)))).events
    assert wire(event) == example.array(5)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(
            '["clicks","A",1,2,3]',
            "clicks takes 5 values (target_node, buttons, x, y, client_time)"
            " and may have 1 more (text), got 4",
            id="too few",
        ),
        pytest.param(
            '["link_clicks","a","u",5,true,true,1]',
            "link_clicks takes 3 values (link_text, target_url, client_time)"
            " and may have 2 more (outbound, download), got 6",
            id="too many with all that may be left out",
        ),
        pytest.param(
            '["link_clicks","a","u",5,"no"]',
            "Expected `bool`, got `str` - at `link_clicks.outbound`",
            id="wrong type of what may be left out",
        ),
        pytest.param(
            '["custom_events","e",{"a":{"b":[1,{"c":"' + "x" * 21 + '"}]}},5]',
            "Expected `str` of length <= 20 - at `custom_events.properties[",
            id="long text inside of properties",
        ),
        pytest.param(
            '["custom_events","e",' + '{"a":' * 9 + "1" + "}" * 9 + ",5]",
            "custom_events.properties is nested deeper than 8",
            id="objects nested too deeply",
        ),
        pytest.param(
            '["custom_events","e",{"a":' + "[" * 500 + "]" * 500 + "},5]",
            "custom_events.properties is nested deeper than 8",
            id="lists nested far too deeply",
        ),
        pytest.param(
            '["custom_events","e",{"a":{"\\u0000":1}},5]', "NUL character", id="NUL in the name of a property"
        ),
        pytest.param(
            '["custom_events","e",{"a":[{"b":"\\u0000"}]},5]', "NUL character", id="NUL in a property"
        ),
        pytest.param(
            '["custom_events","e",{"a":["\\ud800"]},5]',
            "a text holds a lone surrogate",
            id="surrogate in properties",
        ),
        pytest.param('["custom_events","e",{"a":NaN},5]', "a number is not finite", id="NaN in properties"),
        pytest.param('["form_abandonments","f",["\\u0000"],5]', "NUL character", id="NUL in a list of texts"),
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


@pytest.mark.parametrize("beside", [[], ["NaN"]], ids=["alone", "beside what is not JSON"])
def test_a_bad_event_is_kept_as_it_came(beside: list[str]) -> None:
    event = '["key_presses" , 1.50, "\\u00e9"]'
    assert DECODER.decode(body(event, *beside)).bad[0].raw == event.encode()


def test_a_name_is_shown_in_part_only() -> None:
    assert len(DECODER.decode(body(f'["{TEN_MEGABYTES}",1]')).bad[0].reason) < 400


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


def test_the_same_metadata_is_read_once() -> None:
    decoder = Decoder(LENGTH)
    first, second = (decoder.decode(body(CLICK, metadata='{"uuid":"u"}')).metadata for _ in range(2))
    assert first is second

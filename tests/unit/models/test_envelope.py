"""What the web view checks of a beacon."""

import json
from typing import Any
from uuid import UUID

import pytest
from beacons import CLICK, KEY, body
from hypothesis import example, given
from hypothesis import strategies as st

from chronos.errors import InvalidBeacon
from chronos.models import envelope
from chronos.models.envelope import MOST_EVENTS

LONG = "9" * 5000
DEEP = "[" * 100_000


def test_reads_what_the_first_tracker_sends() -> None:
    beacon = envelope.parse(body(CLICK, metadata='{"uuid":"someone","url":"https://shop/"}'))
    assert beacon.ACCESS_KEY == KEY
    assert [bytes(event) for event in beacon.data.events] == [CLICK.encode()]
    assert beacon.data.metadata.uuid == "someone"
    assert (beacon.data.id, beacon.data.sent_at, beacon.data.v) == (None, None, None)


def test_reads_the_fields_of_version_2() -> None:
    more = ',"v":2,"id":"00000000-0000-4000-8000-000000000001","sent_at":1.5'
    data = envelope.parse(body(more=more)).data
    assert (data.v, data.id, data.sent_at) == (2, UUID("00000000-0000-4000-8000-000000000001"), 1.5)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(body("NaN", "[]", '{"a":1}', "7"), id="events of any kind"),
        pytest.param(body(more=',"unknown":[1,{"a":null}]'), id="an unknown field"),
        pytest.param(body(more=',"unknown":"\\ud800"'), id="an unknown field with a lone surrogate"),
        pytest.param(body("NaN", more=',"unknown":"\\ud800"'), id="and not JSON besides"),
        pytest.param(body(metadata='{"uuid":{"not":"a text"}}'), id="a visitor of another type"),
        pytest.param(body(metadata='{"title":"\\ud83d"}'), id="metadata with a lone surrogate"),
        pytest.param(body("NaN", metadata='{"n":Infinity}'), id="metadata that is not finite"),
        pytest.param(body('["key_presses","\udcff",1]'), id="an event that is not UTF-8"),
        pytest.param(body("NaN", f'["mouse_moves",{LONG},1,1]'), id="an endless number, and not JSON"),
        pytest.param(body("NaN", more=f',"unknown":{LONG}'), id="an endless number outside, and not JSON"),
        pytest.param(body(key='"\\ud800"'), id="a key that is no text in UTF-8"),
    ],
)
def test_takes(text: bytes) -> None:
    assert envelope.parse(text).data is not None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(b"", "not JSON", id="nothing"),
        pytest.param(b"\xff", "not JSON", id="not UTF-8"),
        pytest.param(b'{"ACCESS_KEY":"k"', "not JSON", id="cut off"),
        pytest.param(body() + b"x", "not JSON", id="something behind"),
        pytest.param(b"null", "Expected `object`, got `null`", id="null"),
        pytest.param(b"[]", "Expected `object`, got `array`", id="a list"),
        pytest.param(b"{}", "missing required field `ACCESS_KEY`", id="no key"),
        pytest.param(body(key="1"), "Expected `str`, got `int` - at `$.ACCESS_KEY`", id="a number as key"),
        pytest.param(body("NaN", key="null"), "at `$.ACCESS_KEY`", id="null as key, and not JSON"),
        pytest.param(b'{"ACCESS_KEY":"k"}', "missing required field `data`", id="no data"),
        pytest.param(b'{"ACCESS_KEY":"k","data":NaN}', "at `$.data`", id="data that is not JSON"),
        pytest.param(b'{"ACCESS_KEY":"k","data":{}}', "`events`", id="no events"),
        pytest.param(b'{"ACCESS_KEY":"k","data":{"events":{}}}', "at `$.data.events`", id="events as object"),
        pytest.param(b'{"ACCESS_KEY":"k","data":{"events":[]}}', "`metadata`", id="no metadata"),
        pytest.param(body(metadata="[]"), "at `$.data.metadata`", id="metadata as list"),
        pytest.param(body("NaN", metadata="null"), "at `$.data.metadata`", id="metadata null, and not JSON"),
        pytest.param(body(more=',"id":"me"'), "Invalid UUID", id="an id that is none"),
        pytest.param(body(more=',"id":"\\ud800"'), "`$.data.id`", id="an id that is no text in UTF-8"),
        pytest.param(body(more=',"sent_at":"now"'), "at `$.data.sent_at`", id="a text as clock"),
        pytest.param(body(more=',"v":1.5'), "at `$.data.v`", id="half a version"),
        pytest.param(b'{"a":' + DEEP.encode(), "nested too deeply", id="a field without bottom"),
        pytest.param(body(DEEP), "nested too deeply", id="an event without bottom"),
        pytest.param(body("NaN", "[" * 5000 + "]" * 5000), "nested too deeply", id="too deep, and not JSON"),
    ],
)
def test_refuses_with_a_reason(text: bytes, reason: str) -> None:
    with pytest.raises(InvalidBeacon) as refused:
        envelope.parse(text)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        pytest.param(body(metadata='{"b": 1, "a":1.10}'), b'{"b": 1, "a":1.10}', id="byte by byte"),
        pytest.param(body(metadata='{"a":"\\u0000"}'), b'{"a":"\\u0000"}', id="with a NUL"),
        pytest.param(body("NaN", metadata='{"a":"b"}'), b'{"a":"b"}', id="beside what is not JSON"),
        pytest.param(body("NaN", metadata='{"a" : NaN}'), b'{"a" : NaN}', id="not JSON itself"),
        pytest.param(body("NaN", metadata='{"a":"\udcff"}'), b'{"a":"\xff"}', id="not UTF-8"),
    ],
)
def test_gives_the_metadata_as_it_came(text: bytes, metadata: bytes) -> None:
    assert envelope.raw_metadata(text) == metadata


@pytest.mark.parametrize(
    "event",
    [
        pytest.param('["clicks" , "\\u00e9",  1.0,1e2,0.10,5]', id="any JSON"),
        pytest.param("[ NaN , -Infinity,1e400]", id="not finite"),
        pytest.param('["é","\udcff\udcfe","\\ud800"]', id="not text"),
        pytest.param('{"a" : [1,{"]}":"}],"}], "a":2}', id="brackets in texts"),
        pytest.param('"\\"\\\\"', id="quotes in texts"),
        pytest.param(f"[{LONG}]", id="an endless number"),
        pytest.param("[1e15,1e15,1e15]", id="short numbers"),
    ],
)
@pytest.mark.parametrize("beside", ["null", "NaN"], ids=["JSON", "beside what is not JSON"])
def test_events_keep_their_bytes(event: str, beside: str) -> None:
    data = envelope.parse(body(event, beside, event)).data
    came = event.encode("utf-8", "surrogateescape")
    assert [bytes(one) for one in data.events] == [came, beside.encode(), came]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            b' { "ACCESS_KEY" : "k" , "data" : { "metadata" : { } , "events" : [ NaN ] } } ', id="spaces"
        ),
        pytest.param(b'{"data":{"events":[NaN],"metadata":{}},"ACCESS_KEY":"k","more":["a"]}', id="order"),
        pytest.param(
            b'{"ACCESS_KEY":"k","data":{"events":[1,2],"metadata":{},"events":[NaN]}}', id="repeated"
        ),
        pytest.param(
            b'{"ACCESS_KEY":"k","da\\u0074a":{"ev\\u0065nts":[NaN],"metadata":{}}}', id="escaped names"
        ),
    ],
)
def test_what_is_not_json_is_found_wherever_it_stands(text: bytes) -> None:
    assert [bytes(event) for event in envelope.parse(text).data.events] == [b"NaN"]
    assert envelope.raw_metadata(text).replace(b" ", b"") == b"{}"


def damaged(valid: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, new in cuts:
        place %= len(valid) + 1
        valid = valid[:place] + new + valid[place + length :]
    return valid


VALID = body(
    CLICK, '["key_presses","\\u00e9\\u0000",1e3]', metadata='{"uuid":"u"}', more=',"v":2,"sent_at":1'
)
cuts = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9), st.binary(max_size=4)), max_size=4)


@given(st.binary() | st.builds(damaged, st.just(VALID), cuts))
def test_no_bytes_raise_anything_but_an_invalid_beacon(text: bytes) -> None:
    try:
        beacon = envelope.parse(text)
    except InvalidBeacon as error:
        assert str(error)
    else:
        assert isinstance(beacon.data.events, list)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=10,
)


@given(
    st.fixed_dictionaries(
        {
            "ACCESS_KEY": st.just("k") | anything,
            "data": anything
            | st.fixed_dictionaries(
                {"events": st.lists(anything, max_size=3), "metadata": st.just({}) | anything},
                optional=dict.fromkeys(("id", "sent_at", "v", "unknown"), anything),
            ),
        }
    )
    | anything
)
@example({"ACCESS_KEY": "k", "data": {"events": [], "metadata": {}, "id": "\ud800"}})
def test_no_json_raises_anything_but_an_invalid_beacon(content: Any) -> None:
    try:
        envelope.parse(json.dumps(content).encode())
    except InvalidBeacon as error:
        assert str(error)


@pytest.mark.parametrize("event", ["[]", "NaN"], ids=["JSON", "not quite JSON"])
def test_more_events_than_a_worker_should_read_at_once_are_refused(event: str) -> None:
    events = ",".join([event] * (MOST_EVENTS + 1))
    text = f'{{"ACCESS_KEY":"k","data":{{"events":[{events}],"metadata":{{}}}}}}'.encode()
    with pytest.raises(InvalidBeacon, match=r"length <= 20000 - at `\$\.data\.events`"):
        envelope.parse(text)

"""What the Records say, which all else is derived from."""

import faust
import pytest
from event_arrays import EXAMPLES

from chronos.models.events import EVENT_TYPES, Event

WIRE = {
    "link_clicks": ["link_text", "target_url", "client_time", "outbound", "download"],
    "clicks": ["target_node", "buttons", "x", "y", "client_time", "text"],
    "mouse_moves": ["x", "y", "client_time", "path"],
    "key_presses": ["key", "client_time"],
    "pageviews": ["url", "title", "client_time", "referrer"],
    "form_submissions": ["fields", "client_time", "form"],
    "form_abandonments": ["form", "fields", "client_time"],
    "scroll_depths": ["depth", "client_time"],
    "visible_times": ["duration", "client_time"],
    "sessions": ["session_id", "client_time"],
    "errors": ["kind", "message", "source", "line_number", "column_number", "stack", "client_time"],
    "web_vitals": ["name", "value", "rating", "client_time"],
    "rage_clicks": ["target_node", "x", "y", "client_time"],
    "dead_clicks": ["target_node", "x", "y", "client_time"],
    "custom_events": ["name", "properties", "client_time"],
    "identities": ["user_id", "client_time"],
    "losses": ["reason", "events", "client_time"],
}
each_type = pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=EVENT_TYPES.keys())


def test_the_types_of_the_wire_format_have_their_fields_in_order() -> None:
    assert {name: list(event.wire_fields()) for name, event in EVENT_TYPES.items()} == WIRE


@each_type
def test_an_event_type_is_a_record(event: type[Event]) -> None:
    assert issubclass(event, faust.Record)


@each_type
def test_what_may_be_left_out_stands_behind_the_browsers_clock(event: type[Event]) -> None:
    assert event.wire_fields()["client_time"] is float
    fields = list(event.wire_fields())
    assert list(event.defaults()) == fields[fields.index("client_time") + 1 :]


@each_type
def test_the_columns_of_a_type_are_its_fields_but_for_the_time_and_a_path(event: type[Event]) -> None:
    assert event.columns() == [name for name in WIRE[event.wire_name] if name not in ("client_time", "path")]


def test_only_a_path_is_not_stored_as_it_comes() -> None:
    assert {name: set(event.wire_only) for name, event in EVENT_TYPES.items() if event.wire_only} == {
        "mouse_moves": {"path"}
    }


@each_type
def test_every_type_says_what_it_is(event: type[Event]) -> None:
    assert event.__doc__


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_there_is_an_example_of_the_shortest_and_of_the_longest_array(name: str) -> None:
    sent = {len(example.array(0)) - 1 for example in EXAMPLES if example.type == name}
    longest = len(WIRE[name])
    assert {longest - len(EVENT_TYPES[name].defaults()), longest} <= sent


def test_a_record_goes_to_json_and_back() -> None:
    click = EVENT_TYPES["clicks"](target_node="A", buttons=1, x=1.5, y=2.0, client_time=3.0)
    assert type(click).loads(click.dumps(serializer="json"), serializer="json") == click

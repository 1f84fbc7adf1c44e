"""What the Records say, which all else is derived from."""

import faust
import pytest

from chronos.models.events import EVENT_TYPES, Event

WIRE = {
    "link_clicks": ["link_text", "target_url", "client_time"],
    "clicks": ["target_node", "buttons", "x", "y", "client_time"],
    "mouse_moves": ["x", "y", "client_time"],
    "key_presses": ["key", "client_time"],
    "pageviews": ["url", "title", "client_time"],
    "form_submissions": ["fields", "client_time"],
}
each_type = pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=EVENT_TYPES.keys())


def test_the_six_types_of_the_wire_format_have_their_fields_in_order() -> None:
    assert {name: list(event.wire_fields()) for name, event in EVENT_TYPES.items()} == WIRE


@each_type
def test_an_event_type_is_a_record(event: type[Event]) -> None:
    assert issubclass(event, faust.Record)


@each_type
def test_every_event_ends_with_the_browsers_clock(event: type[Event]) -> None:
    assert list(event.wire_fields().items())[-1] == ("client_time", float)


@each_type
def test_the_columns_of_a_type_are_its_fields_but_for_the_time(event: type[Event]) -> None:
    assert event.columns() == WIRE[event.wire_name][:-1]


@each_type
def test_every_type_says_what_it_is(event: type[Event]) -> None:
    assert event.__doc__


def test_a_record_goes_to_json_and_back() -> None:
    click = EVENT_TYPES["clicks"](target_node="A", buttons=1, x=1.5, y=2.0, client_time=3.0)
    assert type(click).loads(click.dumps(serializer="json"), serializer="json") == click

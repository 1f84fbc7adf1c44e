"""The event types: one Record each, the only place that says what an event is.

From a Record are derived the decoder (`chronos.models.structs`), the columns that are stored
(`chronos.sinks.timescaledb`), the tracker's list of events and the table in the docs.
A Record's fields stand in the order of the wire, and ``client_time`` ends every event:
the browser's clock, in milliseconds since 1970 UTC.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import faust


class Event(faust.Record, abstract=True):
    """Something that a person did in a page."""

    wire_name: ClassVar[str] = ""

    @classmethod
    def wire_fields(cls) -> dict[str, Any]:
        """The fields and their types, in the order in which the wire has them after the type's name."""
        return {name: kind for name, kind in cls.__annotations__.items() if name != "wire_name"}

    @classmethod
    def columns(cls) -> list[str]:
        """The columns that only this type has: its fields without ``client_time``, which all have."""
        return [name for name in cls.wire_fields() if name != "client_time"]


class LinkClick(Event):
    """A click on a link."""

    wire_name = "link_clicks"

    link_text: str | None
    target_url: str
    client_time: float


class Click(Event):
    """A click anywhere, with the node it hit and the mouse buttons held."""

    wire_name = "clicks"

    target_node: str
    buttons: int
    x: float
    y: float
    client_time: float


class MouseMove(Event):
    """Where the mouse was, in CSS pixels of the viewport."""

    wire_name = "mouse_moves"

    x: float
    y: float
    client_time: float


class KeyPress(Event):
    """A key that was pressed, by its name (``Enter``, ``a``); in a field of a form it is ``Unidentified``."""

    wire_name = "key_presses"

    key: str
    client_time: float


class Pageview(Event):
    """A page that was opened."""

    wire_name = "pageviews"

    url: str
    title: str
    client_time: float


class FormSubmission(Event):
    """A form that was sent, with the fields that the tracker is allowed to read."""

    wire_name = "form_submissions"

    fields: Mapping[str, Any]
    client_time: float


EVENT_TYPES: dict[str, type[Event]] = {
    event.wire_name: event for event in (LinkClick, Click, MouseMove, KeyPress, Pageview, FormSubmission)
}

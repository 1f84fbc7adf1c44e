"""The event types: one Record each, the only place that says what an event is.

From a Record are derived the decoder (`chronos.models.structs`), the columns that are stored
(`chronos.sinks.timescaledb`), the tracker's list of events and the table in the docs.
A Record's fields stand in the order of the wire. ``client_time``, the browser's clock in milliseconds
since 1970 UTC, ends what every event has; the fields behind it may be left out, and have a default.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import faust

EVENTS = "events"  # the stream of all events, of whatever type
Scalar = str | int | float | bool | None


class Event(faust.Record, abstract=True):
    """Something that happened in a page; ``wire_only`` are fields that are read but not stored."""

    wire_name: ClassVar[str] = ""
    wire_only: ClassVar[frozenset[str]] = frozenset()
    sql_folder: ClassVar[Path | None] = None  # of a type that is not ours; None: `sql` beside its module

    @classmethod
    def wire_fields(cls) -> dict[str, Any]:
        """The fields and their types, in the order in which the wire has them after the type's name."""
        return {name: kind for name, kind in cls.__annotations__.items() if name not in Event.__annotations__}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The fields that may be left out, which are the last ones, and what they are then."""
        fields = list(cls.wire_fields())
        return {name: cls._options.defaults[name] for name in fields[fields.index("client_time") + 1 :]}

    @classmethod
    def columns(cls) -> list[str]:
        """The columns that only this type has: what is stored, without ``client_time``, which all have."""
        return [name for name in cls.wire_fields() if name not in {"client_time", *cls.wire_only}]


class LinkClick(Event):
    """A click on a link: whether it leads to another site, and whether to a file."""

    wire_name = "link_clicks"

    link_text: str | None
    target_url: str
    client_time: float
    outbound: bool = False
    download: bool = False


class Click(Event):
    """A click anywhere, with the node it hit, its text (where ``click_text`` is set) and the buttons held."""

    wire_name = "clicks"

    target_node: str
    buttons: int
    x: float
    y: float
    client_time: float
    text: str | None = None


class MouseMove(Event):
    """Where the mouse was, in CSS pixels of the viewport.

    ``path`` are more positions: ``[dx, dy, dt, dx, dy, dt, ...]``, each seen from the one before it.
    An event with a path is stored as one row for each of its positions, up to 3,001.
    """

    wire_name = "mouse_moves"
    wire_only = frozenset({"path"})

    x: float
    y: float
    client_time: float
    path: list[int] | None = None


class KeyPress(Event):
    """A key that was pressed, by its name (``Enter``, ``a``); in a field of a form it is ``Unidentified``."""

    wire_name = "key_presses"

    key: str
    client_time: float


class Pageview(Event):
    """A page that was opened, and where from."""

    wire_name = "pageviews"

    url: str
    title: str
    client_time: float
    referrer: str | None = None


class FormSubmission(Event):
    """A form that was sent; a field is null whose value the tracker is not allowed to read."""

    wire_name = "form_submissions"

    fields: Mapping[str, Scalar | list[Scalar]]
    client_time: float
    form: str | None = None


class FormAbandonment(Event):
    """A form that was begun and not sent: its fields in the order in which they were first touched."""

    wire_name = "form_abandonments"

    form: str
    fields: list[str]
    client_time: float


class ScrollDepth(Event):
    """How much of a page was seen so far; it grows within one pageview, so take ``max(depth)``."""

    wire_name = "scroll_depths"

    depth: float
    client_time: float


class VisibleTime(Event):
    """For how long a page was visible since the last such event of its pageview: take ``sum(duration)``."""

    wire_name = "visible_times"

    duration: float
    client_time: float


class Session(Event):
    """A session that began; it ends after 30 minutes without an event."""

    wire_name = "sessions"

    session_id: str
    client_time: float


class ScriptError(Event):
    """An error of the page's scripts; ``stack`` is empty where the page had reported the same one before."""

    wire_name = "errors"

    kind: str
    message: str
    source: str
    line_number: int
    column_number: int
    stack: str
    client_time: float


class WebVital(Event):
    """How fast a page loads, answers and settles, measured as Google's web vitals."""

    wire_name = "web_vitals"

    name: str
    value: float
    rating: str
    client_time: float


class RageClick(Event):
    """Three clicks within a second on one spot."""

    wire_name = "rage_clicks"

    target_node: str
    x: float
    y: float
    client_time: float


class DeadClick(Event):
    """A click after which nothing changed within a second."""

    wire_name = "dead_clicks"

    target_node: str
    x: float
    y: float
    client_time: float


class CustomEvent(Event):
    """What the page reports with ``chronos.track(name, properties)``: a JSON object, nested up to 8 deep."""

    wire_name = "custom_events"

    name: str
    properties: Mapping[str, Any]
    client_time: float


class Identity(Event):
    """Who the page says the visitor is, with ``chronos.identify(user_id)``."""

    wire_name = "identities"

    user_id: str
    client_time: float


class Loss(Event):
    """Events that a tracker had to drop, as a count, and why."""

    wire_name = "losses"

    reason: str
    events: int
    client_time: float


EVENT_TYPES: dict[str, type[Event]] = {
    event.wire_name: event
    for event in (
        LinkClick,
        Click,
        MouseMove,
        KeyPress,
        Pageview,
        FormSubmission,
        FormAbandonment,
        ScrollDepth,
        VisibleTime,
        Session,
        ScriptError,
        WebVital,
        RageClick,
        DeadClick,
        CustomEvent,
        Identity,
        Loss,
    )
}

BUILT_IN = tuple(EVENT_TYPES)

"""Event types of others: puts them into `EVENT_TYPES`, from which all else is derived."""

import inspect
import re
from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from chronos import migrations
from chronos.errors import ConfigurationError
from chronos.extensions.finding import EVENTS, CannotLoad, Offered, installed, named
from chronos.models import events
from chronos.models.events import EVENT_TYPES, Event
from chronos.settings import Settings

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
COMMON = {"id", "time", "event_time", "metadata_id", "metadata", "event_type", "arrival_timestamp"}
KINDS = "str, str | None, int, float, bool, a list or a Mapping"


def load(settings: Settings) -> None:
    """Know those of installed packages and of ``[app] events``; those that are known stay.

    Raises ConfigurationError with a line for each thing that is wrong, and then knows none of them.
    """
    found: dict[str, type[Event]] = {}
    wrong = []
    for offered in (*installed(EVENTS), *named(settings.app.events, ["app", "events"])):
        try:
            event = checked(offered)
            if found.setdefault(event.wire_name, event) is not event:
                raise offered.wrong(_same_name(found[event.wire_name]))
        except CannotLoad as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigurationError(problems="\n".join(wrong))
    EVENT_TYPES.update(found)


def checked(offered: Offered, has_sql: bool = True) -> type[Event]:
    """The event type that is offered; raise CannotLoad where it is none that can be kept."""
    event = offered.load()
    if not (inspect.isclass(event) and issubclass(event, Event)):
        raise offered.wrong("is no chronos.models.events.Event")
    for reason in _wrong(event):
        raise offered.wrong(reason)
    if has_sql and not _has_table(event):
        raise offered.wrong(
            f"has no table: no file in {migrations.folder(event)} creates raw.{event.wire_name};"
            f" `chronos events sql {offered.reference}` prints one to begin with"
        )
    return event


def _wrong(event: type[Event]) -> Iterable[str]:
    name = event.wire_name
    if not NAME.fullmatch(name) or name == events.EVENTS:
        yield f"has wire_name = {name!r}: expected lower-case letters, digits and `_`, a letter first"
    if EVENT_TYPES.get(name, event) is not event:
        yield _same_name(EVENT_TYPES[name])
    fields = event.wire_fields()
    if any(isinstance(kind, str) for kind in fields.values()):
        yield "has its annotations as text: leave out `from __future__ import annotations` in its module"
    if fields.get("client_time") is not float:
        yield "has no field client_time: float"
    for field, kind in fields.items():
        if not NAME.fullmatch(field) or field in COMMON:
            yield f"has a field {field}, a name that is taken or no column in lower case"
        if not _is_kind(kind):
            yield f"has a field {field} of a type that is not taken: expected {KINDS}"
    names = list(fields)
    for field in names[names.index("client_time") + 1 :]:
        if field not in event._options.defaults:
            yield f"has a field {field} behind client_time, which needs a default: old pages leave it out"


def _same_name(other: type[Event]) -> str:
    return f"has the wire_name {other.wire_name} of {other.__module__}:{other.__name__}"


def _has_table(event: type[Event]) -> bool:
    files = migrations.folder(event).glob("*.sql")
    return any(f"raw.{event.wire_name} " in path.read_text() for path in files)


def _is_kind(kind: Any) -> bool:
    if isinstance(kind, UnionType):
        return set(get_args(kind)) == {str, NoneType}
    if get_origin(kind) is list:
        return get_args(kind)[0] in (str, int, float, bool)
    if get_origin(kind) is Mapping:
        return get_args(kind)[0] is str
    return kind in (str, int, float, bool)

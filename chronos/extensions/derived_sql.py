"""Derives from a Record the SQL of its table, its view and its stream: for event types of others."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from chronos.models.events import Event
from chronos.resources import sql

TYPES = {str: "text", int: "integer", float: "double precision", bool: "boolean"}


def event_type(event: type[Event]) -> str:
    """What makes its table and its view: to be put into a file, and from then on written by hand."""
    columns = "".join(f",\n    {name} {kind}{null}" for name, kind, null in _columns(event))
    return _filled("event_type", event, columns, "".join(f"e.{name}, " for name, *_ in _columns(event)))


def stream(event: type[Event]) -> str:
    """What makes its stream in a PipelineDB, whose columns may all be null."""
    columns = "".join(f"{name} {kind},\n    " for name, kind, _ in _columns(event))
    return _filled("stream", event, columns, "")


def _filled(template: str, event: type[Event], columns: str, selected: str) -> str:
    text = sql(f"templates/{template}.sql").read_text()
    about = f"event {event.wire_name!r}"
    values = {"name": event.wire_name, "about": about, "columns": columns, "selected": selected}
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _columns(event: type[Event]) -> Iterator[tuple[str, str, str]]:
    kinds = event.wire_fields()
    for name in event.columns():
        yield name, _type(kinds[name]), "" if _may_be_null(kinds[name]) else " not null"


def _may_be_null(kind: Any) -> bool:
    return isinstance(kind, UnionType) and NoneType in get_args(kind)


def _type(kind: Any) -> str:
    if isinstance(kind, UnionType):
        [kind] = [one for one in get_args(kind) if one is not NoneType]
    return "jsonb" if get_origin(kind) in (Mapping, list) else TYPES[kind]

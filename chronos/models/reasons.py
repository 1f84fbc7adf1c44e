"""Says why an event does not fit, in words that name its type and its fields."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chronos.models.events import EVENT_TYPES, Event
from chronos.models.structs import DEEPEST


def of_content(raw: bytes, error: msgspec.ValidationError) -> str:
    """Why an event that is JSON is not one of the event types."""
    try:
        first, *values = msgspec.json.decode(raw, type=list[msgspec.Raw])
        name = msgspec.json.decode(first, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return "an event is an array that begins with the name of its type"
    except RecursionError:
        return "nested too deeply"
    if name not in EVENT_TYPES:
        return f"unknown event type {name[:100]!r}; known are {', '.join(EVENT_TYPES)}"
    event = EVENT_TYPES[name]
    fields, optional = event.wire_fields(), event.defaults()
    if not len(fields) - len(optional) <= len(values) <= len(fields):
        return f"{_values_taken(event)}, got {len(values)}"
    for (field, kind), value in zip(fields.items(), values, strict=False):
        if kind == Mapping[str, Any] and _is_too_deep(value):
            return f"{name}.{field} is nested deeper than {DEEPEST}"
    return _with_names(str(error), event)


def of_text(raw: bytes, error: Exception) -> str:
    """Why an event is not JSON."""
    if isinstance(error, UnicodeDecodeError):
        return "a text is not UTF-8"
    if b"NaN" in raw or b"Infinity" in raw:
        return "a number is not finite"
    if b"\\ud" in raw.lower():
        return "a text holds a lone surrogate"
    return str(error)


def _values_taken(event: type[Event]) -> str:
    optional = event.defaults()
    needed = [field for field in event.wire_fields() if field not in optional]
    taken = f"{event.wire_name} takes {len(needed)} values ({', '.join(needed)})"
    return f"{taken} and may have {len(optional)} more ({', '.join(optional)})" if optional else taken


def _with_names(reason: str, event: type[Event]) -> str:
    for place, field in enumerate(event.wire_fields(), 1):
        reason = reason.replace(f" - at `$[{place}]", f" - at `{event.wire_name}.{field}")
    return reason


def _is_too_deep(raw: msgspec.Raw) -> bool:
    try:
        return _is_deeper(msgspec.json.decode(raw), DEEPEST)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False  # more is wrong with it
    except RecursionError:
        return True


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)

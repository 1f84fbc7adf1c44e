"""Derives, from the Records, the Structs that decode events on the hot path.

A Record costs 5 µs to build, a Struct of an array 0.3 µs, and a beacon has up to thousands.
"""

from collections.abc import Mapping
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from chronos.models.events import EVENT_TYPES, Event

YEAR_1 = -62_135_596_800_000
YEAR_10000 = 253_402_300_800_000

ClientTime = Annotated[float, msgspec.Meta(ge=YEAR_1, lt=YEAR_10000)]
Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
LIST = msgspec.Meta(max_length=10_000)
# Objects and lists inside of one another. Each level doubles the decoder's own table of types.
DEEPEST = 8


def event_structs(text_length: int) -> dict[str, type[msgspec.Struct]]:
    """A Struct for every event type, by wire name; texts have up to ``text_length`` characters."""
    return {name: _struct(event, text_length) for name, event in EVENT_TYPES.items()}


def _struct(event: type[Event], text_length: int) -> type[msgspec.Struct]:
    text = Annotated[str, msgspec.Meta(max_length=text_length)]
    defaults = event.defaults()
    fields = [
        (name, _wire_type(name, kind, text), defaults.get(name, msgspec.NODEFAULT))
        for name, kind in event.wire_fields().items()
    ]
    return msgspec.defstruct(
        event.__name__,
        fields,
        array_like=True,
        forbid_unknown_fields=True,
        tag=event.wire_name,
        gc=False,
        namespace={"wire_name": event.wire_name},
    )


def _wire_type(name: str, kind: Any, text: Any) -> Any:
    if name == "client_time":
        return ClientTime
    if isinstance(kind, UnionType):
        return _either(*(_wire_type(name, part, text) for part in get_args(kind)))
    if get_origin(kind) is Mapping:
        return GenericAlias(dict, (text, _json(get_args(kind)[1], text)))
    if get_origin(kind) is list:
        return Annotated[GenericAlias(list, _wire_type(name, get_args(kind)[0], text)), LIST]
    return {str: text, int: Int32, float: float, bool: bool, NoneType: None}[kind]


def _json(kind: Any, text: Any) -> Any:
    """The type of a value inside of a JSON object, where numbers may be larger than in a column."""
    if kind is Any:
        return _anything(text, DEEPEST - 1)
    if isinstance(kind, UnionType):
        return _either(*(_json(part, text) for part in get_args(kind)))
    if get_origin(kind) is list:
        return GenericAlias(list, _json(get_args(kind)[0], text))
    return {str: text, int: Int64, float: float, bool: bool, NoneType: None}[kind]


def _anything(text: Any, depth: int) -> Any:
    scalars = (text, int, float, bool, None)
    if depth == 0:
        return _either(*scalars)
    inner = _anything(text, depth - 1)
    return _either(*scalars, GenericAlias(list, inner), GenericAlias(dict, (text, inner)))


def _either(*kinds: Any) -> Any:
    return Union[kinds]  # noqa: UP007

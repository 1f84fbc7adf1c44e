"""Compiles the expressions of window views to functions that give what PostgreSQL gives of the stored rows.

What depends on the database's collation, may fail for a row, or has no one text is refused. Columns are
worked on as lists, an event an entry, which costs a fraction of a call for each event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Protocol, get_args, get_origin

from msgspec import Struct
from sqlglot import exp

from chronos.errors import UnsupportedExpression
from chronos.models.events import EVENT_TYPES
from chronos.windows.compiling import Compiler
from chronos.windows.parsing import parse, shortened
from chronos.windows.typed import BOOLEAN, DOUBLE, INTEGER, JSONB, TEXT, Batch, Typed, expect

LONGEST_KEY = 1000  # characters
COMMON = {"event_type": TEXT, "metadata": JSONB}
KINDS = {str: TEXT, int: INTEGER, float: DOUBLE, bool: BOOLEAN}


class Window(Protocol):
    """What of a view is compiled."""

    @property
    def event(self) -> str | None:
        """The event type, None for all."""

    @property
    def key(self) -> str:
        """An expression that is a text."""

    @property
    def filter(self) -> str | None:
        """An expression that is true, false or null, or none."""


@dataclass(frozen=True)
class Keys:
    """The keys of many events at once: None where an event is not counted, else up to 1,000 characters.

    ``metadata`` has for each event what `json.loads` makes of its beacon's, and is not looked at unless
    ``needs_metadata``.
    """

    needs_metadata: bool
    _keys: Callable[[Batch], list[Any]]

    def __call__(self, events: Sequence[Struct], metadata: Sequence[Mapping[str, Any]]) -> list[str | None]:
        """One key for each of ``events``, which are all of the view's type."""
        return self._keys(Batch(events, metadata))


def compile_keys(view: Window) -> Keys:
    """What a view counts events by, its filter included; raise UnsupportedExpression where it can't be."""
    key, key_needs = compile_key(view.event, view.key)
    if view.filter is None:
        return Keys(key_needs, lambda batch: _cut(key.values(batch)))
    passes, filter_needs = compile_filter(view.event, view.filter)
    return Keys(
        key_needs or filter_needs,
        lambda batch: [
            one if is_so else None
            for one, is_so in zip(_cut(key.values(batch)), passes.values(batch), strict=True)
        ],
    )


def compile_key(event: str | None, text: str) -> tuple[Typed, bool]:
    """A key's expression, and whether it looks at the metadata."""
    return _compiled(event, text, TEXT)


def compile_filter(event: str | None, text: str) -> tuple[Typed, bool]:
    """A filter's expression, and whether it looks at the metadata."""
    return _compiled(event, text, BOOLEAN)


def columns_of(event: str | None) -> dict[str, str]:
    """The columns that an expression may name, and their types."""
    if event is None:
        return COMMON
    kinds = EVENT_TYPES[event].wire_fields()
    return {name: _kind(kinds[name]) for name in EVENT_TYPES[event].columns()} | COMMON


def _kind(kind: Any) -> str:
    if isinstance(kind, UnionType):
        [kind] = [one for one in get_args(kind) if one is not type(None)]
    return JSONB if get_origin(kind) in (Mapping, list) else KINDS[kind]


def _cut(keys: list[Any]) -> list[Any]:
    return [key if key is None or len(key) <= LONGEST_KEY else key[:LONGEST_KEY] for key in keys]


def _compiled(event: str | None, text: str, kind: str) -> tuple[Typed, bool]:
    columns = columns_of(event)
    node = parse(text, list(columns))
    compiled = Compiler(event, columns).compile(node)
    if compiled.kind != kind:
        expect(node, compiled, kind)
        raise UnsupportedExpression(where=shortened(text), reason=f"is null for every event, expected {kind}")
    return compiled, any(column.name.lower() == "metadata" for column in node.find_all(exp.Column))

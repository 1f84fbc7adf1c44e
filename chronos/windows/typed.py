"""A part of an expression that is compiled: its type in PostgreSQL, and how to get its values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isinf
from typing import Any, Final, NamedTuple

from sqlglot import exp

from chronos.errors import UnsupportedExpression
from chronos.windows import operations
from chronos.windows.operations import Values
from chronos.windows.parsing import sql

TEXT, BOOLEAN, INTEGER, NUMERIC, DOUBLE = "text", "boolean", "integer", "numeric", "double precision"
JSONB, NULL = "jsonb", "null"
NUMBERS = (INTEGER, NUMERIC, DOUBLE)
VARIES: Final = object()
HINTS = {
    (INTEGER, TEXT): "make it one by ::text",
    (BOOLEAN, TEXT): "make it one by ::text",
    (JSONB, TEXT): "->> gives one where -> gives jsonb",
    (DOUBLE, TEXT): "a number with a fraction has no one text; compare it in `filter`, or in a `case`",
}
COLLATED = 'depends on the collation of the database: write {} collate "C", in which only A to Z are letters'


class Batch(NamedTuple):
    """Events, and for each the metadata of its beacon."""

    events: Sequence[Any]
    metadata: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Typed:
    """``values`` gives one for each event; ``constant`` is the one for all, where there is one.

    ``in_c`` says of a text whether it was given the collation "C", which passes on to what is made of it.
    """

    kind: str
    values: Callable[[Batch], Values]
    constant: Any = VARIES
    in_c: bool = False


Compile = Callable[[exp.Expr], Typed]


def constant(kind: str, value: Any) -> Typed:
    """The same for every event."""
    return Typed(kind, lambda batch: [value] * len(batch.events), value)


def made(kind: str, operation: Callable[..., Values], *arguments: Typed) -> Typed:
    """What ``operation`` makes of the values of ``arguments``."""
    in_c = kind == TEXT and any(one.in_c for one in arguments)
    return Typed(kind, lambda batch: operation(*(one.values(batch) for one in arguments)), in_c=in_c)


def strictly(kind: str, function: Callable[..., Any], *arguments: Typed) -> Typed:
    """What ``function`` makes of the values of one event, null where one of them is."""
    return made(kind, lambda *values: operations.strict(function, *values), *arguments)


def refused(node: exp.Expr, reason: str) -> UnsupportedExpression:
    """The error that a part of an expression is not taken."""
    return UnsupportedExpression(where=sql(node), reason=reason)


def expect(node: exp.Expr, typed: Typed, kind: str) -> Typed:
    """The same, if it is of that type; or null, which is of any."""
    if typed.kind not in (kind, NULL):
        hint = HINTS.get((typed.kind, kind))
        raise refused(node, f"is of type {typed.kind}, expected {kind}" + (f": {hint}" if hint else ""))
    return replace(typed, kind=kind)


def this(node: exp.Expr, compiled: Compile, kind: str) -> Typed:
    """The first operand of a part, if it is of that type."""
    return expect(node.this, compiled(node.this), kind)


def expect_in_c(node: exp.Expr, typed: Typed) -> Typed:
    """The same, if it is a text whose collation is "C"."""
    if not expect(node, typed, TEXT).in_c:
        raise refused(node, COLLATED.format(sql(node)))
    return typed


def alike(node: exp.Expr, arguments: Sequence[Typed]) -> str:
    """The one type that all have, not counting nulls, which alone make a text."""
    kinds = list(dict.fromkeys(one.kind for one in arguments if one.kind != NULL))
    if len(kinds) > 1 or kinds == [JSONB]:
        raise refused(
            node, f"takes values of one type, text, boolean or a number: these are {' and '.join(kinds)}"
        )
    return kinds[0] if kinds else TEXT


def comparable(node: exp.Expr, *arguments: Typed) -> list[Typed]:
    """The same as PostgreSQL compares them: numbers as double precision where one is that."""
    kinds = {one.kind for one in arguments} - {NULL}
    if kinds <= set(NUMBERS):
        return [_as_double(node, one) for one in arguments] if DOUBLE in kinds else list(arguments)
    alike(node, arguments)
    return list(arguments)


def _as_double(node: exp.Expr, typed: Typed) -> Typed:
    if typed.kind in (DOUBLE, NULL):
        return typed
    if typed.constant is VARIES:
        return strictly(DOUBLE, float, typed)
    if isinf(value := float(typed.constant)):
        raise refused(node, f"{typed.constant} is out of the range of double precision")
    return constant(DOUBLE, value)


def number(text: str) -> Typed:
    """A number as it is written: an integer of 32 bits, or a numeric."""
    value = Decimal(text)
    whole = int(value) if "." not in text and abs(value) < 2**31 else None
    return constant(NUMERIC, value) if whole is None else constant(INTEGER, whole)

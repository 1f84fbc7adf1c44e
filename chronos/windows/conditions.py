"""Compiles the conditions of an expression: what is true, false or null."""

import operator
from collections.abc import Callable

from sqlglot import exp

from chronos.windows import operations, typed
from chronos.windows.operations import NOTHING
from chronos.windows.parsing import TAKEN, sql
from chronos.windows.typed import BOOLEAN, JSONB, TEXT, Compile, Typed, refused, this

EQUAL: dict[type[exp.Expr], Callable[..., bool]] = {exp.EQ: operator.eq, exp.NEQ: operator.ne}
ORDER: dict[type[exp.Expr], Callable[..., bool]] = {
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}


def comparison(node: exp.Expr, compile_part: Compile) -> Typed:
    """``=`` and its like; an order of texts only in the collation "C"."""
    left, right = compile_part(node.this), compile_part(node.expression)
    return _compared(node, left, right)


def _compared(node: exp.Expr, left: Typed, right: Typed, by: type[exp.Expr] | None = None) -> Typed:
    function = {**EQUAL, **ORDER}[by or type(node)]
    sides = typed.comparable(node, left, right)
    if (by or type(node)) in ORDER and TEXT in (left.kind, right.kind) and not (left.in_c or right.in_c):
        raise refused(node.this, typed.COLLATED.format(sql(node.this)))
    return typed.strictly(BOOLEAN, function, *sides)


def connection(node: exp.Expr, compile_part: Compile) -> Typed:
    """``and`` and ``or``."""
    right = typed.expect(node.expression, compile_part(node.expression), BOOLEAN)
    operation = operations.both if isinstance(node, exp.And) else operations.either
    return typed.made(BOOLEAN, operation, this(node, compile_part, BOOLEAN), right)


def negation(node: exp.Expr, compile_part: Compile) -> Typed:
    """``not``."""
    return typed.strictly(BOOLEAN, operator.not_, this(node, compile_part, BOOLEAN))


def test(node: exp.Expr, compile_part: Compile) -> Typed:
    """``is null``, ``is true``, ``is false``."""
    if isinstance(node.expression, exp.Null):
        of = compile_part(node.this)
        null = NOTHING if of.kind == JSONB else None
        return typed.made(BOOLEAN, lambda values: [value is null for value in values], of)
    if not isinstance(node.expression, exp.Boolean):
        raise refused(node, f"not taken; {TAKEN}")
    wanted = bool(node.expression.this)
    of = this(node, compile_part, BOOLEAN)
    return typed.made(BOOLEAN, lambda values: [value is wanted for value in values], of)


def distinction(node: exp.Expr, compile_part: Compile) -> Typed:
    """``is distinct from``, or not."""
    left, right = compile_part(node.this), compile_part(node.expression)
    differ = typed.made(BOOLEAN, operations.distinct, *typed.comparable(node, left, right))
    return differ if isinstance(node, exp.NullSafeNEQ) else typed.strictly(BOOLEAN, operator.not_, differ)


def membership(node: exp.Expr, compile_part: Compile) -> Typed:
    """``in``, of a list."""
    if not node.expressions:
        raise refused(node, "takes a list in parentheses, with something in it")
    parts = [compile_part(one) for one in (node.this, *node.expressions)]
    return typed.made(BOOLEAN, operations.one_of, *typed.comparable(node, *parts))


def between(node: exp.Expr, compile_part: Compile) -> Typed:
    """``between``, both ends included."""
    value, low, high = (compile_part(node.args[name]) for name in ("this", "low", "high"))
    return typed.made(
        BOOLEAN,
        operations.both,
        _compared(node, value, low, exp.GTE),
        _compared(node, value, high, exp.LTE),
    )


def likeness(node: exp.Expr, compile_part: Compile) -> Typed:
    """``like``, and ``ilike`` in the collation "C"."""
    of = this(node, compile_part, TEXT)
    pattern = node.expression
    if not isinstance(pattern, exp.Literal) or not pattern.is_string:
        raise refused(node, "takes a pattern in quotes")
    fold: Callable[[str], str] = str
    if isinstance(node, exp.ILike):
        typed.expect_in_c(node.this, of)
        fold = operations.lowered
    try:
        is_like = operations.like(fold(pattern.this))
    except ValueError as error:
        raise refused(node, str(error)) from error
    return typed.strictly(BOOLEAN, lambda text: is_like(fold(text)), of)

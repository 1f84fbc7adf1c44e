"""Compiles the functions of an expression: what makes values of values."""

import operator
from dataclasses import replace

from sqlglot import exp

from chronos.windows import operations, typed
from chronos.windows.typed import BOOLEAN, INTEGER, JSONB, NULL, TEXT, Compile, Typed, refused, this

# How what is cast to a text is shown.
SHOWN = {
    TEXT: lambda values: values,
    INTEGER: lambda values: operations.strict(str, values),
    BOOLEAN: lambda values: operations.strict(lambda value: "true" if value else "false", values),
}


def json_part(node: exp.Expr, compile_part: Compile) -> Typed:
    """``->`` and ``->>``, with a name or a place."""
    of = typed.expect(node.this, compile_part(node.this), JSONB)
    if of.constant is None:
        raise refused(node.this, "is null for every event")
    key = _json_key(node)
    step = operations.member(key) if isinstance(key, str) else operations.item(key)
    if isinstance(node, exp.JSONExtract):
        return typed.made(JSONB, step, of)
    return typed.made(TEXT, lambda values: operations.text_of_json(step(values)), of)


def _json_key(node: exp.Expr) -> str | int:
    path = node.expression
    key: object = None
    if isinstance(path, exp.JSONPath) and len(path.expressions) == 2:
        key = path.expressions[1].this
    elif isinstance(path, exp.Neg) and isinstance(path.this, exp.Literal) and path.this.this.isdecimal():
        key = -int(path.this.this)
    if isinstance(key, str) or (isinstance(key, int) and abs(key) < 2**31):
        return key
    if isinstance(path, exp.Collate | exp.Cast):
        raise refused(node, "put what stands before `collate` or `::` into parentheses")
    raise refused(node, "behind -> and ->> stands a name in quotes or a whole number")


def collated(node: exp.Expr, compile_part: Compile) -> Typed:
    """``collate "C"``."""
    if node.expression.name != "C" or not node.expression.args.get("quoted"):
        raise refused(node, 'the one collation that is the same everywhere is "C"')
    return replace(this(node, compile_part, TEXT), in_c=True)


def joined(node: exp.Expr, compile_part: Compile) -> Typed:
    """``||``."""
    right = typed.expect(node.expression, compile_part(node.expression), TEXT)
    return typed.strictly(TEXT, operator.add, this(node, compile_part, TEXT), right)


def in_case(node: exp.Expr, compile_part: Compile) -> Typed:
    """``lower`` and ``upper``, in the collation "C"."""
    function = operations.lowered if isinstance(node, exp.Lower) else operations.raised
    return typed.strictly(TEXT, function, typed.expect_in_c(node.this, compile_part(node.this)))


def length(node: exp.Expr, compile_part: Compile) -> Typed:
    """``length``, in characters."""
    return typed.strictly(INTEGER, len, this(node, compile_part, TEXT))


def left(node: exp.Expr, compile_part: Compile) -> Typed:
    """``left``."""
    length = _whole(node, node.expression, compile_part)
    return typed.strictly(TEXT, lambda text: text[:length], this(node, compile_part, TEXT))


def split_part(node: exp.Expr, compile_part: Compile) -> Typed:
    """``split_part``."""
    place = _whole(node, node.args.get("part_index"), compile_part)
    if place < 1:
        raise refused(node, "parts are counted from 1")
    delimiter = typed.expect(node, compile_part(node.args["delimiter"]), TEXT)
    return typed.strictly(
        TEXT, lambda text, by: operations.part(text, by, place), this(node, compile_part, TEXT), delimiter
    )


def _whole(node: exp.Expr, given: exp.Expr | None, compile_part: Compile) -> int:
    compiled = None if given is None else compile_part(given)
    if compiled is None or compiled.kind != INTEGER or not isinstance(compiled.constant, int):
        raise refused(node, "takes a whole number in digits")
    return compiled.constant


def coalesce(node: exp.Expr, compile_part: Compile) -> Typed:
    """``coalesce``."""
    parts = [compile_part(one) for one in (node.this, *node.expressions)]
    return typed.made(typed.alike(node, parts), operations.first, *parts)


def nullif(node: exp.Expr, compile_part: Compile) -> Typed:
    """``nullif``."""
    left, right = compile_part(node.this), compile_part(node.expression)
    if left.kind == NULL or (left.kind == INTEGER and right.kind not in (INTEGER, NULL)):
        raise refused(node, "takes two values of one type")
    return typed.made(left.kind, operations.unless_equal, *typed.comparable(node, left, right))


def case(node: exp.Expr, compile_part: Compile) -> Typed:
    """``case``, with a value to compare or without."""
    value = None if node.this is None else compile_part(node.this)
    conditions = [_condition(branch.this, value, compile_part) for branch in node.args["ifs"]]
    results = [compile_part(branch.args["true"]) for branch in node.args["ifs"]]
    default = node.args.get("default")
    otherwise = typed.constant(NULL, None) if default is None else compile_part(default)
    made = typed.made(
        typed.alike(node, [*results, otherwise]), operations.choice, otherwise, *results, *conditions
    )
    # The conditions have no say in the collation.
    return replace(made, in_c=any(one.in_c for one in (otherwise, *results)))


def _condition(node: exp.Expr, value: Typed | None, compile_part: Compile) -> Typed:
    compiled = compile_part(node)
    if value is None:
        return typed.expect(node, compiled, BOOLEAN)
    return typed.strictly(BOOLEAN, operator.eq, *typed.comparable(node, value, compiled))


def cast(node: exp.Expr, compile_part: Compile) -> Typed:
    """``::text``."""
    of = compile_part(node.this)
    if not node.args["to"].is_type("text") or of.kind not in SHOWN:
        raise refused(node, f"there are casts of text, integer and boolean to text; this one is of {of.kind}")
    return typed.made(TEXT, SHOWN[of.kind], of)

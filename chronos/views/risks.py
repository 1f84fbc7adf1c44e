"""What would crash a worker of PipelineDB, or lose a batch in silence, and is kept out before it can.

In PipelineDB 1.0.0 a group in which every value is null ends the worker process in some aggregates, and one
value that cannot be cast drops the whole batch for that view. In Chronos it would stop the view.
"""

import re

from sqlglot import exp

from chronos.models.events import EVENT_TYPES
from chronos.views.aggregates import MAKERS, name_of, sql
from chronos.views.declaration import Declaration
from chronos.views.streams import TIMES

CRASHED_BY_NULLS = ("exact_count_distinct", "set_agg", "string_agg", "groupconcat", "json_object_int_sum")
# How many digits fit for certain, and a pattern of so many: nothing else tells that a text is a number.
DIGITS = {"smallint": 4, "int": 9, "bigint": 18}
MOST_DIGITS = 100
NUMBER = re.compile(
    r"\^(?:-\?|\[[-+]{2}\]\?)?(?:\[0-9\]|\\d)(?:\{(?:\d+,)?(?P<digits>\d{1,3})\})?"
    r"(?P<fraction>\((?:\?:)?(?:\\\.|\[\.\])(?:\[0-9\]|\\d)\{(?:\d+,)?\d{1,2}\}\)\?)?\$"
)
UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
BOOLEANS = {"true", "false", "t", "f", "yes", "no", "on", "off", "1", "0"}
JSON = (exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar)


def check(view: Declaration) -> None:
    """Raise UnsupportedView for an aggregate of nulls alone, a cast or a division that may fail."""
    for node in view.select.walk():
        if name_of(node) in CRASHED_BY_NULLS:
            _check_nulls(view, node)
        elif isinstance(node, exp.Cast) and not _cast_is_safe(view, node):
            kind = sql(node.to).lower()
            raise view.refuse(
                node, f"{sql(node)}: what is no {kind} would lose the batch; {_advice(view, node, kind)}"
            )
        elif isinstance(node, exp.Div | exp.Mod | exp.IntDiv) and not _is_not_zero(node.expression):
            raise view.refuse(node, f"{sql(node)}: may divide by zero; write nullif(..., 0) below the line")


def _check_nulls(view: Declaration, node: exp.Expr) -> None:
    for value in node.expressions or [node.this]:
        if isinstance(value, exp.Expr) and not _is_never_null(view, value):
            raise view.refuse(
                node,
                f"{sql(node)}: a group in which every value is null ends PipelineDB's worker; write"
                f" coalesce({sql(value)}, '') or add `where {sql(value)} is not null`",
            )


def _is_never_null(view: Declaration, value: exp.Expr) -> bool:
    if isinstance(value, exp.Coalesce):
        return any(isinstance(one, exp.Literal) for one in value.expressions)
    if isinstance(value, exp.Column):
        event = EVENT_TYPES.get(view.stream)
        kind = event.wire_fields().get(value.name) if event else None
        if value.name in TIMES or (kind is not None and type(None) not in getattr(kind, "__args__", ())):
            return True
    where = view.select.args.get("where")
    wanted = f"NOT {sql(value)} IS NULL"
    return where is not None and any(
        sql(one) in (wanted, f"{sql(value)} IS NOT NULL") for one in _conjuncts(where.this)
    )


def _conjuncts(node: exp.Expr) -> list[exp.Expr]:
    node = node.unnest()
    if isinstance(node, exp.And):
        return [*_conjuncts(node.left), *_conjuncts(node.right)]
    return [node]


def _cast_is_safe(view: Declaration, node: exp.Cast) -> bool:
    value = node.this.unnest()
    if node.to.is_type("text", "varchar") or isinstance(value, exp.Literal) or _is_guarded(view, node, value):
        return True
    if any(name_of(one) in MAKERS for one in value.walk()):
        return True  # of an aggregate, when the view is read
    if any(isinstance(one, JSON) for one in value.walk()):
        return False
    event = EVENT_TYPES.get(view.stream)
    kinds = event.wire_fields() if event else {}
    known = [str(kinds.get(one.name, "str")) for one in value.find_all(exp.Column) if one.name not in TIMES]
    narrower = node.to.is_type("smallint") or (node.to.is_type("int", "bigint") and "float" in str(known))
    return not any("str" in kind for kind in known) and not (known and narrower)


def _is_guarded(view: Declaration, node: exp.Cast, value: exp.Expr) -> bool:
    """Whether a condition, without which the cast is not reached, says something of its value."""
    child: exp.Expr = node
    while (parent := child.parent) is not None and child is not view.select:
        condition = None
        if isinstance(parent, exp.If) and child is parent.args.get("true"):
            condition = parent.this
        elif isinstance(parent, exp.Filter) and child is parent.this:
            condition = parent.expression.this
        elif parent is view.select and not isinstance(child, exp.Where) and parent.args.get("where"):
            condition = parent.args["where"].this
        if condition is not None and any(_tests(one, value, node.to) for one in _conjuncts(condition)):
            return True
        child = parent
    return False


def _tests(condition: exp.Expr, value: exp.Expr, to: exp.DataType) -> bool:
    """Whether what passes ``condition`` can be cast ``to`` its type."""
    if not isinstance(condition, exp.RegexpLike | exp.Between | exp.In):
        return False
    if sql(condition.this.unnest()) != sql(value):
        return False
    if isinstance(condition, exp.RegexpLike):
        return _pattern_fits(condition.expression, to)
    if isinstance(condition, exp.In):
        words = {str(one.this).lower() for one in condition.expressions if isinstance(one, exp.Literal)}
        return to.is_type("boolean") and len(words) == len(condition.expressions) and words <= BOOLEANS
    low, high = _number(condition.args["low"]), _number(condition.args["high"])
    bound = 10 ** DIGITS.get(sql(to).lower(), 0)
    return low is not None and high is not None and max(abs(low), abs(high)) <= bound


def _pattern_fits(pattern: exp.Expr, to: exp.DataType) -> bool:
    text = str(pattern.this) if isinstance(pattern, exp.Literal) else ""
    if to.is_type("uuid"):
        return text == UUID
    found = NUMBER.fullmatch(text)
    if found is None:
        return False
    digits, fraction = int(found["digits"] or 1), found["fraction"]
    if fraction or to.is_type("decimal", "double", "float"):
        return to.is_type("decimal", "double", "float") and digits <= MOST_DIGITS
    return digits <= DIGITS.get(sql(to).lower(), 0)


def _advice(view: Declaration, node: exp.Cast, kind: str) -> str:
    value = sql(node.this)
    if node.to.is_type("boolean"):
        return f"guard it: `case when {value} in ('true', 'false') then {sql(node)} end`"
    if node.to.is_type("uuid"):
        return f"guard it: `case when {value} ~ '{UUID}' then {sql(node)} end`"
    if kind in DIGITS:
        condition = f"between 0 and 1e{DIGITS[kind]}" if _is_number(view, node) else ""
        condition = condition or f"~ '^[0-9]{{1,{DIGITS[kind]}}}$'"
        return f"guard it: `case when {value} {condition} then {sql(node)} end`"
    if node.to.is_type("decimal", "double", "float"):
        return f"guard it: `case when {value} ~ '^[0-9]{{1,9}}([.][0-9]{{1,9}})?$' then {sql(node)} end`"
    return f"keep it as text, since nothing tells beforehand that it is a {kind}"


def _is_number(view: Declaration, node: exp.Cast) -> bool:
    event = EVENT_TYPES.get(view.stream)
    kinds = event.wire_fields() if event else {}
    return isinstance(node.this, exp.Column) and "float" in str(kinds.get(node.this.name, ""))


def _is_not_zero(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _is_not_zero(node.this)
    if isinstance(node, exp.Nullif):
        return _number(node.expression) == 0
    return _number(node) not in (None, 0)


def _number(node: exp.Expr) -> float | None:
    if isinstance(node, exp.Neg):
        number = _number(node.this)
        return None if number is None else -number
    return float(node.this) if isinstance(node, exp.Literal) and not node.is_string else None

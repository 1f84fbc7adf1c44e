"""What would crash a worker of PipelineDB, or lose a batch in silence, and is kept out before it can.

In PipelineDB 1.0.0 a group in which every value is null ends the worker process in some aggregates, and one
value that cannot be cast drops the whole batch for that view. In Chronos it would stop the view.
"""

from sqlglot import exp

from chronos.models.events import EVENT_TYPES
from chronos.views.aggregates import MAKERS, name_of, sql
from chronos.views.declaration import Declaration
from chronos.views.streams import TIMES

CRASHED_BY_NULLS = ("exact_count_distinct", "set_agg", "string_agg", "groupconcat", "json_object_int_sum")
JSON = (exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar)


def check(view: Declaration) -> None:
    """Raise UnsupportedView for an aggregate of nulls alone, a cast or a division that may fail."""
    for node in view.select.walk():
        if name_of(node) in CRASHED_BY_NULLS:
            _check_nulls(view, node)
        elif isinstance(node, exp.Cast) and not _cast_is_safe(view, node):
            raise view.refuse(
                node,
                f"{sql(node)}: what is no {sql(node.to).lower()} would lose the batch; guard it:"
                f" `case when X ~ '^[0-9]{{1,9}}$' then X::{sql(node.to).lower()} end`, or by `X between`",
            )
        elif isinstance(node, exp.Div | exp.Mod | exp.IntDiv) and not _is_not_zero(node.expression):
            raise view.refuse(node, f"{sql(node)}: may divide by zero; write nullif(..., 0) below the line")


def _check_nulls(view: Declaration, node: exp.Expr) -> None:
    for value in node.expressions or [node.this]:
        if not _is_never_null(view, value):
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
        if condition is not None and any(_tests(one, value) for one in _conjuncts(condition)):
            return True
        child = parent
    return False


def _tests(condition: exp.Expr, value: exp.Expr) -> bool:
    known = isinstance(condition, exp.RegexpLike | exp.RegexpILike | exp.Between)
    return known and sql(condition.this.unnest()) == sql(value)


def _is_not_zero(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _is_not_zero(node.this)
    if isinstance(node, exp.Nullif):
        return _number(node.expression) == 0
    return _number(node) not in (None, 0)


def _number(node: exp.Expr) -> float | None:
    return float(node.this) if isinstance(node, exp.Literal) and not node.is_string else None

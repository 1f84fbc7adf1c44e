"""What would crash a worker of PipelineDB, or lose a batch in silence, and is kept out before it can.

In PipelineDB 1.0.0 a group in which every value is null ends the worker process in some aggregates, and one
value that cannot be cast drops the whole batch for that view. In Chronos it would stop the view.
"""

from sqlglot import exp

from chronos.models.events import EVENT_TYPES
from chronos.views.aggregates import name_of, sql
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
                f"{sql(node)}: a text that is no {sql(node.to).lower()} would lose the batch; guard it:"
                f" `case when X ~ '^[0-9]{{1,9}}$' then X::{sql(node.to).lower()} end`",
            )
        elif isinstance(node, exp.Div | exp.Mod) and not _is_not_zero(node.expression):
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
    if node.to.is_type("text", "varchar") or node.find_ancestor(exp.Case, exp.Filter) is not None:
        return True
    if isinstance(node.this, exp.Literal):
        return True
    if any(isinstance(one, JSON) for one in node.this.walk()):
        return False
    event = EVENT_TYPES.get(view.stream)
    kinds = event.wire_fields() if event else {}
    columns = list(node.this.find_all(exp.Column))
    texts = [one for one in columns if one.name not in TIMES and "str" in str(kinds.get(one.name, "str"))]
    return not texts or any(isinstance(one, exp.AggFunc) for one in node.this.walk())


def _is_not_zero(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _is_not_zero(node.this)
    return isinstance(node, exp.Nullif) or (isinstance(node, exp.Literal) and float(node.this) != 0)

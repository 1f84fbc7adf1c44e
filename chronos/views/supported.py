"""What a view that Chronos keeps may say; anything else is refused, with its line and what would be right."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from chronos.models.events import EVENT_TYPES
from chronos.views.aggregates import KNOWN, is_aggregate, name_of, sql
from chronos.views.declaration import Declaration
from chronos.views.streams import COMMON, TIMES, streams

TAKEN = {
    "events",
    "catalog",
    "ahead",
    "metadata",
    "beacons",
    "watermarks",
    "dead_letters",
    "migrations",
}
FUNCTIONS = (
    *(exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Lower, exp.Upper, exp.Length, exp.Abs),
    *(exp.Floor, exp.Ceil, exp.Round, exp.Trim, exp.Left, exp.Right, exp.Substring, exp.SplitPart),
    *(exp.RegexpReplace, exp.Replace, exp.StrPosition, exp.Extract, exp.TimestampTrunc, exp.Concat),
    *(exp.Case, exp.If, exp.Cast, exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract),
    *(exp.JSONBExtractScalar, exp.JSONBContainsTopKey, exp.And, exp.Or, exp.RegexpLike, exp.RegexpILike),
)
FUNCTION_NAMES = ("time_bucket",)
# As they are written, for messages and docs.
SCALAR = (
    *("abs", "case", "ceil", "coalesce", "concat", "date_trunc", "extract", "floor", "greatest", "least"),
    *("left", "length", "lower", "nullif", "regexp_replace", "replace", "right", "round", "split_part"),
    *("strpos", "substring", "time_bucket", "trim", "upper"),
)
CASTS = (
    *(
        "text",
        "varchar",
        "smallint",
        "int",
        "bigint",
        "decimal",
        "float",
        "double",
        "boolean",
        "uuid",
        "date",
    ),
    *("timestamp", "timestamptz"),
)
UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
PASSING = ("now", "today", "tomorrow", "yesterday")
NOT_COLUMNS = ("order", "limit", "offset")  # parameters of those who read views over HTTP
PARTS = (
    *(exp.From, exp.Table, exp.TableAlias, exp.Identifier, exp.Column, exp.Alias, exp.Literal, exp.Boolean),
    *(exp.Null, exp.Not, exp.Paren, exp.Is, exp.Like, exp.ILike, exp.In, exp.Between, exp.Neg, exp.Binary),
    *(exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var, exp.Distinct, exp.Star, exp.Ordered, exp.Order),
    *(exp.Group, exp.Where, exp.Filter, exp.WithinGroup, exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey),
    *(exp.JSONPathSubscript, exp.NullSafeEQ, exp.NullSafeNEQ, exp.IntervalSpan, exp.AtTimeZone),
)
CLAUSES = {
    "having": "having: filter the view when it is read",
    "order": "order by: order the view when it is read",
    "limit": "limit: limit the view when it is read",
    "offset": "offset: use it when the view is read",
    "distinct": "select distinct: use group by",
    "joins": "a join: a view reads one stream",
    "with_": "with: a view reads one stream",
    "windows": "window functions",
    "laterals": "lateral: a view reads one stream",
}


def check(view: Declaration) -> None:
    """Raise UnsupportedView unless the view can be kept."""
    if view.name in TAKEN or view.name in EVENT_TYPES or "__" in view.name or view.name.startswith("pg_"):
        raise view.refuse(
            None, f"{view.name} is taken: choose a name without `__` and `pg_` that is no table or stream"
        )
    if view.stream not in streams():
        known = ", ".join(sorted(streams()))
        raise view.refuse(view.select, f"there is no stream {view.stream}: known are {known}")
    for clause, reason in CLAUSES.items():
        if view.select.args.get(clause):
            part = view.select.args[clause]
            raise view.refuse(part[0] if isinstance(part, list) else part, f"not supported: {reason}")
    for node in view.select.walk():
        _check_node(view, node)
    _check_options(view)


def _check_node(view: Declaration, node: exp.Expr) -> None:
    if node is view.select:
        return None
    if isinstance(node, exp.Select | exp.Subquery | exp.SetOperation):
        raise view.refuse(node, "not supported: a query inside of a view's query")
    if isinstance(node, exp.Window):
        raise view.refuse(node, f"{sql(node)}: window functions are not supported")
    if is_aggregate(node):
        return _check_aggregate(view, node)
    if isinstance(node, exp.Column):
        return _check_column(view, node)
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        raise view.refuse(node, "not supported: `*`; name the columns")
    if isinstance(node, exp.Anonymous) and name_of(node) in FUNCTION_NAMES:
        return _check_bucket(view, node)
    if isinstance(node, exp.Cast):
        return _check_cast(view, node)
    if isinstance(node, exp.TimestampTrunc) and str(node.args["unit"].name).lower() not in UNITS:
        raise view.refuse(node, f"{sql(node)}: takes a unit in quotes, one of {', '.join(UNITS)}")
    if isinstance(node, exp.AtTimeZone) and not isinstance(node.args.get("zone"), exp.Literal):
        raise view.refuse(node, f"{sql(node)}: takes a time zone in quotes, such as 'Europe/Berlin'")
    if isinstance(node, exp.Literal) and node.is_string and _is_passing(node):
        raise view.refuse(node, f"{sql(node)}: another time whenever the view is looked at; use sw or ttl")
    if not isinstance(node, FUNCTIONS + PARTS) or isinstance(node, exp.Anonymous):
        raise view.refuse(
            node,
            f"{sql(node)}: not supported; there are the functions {', '.join(SCALAR)}, and the aggregates"
            f" {', '.join(KNOWN)}",
        )
    return None


def _check_aggregate(view: Declaration, node: exp.Expr) -> None:
    outside = node.parent
    while outside is not None and outside is not view.select:
        if is_aggregate(outside) or isinstance(outside, exp.Where | exp.Group):
            raise view.refuse(
                node, f"{sql(node)}: an aggregate stands in the select list, not in another one"
            )
        outside = outside.parent


def _check_column(view: Declaration, node: exp.Column) -> None:
    source = view.select.args["from_"].this
    if node.table and node.table not in (view.stream, source.alias):
        raise view.refuse(node, f"{sql(node)}: the view reads {view.stream}")
    if node.name not in streams()[view.stream].columns and not _names_a_group(view, node):
        known = ", ".join(streams()[view.stream].columns)
        raise view.refuse(node, f"stream {view.stream} has no column {node.name}: it has {known}")


def _names_a_group(view: Declaration, node: exp.Column) -> bool:
    return isinstance(node.parent, exp.Group) and node.name in _aliases(view)


def _check_bucket(view: Declaration, node: exp.Anonymous) -> None:
    width = sql(node.expressions[0]) if node.expressions else ""
    given = node.expressions[0] if node.expressions else None
    fixed = isinstance(given.this if isinstance(given, exp.Cast | exp.Interval) else given, exp.Literal)
    if len(node.expressions) != 2 or not fixed or "mon" in width.lower() or "year" in width.lower():
        raise view.refuse(
            node,
            f"{sql(node)}: takes an interval in quotes without months, and a time; date_trunc has months",
        )


def _check_cast(view: Declaration, node: exp.Cast) -> None:
    fixed = isinstance(node.this, exp.Literal)
    if not node.to.is_type(*CASTS) and not (fixed and node.to.is_type("interval", "jsonb")):
        raise view.refuse(
            node,
            f"{sql(node)}: not supported; there are {', '.join(CASTS)}, and intervals in quotes",
        )


def _is_passing(node: exp.Literal) -> bool:
    """Whether a text is a time that passes, such as 'now', where a time is expected."""
    if str(node.this).strip().lower() not in PASSING:
        return False
    parent = node.parent
    if isinstance(parent, exp.Cast):
        return not parent.to.is_type("text", "varchar")
    near = parent.find_all(exp.Column) if parent is not None else ()
    return any(column.name in (*TIMES, "arrival_timestamp") for column in near)


def _check_options(view: Declaration) -> None:
    if view.sliding and view.sliding.column not in (*TIMES, "arrival_timestamp"):
        raise view.refuse(None, f"sw_column is one of {', '.join((*TIMES, 'arrival_timestamp'))}")
    if view.ttl:
        grouped = {sql(one) for one in groups(view)}
        kept = {output_name(view, one): sql(one.unalias()) for one in view.select.expressions}
        if kept.get(view.ttl.column) not in grouped:
            raise view.refuse(
                None, f"ttl_column {view.ttl.column} is no column of the view by which it groups"
            )


def groups(view: Declaration) -> list[exp.Expr]:
    """What the view groups by; numbers and names of its columns stand for what these are."""
    clause = view.select.args.get("group")
    return [_group(view, one) for one in (clause.expressions if clause else [])]


def _group(view: Declaration, node: exp.Expr) -> exp.Expr:
    selected = view.select.expressions
    if isinstance(node, exp.Literal) and not node.is_string:
        place = int(node.this) if node.this.isdecimal() else 0
        if not 1 <= place <= len(selected):
            raise view.refuse(node, f"group by {node.this}: there are {len(selected)} columns")
        node = selected[place - 1].unalias()
    elif isinstance(node, exp.Column) and node.name not in streams()[view.stream].columns:
        node = _aliases(view)[node.name]
    if any(map(is_aggregate, node.walk())):
        raise view.refuse(node, f"group by {sql(node)}: an aggregate is nothing to group by")
    return node


def _aliases(view: Declaration) -> dict[str, exp.Expr]:
    return {one.alias: one.this for one in view.select.expressions if isinstance(one, exp.Alias)}


def output_name(view: Declaration, selected: exp.Expr) -> str:
    """The name of a column: what `as` says, or that of the stream's column or of the aggregate."""
    if selected.alias:
        return str(selected.alias)
    value = selected.unalias()
    if isinstance(value, exp.Column):
        return str(value.name)
    # Two functions are one to the parser, or have another name in SQL than here: then `as` decides.
    if is_aggregate(value) and not isinstance(value, exp.PercentileCont | exp.Variance):
        return name_of(value)
    raise view.refuse(selected, f"{sql(selected)}: give it a name, with `as`")


def check_names(view: Declaration, names: Sequence[str]) -> None:
    """Raise UnsupportedView where two columns have one name, or one has a name that readers need."""
    for name in names:
        if name in NOT_COLUMNS or name.startswith("_"):
            raise view.refuse(
                view.select,
                f"a column cannot be called {name}: no `_` before it, nor {', '.join(NOT_COLUMNS)}",
            )
    for name in _twice(names):
        raise view.refuse(view.select, f"two columns are called {name}: name one by `as`")


def _twice(names: Sequence[str]) -> Iterator[str]:
    return (name for place, name in enumerate(names) if name in names[:place])


__all__ = ["COMMON", "check", "check_names", "groups", "output_name"]

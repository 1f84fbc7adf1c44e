"""What is kept of each aggregate: columns or counted elements that can be added up, and how to read them.

A column has a value a batch (``batch``), a way to add two of them (``merge``, of ``{old}`` and ``{new}``)
and one to add many (``union``, of ``{column}``), by which sliding windows are read; ``first`` in a name
stands for the first column of the same aggregate. Elements are counted one by one in a table of their own.
``final`` is the aggregate's value, ``exact`` what PostgreSQL would compute over
all rows at once; ``tolerance`` says by how much the two may differ, as a part of the value, or of ``scale``
where that is larger.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from chronos.views.declaration import Declaration

SUM = "coalesce({old} + {new}, {old}, {new})"
# 1.6 % is the standard error; six times that is not seen in a lifetime.
DISTINCT_TOLERANCE = 0.096
PERCENTILE_TOLERANCE = 0.0101
FLOAT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Column:
    """A partial aggregate that is one value of a group."""

    batch: str
    merge: str
    union: str


@dataclass(frozen=True)
class Elements:
    """A partial aggregate that is many counted values of a group, among the rows that pass ``condition``."""

    value: str
    condition: str


@dataclass(frozen=True)
class Aggregate:
    """An aggregate of a view; ``final`` gets the names of its columns, or a query of its elements."""

    columns: tuple[Column, ...]
    final: Callable[..., str]
    exact: str
    elements: Elements | None = None
    tolerance: float = FLOAT_TOLERANCE
    scale: str | None = None
    is_numeric: bool = False  # ``final`` is, however large, where the aggregate's type may be smaller
    combinable: bool = True  # in a sliding window


NAMES: dict[type[exp.Expr], str] = {
    exp.Variance: "var_samp",
    exp.StddevSamp: "stddev_samp",
    exp.StddevPop: "stddev_pop",
    exp.VariancePop: "var_pop",
}


def sql(node: exp.Expr | None) -> str:
    """A part of a query as PostgreSQL reads it."""
    return (
        node.sql(dialect="postgres", normalize_functions="lower", comments=False) if node is not None else ""
    )


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a node, without FILTER and WITHIN GROUP around it, aggregates."""
    return name_of(node) in MAKERS


def name_of(node: exp.Expr) -> str:
    """The name of a function as it is called in SQL; empty where the node is none."""
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    return NAMES.get(type(node), node.key if isinstance(node, exp.Func) else "")


def make(node: exp.Expr, view: Declaration) -> Aggregate:
    """What is kept of an aggregate; raise UnsupportedView for what is not to be kept."""
    inner, condition, order = node, "", None
    if isinstance(inner, exp.Filter):
        condition, inner = sql(inner.expression.this), inner.this
    if isinstance(inner, exp.WithinGroup):
        order, inner = inner.expression.expressions, inner.this
    name = name_of(inner)
    if name not in MAKERS:
        raise view.refuse(node, f"{sql(node)}: this aggregate is not supported; known are {', '.join(KNOWN)}")
    if (order is not None) != (name in ORDERED):
        raise view.refuse(node, f"{sql(node)}: within group (order by ...) goes with {', '.join(ORDERED)}")
    if order is not None and (len(order) != 1 or order[0].args.get("desc")):
        raise view.refuse(node, f"{sql(node)}: orders by one expression, ascending")
    return MAKERS[name](_Call(view, node, inner, condition, order[0].this if order else None))


@dataclass(frozen=True)
class _Call:
    view: Declaration
    whole: exp.Expr
    node: exp.Expr
    condition: str
    order: exp.Expr | None

    def arguments(self, count: int) -> list[str]:
        """The arguments, as many as there have to be."""
        if isinstance(self.node, exp.Anonymous):
            given = self.node.expressions
        else:
            given = [self.node.this, *(self.node.args.get("expressions") or [])]
            given = [one for one in given if one is not None]
        if len(given) != count or any(isinstance(one, exp.Distinct | exp.Star) for one in given):
            raise self.view.refuse(
                self.whole, f"{sql(self.whole)}: takes {count} plain argument{'s' * (count > 1)}"
            )
        return [sql(one) for one in given]

    def only(self, *more: str) -> str:
        """``filter (where ...)`` of the view's own condition and more; empty without any."""
        conditions = [f"({one})" for one in (self.condition, *more) if one]
        return f" filter (where {' and '.join(conditions)})" if conditions else ""

    def over(self, call: str) -> str:
        """An aggregate, over the rows that the view wants."""
        return f"{call}{self.only()}"

    def wanted(self, *more: str) -> str:
        """The condition of `only`, to stand alone."""
        return " and ".join(f"({one})" for one in (self.condition, *more) if one)


def _count(call: _Call) -> Aggregate:
    if isinstance(call.node.this, exp.Distinct):
        return _count_distinct(call)
    argument = sql(call.node.this) or "*"
    if call.node.args.get("expressions"):
        raise call.view.refuse(call.whole, f"{sql(call.whole)}: counts one expression")
    batch = call.over(f"count({argument})")
    column = Column(batch, "{old} + {new}", "coalesce(sum({column}), 0)::bigint")
    return Aggregate((column,), lambda c: c, batch)


def _count_distinct(call: _Call) -> Aggregate:
    given = call.node.this.expressions
    if len(given) != 1:
        raise call.view.refuse(call.whole, f"{sql(call.whole)}: counts one distinct expression")
    value = sql(given[0])
    hash_of = f"hashtextextended(views.text_of({value}), 0)"
    hashes = f"array_agg(distinct {hash_of}){call.only(f'({value}) is not null')}"
    column = Column(
        f"views.merge_hashes(null, {hashes})",
        "views.merge_hashes({old}, {new})",
        "views.union_hashes({column})",
    )
    return Aggregate(
        (column,),
        lambda c: f"views.distinct_count({c})",
        call.over(f"count(distinct {value})"),
        tolerance=DISTINCT_TOLERANCE,
    )


def _sum(call: _Call) -> Aggregate:
    [value] = call.arguments(1)
    batch = call.over(f"sum({value})")
    return Aggregate((Column(batch, SUM, "sum({column})"),), lambda c: c, batch)


def _avg(call: _Call) -> Aggregate:
    [value] = call.arguments(1)
    columns = (
        Column(call.over(f"sum({value})"), SUM, "sum({column})"),
        Column(call.over(f"count({value})"), "{old} + {new}", "sum({column})::bigint"),
    )
    return Aggregate(columns, lambda s, n: f"({s} / nullif({n}, 0)::numeric)", call.over(f"avg({value})"))


def _spread(function: str, root: bool, sample: bool) -> Callable[[_Call], Aggregate]:
    # As numeric the sums are exact, so the difference of two large ones loses nothing.
    def make_spread(call: _Call) -> Aggregate:
        [value] = call.arguments(1)
        number = f"({value})::text::numeric"  # all digits of a float, of which `::numeric` takes 15
        columns = (
            Column(call.over(f"count({value})"), "{old} + {new}", "sum({column})::numeric"),
            Column(call.over(f"sum({number})"), SUM, "sum({column})"),
            Column(call.over(f"sum({number} * {number})"), SUM, "sum({column})"),
        )

        def final(n: str, s: str, q: str) -> str:
            divisor = f"({n}::numeric * ({n} - 1))" if sample else f"({n}::numeric * {n})"
            variance = f"greatest(0, {n} * {q} - {s} * {s}) / nullif({divisor}, 0)"
            return f"sqrt({variance})" if root else f"({variance})"

        return Aggregate(columns, final, call.over(f"{function}({value})"), tolerance=1e-6, is_numeric=True)

    return make_spread


def _extreme(function: str, merge: str) -> Callable[[_Call], Aggregate]:
    def make_extreme(call: _Call) -> Aggregate:
        [value] = call.arguments(1)
        batch = call.over(f"{function}({value})")
        column = Column(batch, f"{merge}({{old}}, {{new}})", f"{function}({{column}})")
        return Aggregate((column,), lambda c: c, batch)

    return make_extreme


def _keyed(function: str, merge: str, direction: str, sign: str) -> Callable[[_Call], Aggregate]:
    # Where keys are the same the larger value is taken, so that the order of batches decides nothing.
    def make_keyed(call: _Call) -> Aggregate:
        key, value = call.arguments(2)
        order = f"order by {key} {direction}, {value} desc nulls last"
        first = f"(array_agg({value} {order}){call.only(f'({key}) is not null')})[1]"
        later = (
            f"case when {{new_first}} {sign} {{old_first}} or {{old_first}} is null then {{new}}"
            " when {new_first} = {old_first} then greatest({old}, {new}) else {old} end"
        )
        order_of = f"{{first}} {direction} nulls last, {{column}} desc nulls last"
        first_of = f"(array_agg({{column}} order by {order_of}))[1]"
        columns = (
            Column(call.over(f"{function}({key})"), f"{merge}({{old}}, {{new}})", f"{function}({{column}})"),
            Column(first, later, first_of),
        )
        return Aggregate(columns, lambda k, v: v, first)

    return make_keyed


def _first_values(call: _Call) -> Aggregate:
    [count] = call.arguments(1)
    value = sql(call.order)
    if not count.isdecimal() or not 0 < int(count) <= 1000:
        raise call.view.refuse(call.whole, f"{sql(call.whole)}: takes a number of values, 1 to 1000")
    batch = f"(array_agg({value} order by {value}){call.only(f'({value}) is not null')})[1:{count}]"
    merge = (
        "case when {old} is null then {new} when {new} is null then {old} else"
        f" array(select v from unnest({{old}} || {{new}}) as u (v) order by v limit {count}) end"
    )
    return Aggregate((Column(batch, merge, ""),), lambda c: c, batch, combinable=False)


def _percentile(call: _Call) -> Aggregate:
    [fraction] = call.arguments(1)
    try:
        valid = 0 <= float(fraction) <= 1
    except ValueError:
        valid = False
    if not valid:
        raise call.view.refuse(call.whole, f"{sql(call.whole)}: takes one fraction, 0 to 1")
    value = sql(call.order)
    elements = Elements(f"views.bucket_of(({value})::float8)", call.wanted(f"({value}) is not null"))

    def final(counted: str) -> str:
        return (
            "(select views.percentile(array_agg(e.element order by e.element),"
            f" array_agg(e.n order by e.element), {fraction}) from {counted} e)"
        )

    number = f"({value})::float8"
    exact = call.over(f"percentile_cont({fraction}) within group (order by {number})")
    # What lies between two values is off by as much as these are.
    ordered, count = call.over(f"array_agg({number} order by {number})"), call.over(f"count({number})")
    scale = ", ".join(
        f"abs(({ordered})[1 + {side}({fraction} * ({count} - 1))::integer])" for side in ("floor", "ceil")
    )
    return Aggregate((), final, exact, elements, PERCENTILE_TOLERANCE, f"greatest({scale})")


def _exact_count_distinct(call: _Call) -> Aggregate:
    [value] = call.arguments(1)
    elements = Elements(value, call.wanted(f"({value}) is not null"))
    return Aggregate(
        (),
        lambda counted: f"(select count(*) from {counted} e)",
        call.over(f"count(distinct {value})"),
        elements,
    )


def _topk(call: _Call) -> Aggregate:
    value, count = call.arguments(2)
    if not count.isdecimal() or not 0 < int(count) <= 1000:
        raise call.view.refuse(call.whole, f"{sql(call.whole)}: takes a number of values, 1 to 1000")
    elements = Elements(value, call.wanted(f"({value}) is not null"))

    def final(counted: str) -> str:
        return (
            "(select jsonb_agg(jsonb_build_object('value', e.element, 'frequency', e.n)"
            " order by e.n desc, e.element) from"
            f" (select element, n from {counted} c order by n desc, element limit {count}) e)"
        )

    values = f"array_agg({value}){call.only(f'({value}) is not null')}"
    return Aggregate((), final, f"views.top_of({values}, {count})", elements)


MAKERS: dict[str, Callable[[_Call], Aggregate]] = {
    "count": _count,
    "sum": _sum,
    "avg": _avg,
    "min": _extreme("min", "least"),
    "max": _extreme("max", "greatest"),
    "stddev": _spread("stddev", root=True, sample=True),
    "stddev_samp": _spread("stddev_samp", root=True, sample=True),
    "stddev_pop": _spread("stddev_pop", root=True, sample=False),
    "var_samp": _spread("var_samp", root=False, sample=True),
    "var_pop": _spread("var_pop", root=False, sample=False),
    "keyed_min": _keyed("min", "least", "asc", "<"),
    "keyed_max": _keyed("max", "greatest", "desc", ">"),
    "first_values": _first_values,
    "percentilecont": _percentile,
    "exact_count_distinct": _exact_count_distinct,
    "topk_agg": _topk,
}
ORDERED = ("first_values", "percentilecont")
KNOWN = (*(name for name in MAKERS if name != "percentilecont"), "percentile_cont", "variance")

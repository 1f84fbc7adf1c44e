"""Compiles an expression from the inside out: which parts there are, and who compiles each."""

import operator
import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from chronos.windows import conditions, functions, typed
from chronos.windows.parsing import TAKEN
from chronos.windows.typed import BOOLEAN, NULL, TEXT, Compile, Typed, refused

NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")

# Who compiles a part, and which arguments of it are understood; whatever else sqlglot finds is refused.
PARTS: dict[type[exp.Expr], tuple[Callable[[exp.Expr, Compile], Typed], tuple[str, ...]]] = {
    **dict.fromkeys((*conditions.EQUAL, *conditions.ORDER), (conditions.comparison, ("expression",))),
    **dict.fromkeys((exp.And, exp.Or), (conditions.connection, ("expression",))),
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ), (conditions.distinction, ("expression",))),
    **dict.fromkeys((exp.Like, exp.ILike), (conditions.likeness, ("expression",))),
    exp.Not: (conditions.negation, ()),
    exp.Is: (conditions.test, ("expression",)),
    exp.In: (conditions.membership, ("expressions",)),
    exp.Between: (conditions.between, ("low", "high")),
    **dict.fromkeys(
        (exp.JSONExtract, exp.JSONExtractScalar), (functions.json_part, ("expression", "only_json_types"))
    ),
    **dict.fromkeys((exp.Lower, exp.Upper), (functions.in_case, ())),
    exp.Collate: (functions.collated, ("expression",)),
    exp.DPipe: (functions.joined, ("expression", "safe")),
    exp.Length: (functions.length, ()),
    exp.Left: (functions.left, ("expression",)),
    exp.SplitPart: (functions.split_part, ("delimiter", "part_index")),
    exp.Coalesce: (functions.coalesce, ("expressions",)),
    exp.Nullif: (functions.nullif, ("expression",)),
    exp.Case: (functions.case, ("ifs", "default")),
    exp.Cast: (functions.cast, ("to",)),
}

# Before these `not` may stand without a node of its own.
NEGATED = (exp.Is, exp.In, exp.Between, exp.Like, exp.ILike)


class Compiler:
    """Compiles expressions over ``columns``, given with their types; ``event`` is None where it differs."""

    def __init__(self, event: str | None, columns: Mapping[str, str]) -> None:
        self._event = event
        self._columns = columns

    def compile(self, node: exp.Expr) -> Typed:
        """Compile a part of an expression; raise UnsupportedExpression where it is not taken."""
        if isinstance(node, exp.Paren):
            return self.compile(node.this)
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Literal | exp.Neg | exp.Boolean | exp.Null):
            return _constant(node)
        known = PARTS.get(type(node))
        if known is None:
            raise refused(node, f"not taken; {TAKEN}")
        function, understood = known
        negated = isinstance(node, NEGATED) and node.args.get("negate")
        for name, value in node.args.items():
            if value and name not in ("this", *understood) and not (negated and name == "negate"):
                raise refused(node, f"not taken with {name}; {TAKEN}")
        compiled = function(node, self.compile)
        return typed.strictly(BOOLEAN, operator.not_, compiled) if negated else compiled

    def _column(self, node: exp.Column) -> Typed:
        name = node.name if node.this.args.get("quoted") else node.name.lower()
        if name not in self._columns or node.table:
            raise refused(node, f"there is no such column: {', '.join(self._columns)}")
        kind = self._columns[name]
        if name == "metadata":
            return Typed(kind, lambda batch: list(batch.metadata))
        if name == "event_type" and self._event is not None:
            return typed.constant(kind, self._event)
        values = operator.attrgetter("wire_name" if name == "event_type" else name)
        return Typed(kind, lambda batch: list(map(values, batch.events)))


def _constant(node: exp.Expr) -> Typed:
    if isinstance(node, exp.Boolean):
        return typed.constant(BOOLEAN, bool(node.this))
    if isinstance(node, exp.Null):
        return typed.constant(NULL, None)
    if isinstance(node, exp.Literal) and node.is_string:
        return typed.constant(TEXT, node.this)
    digits = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(digits, exp.Literal) or digits.is_string:
        raise refused(node, "`-` stands before a number only")
    if not NUMBER.fullmatch(digits.this):
        raise refused(node, "write a number in digits, without an exponent")
    return typed.number(f"-{digits.this}" if isinstance(node, exp.Neg) else digits.this)

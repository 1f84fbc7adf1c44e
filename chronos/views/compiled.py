"""What Chronos makes of a view: a table of partial aggregates, the statement that adds a batch, the view.

A table of schema `views` has a row for each group (and, in a sliding window, for each step of time), by the
hash of the group, since texts may be too long for an index. Counted elements have a table each.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from chronos.views import risks, supported
from chronos.views.aggregates import Aggregate, Column, Elements, is_aggregate, make, sql
from chronos.views.declaration import Declaration
from chronos.views.streams import Stream, streams

FORMAT = 1  # of what is kept; raised where a view that was kept before has to be filled anew
NEXT = "__next"  # behind the name of a table that is fed while the view is filled
FILL = "__fill"  # behind that of one into which raw rows are summed up


@dataclass(frozen=True)
class Item:
    """A column of the view: its value out of the aggregates (``kept``), and of all rows (``exact``)."""

    name: str
    kept: str
    exact: str
    tolerance: float
    scale: str | None


@dataclass(frozen=True)
class Compiled:
    """A view, ready to be kept."""

    declaration: Declaration
    stream: Stream
    groups: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """The name of the view."""
        return self.declaration.name

    def relation(self, suffix: str = "") -> str:
        """The table of partial aggregates."""
        return f'views."{self.name}{suffix}"'

    def elements(self, suffix: str = "") -> Iterator[tuple[str, Elements]]:
        """The tables of counted elements; aggregates of the same elements share one."""
        for elements in dict.fromkeys(one.elements for one in self.aggregates if one.elements):
            yield self._element_table(elements, suffix), elements

    @property
    def fingerprint(self) -> str:
        """Differs where something else is declared, not where a comment does or the space between words."""
        return hashlib.sha256(f"{FORMAT} {self.declaration.words}".encode()).hexdigest()

    def replace(self, suffix: str) -> list[str]:
        """Statements that put the tables of ``suffix`` in the place of those without one."""
        new = ((relation, f'{relation[:-1]}{suffix}"') for relation in self.relations())
        return [f"alter table {fresh} rename to {relation.partition('.')[2]}" for relation, fresh in new]

    def relations(self, suffix: str = "") -> list[str]:
        """All its tables."""
        return [self.relation(suffix), *(name for name, _ in self.elements(suffix))]

    def create(self, suffix: str = "") -> list[str]:
        """Statements that make its tables."""
        source = self.rows()
        statements = [
            f"create table {self.relation(suffix)} as {self._batch(source)} limit 0",
            f"alter table {self.relation(suffix)} add primary key (key)",
        ]
        if self.declaration.sliding:
            statements.append(f"create index on {self.relation(suffix)} using brin (slot)")
        for name, elements in self.elements(suffix):
            statements += [
                f"create table {name} as {self._counted(source, elements)} limit 0",
                f"alter table {name} add primary key (key, element_key)",
            ]
        return statements

    def add(self, schema: str, metadata: str, suffix: str = "", where: str = "") -> list[str]:
        """Statements that add rows of ``schema``'s tables, all or those that pass ``where``."""
        source = self._source(schema, metadata)
        if where:
            source = f"select * from ({source}) e where {where}"
        statements = [self._upsert(self._batch(source), suffix)]
        for name, elements in self.elements(suffix):
            counted = self._counted(source, elements)
            statements.append(_add_elements(name, f"{counted} order by 1, 2"))
        return statements

    def take(self, suffix: str, into: str) -> list[str]:
        """Statements that add what the tables of ``suffix`` hold to those of ``into``."""
        columns = ", ".join(self._columns())
        statements = [self._upsert(f"select {columns} from {self.relation(suffix)}", into)]
        for (name, _), (other, _) in zip(self.elements(into), self.elements(suffix), strict=True):
            statements.append(
                _add_elements(name, f"select key, element_key, element, n from {other} order by 1, 2")
            )
        return statements

    def view(self, types: Sequence[str], suffix: str = "") -> str:
        """The statement that makes the view, or has it read other tables; ``types`` from `finished`."""
        return f"create or replace view public.{self.name} as {self.kept(types, suffix=suffix)}"

    def rows(self) -> str:
        """A query of the raw events of its stream."""
        return self._source("raw", "metadata")

    def finished(self) -> str:
        """A query whose columns are the columns of the view and its aggregates, for their types."""
        exact = [*(item.exact for item in self.items), *(one.exact for one in self.aggregates)]
        return f"select {', '.join(exact)} from ({self.rows()}) e{self._group_by()} limit 0"

    def kept(self, types: Sequence[str], hidden: bool = False, suffix: str = "") -> str:
        """A query of the view's columns out of what is kept, behind the groups if these are wanted, too.

        ``types`` as `finished` gives them.
        """
        items = [
            f"({item.kept})::{kind} as {quoted(item.name)}"
            for item, kind in zip(self.items, types, strict=False)
        ]
        # Each aggregate has its own type before it is reckoned with: whole numbers divide otherwise.
        finals = [
            f"({f'views.fraction_of({final})' if one.is_numeric and kind == 'float8' else final})::{kind}"
            for one, final, kind in zip(
                self.aggregates, self._finals(suffix), types[len(self.items) :], strict=True
            )
        ]
        groups = [f"t.g{number} as _g{number}" for number in range(1, len(self.groups) + 1)] if hidden else []
        rows = (
            self._merged(suffix)
            if self.declaration.sliding
            else f"select array[key] as keys, * from {self.relation(suffix)}"
        )
        named = [f"{final} as f{number}" for number, final in enumerate(finals, 1)]
        rows = f"select {', '.join(['t.*', *named])} from ({rows}) t"
        return f"select {', '.join([*groups, *items])} from ({rows}) t{self._not_expired()}"

    def probes(self, schema: str, metadata: str) -> Iterator[str]:
        """Queries that do with rows of ``schema``'s tables all that is done when they are added and read."""
        source = self._source(schema, metadata)
        yield self._batch(source)
        for _, elements in self.elements():
            yield self._counted(source, elements)
        yield self.exact(schema=schema, metadata=metadata)

    def exact(self, hidden: bool = False, schema: str = "raw", metadata: str = "metadata") -> str:
        """A query of the same columns out of all raw rows, by PostgreSQL's own aggregates.

        Hidden columns are the groups, and what the tolerance of an item is a part of (``_s`` and its number).
        """
        items = [f"{item.exact} as {quoted(item.name)}" for item in self.items]
        groups = [f"{one} as _g{number}" for number, one in enumerate(self.groups, 1)] if hidden else []
        if hidden:
            groups += [f"{item.scale} as _s{n}" for n, item in enumerate(self.items, 1) if item.scale]
        source = self._source(schema, metadata)
        if self.declaration.sliding:
            source = f"select * from ({source}) e where {self._slot()} > {self._horizon()}"
        query = f"select {', '.join([*groups, *items])} from ({source}) e{self._where()}{self._group_by()}"
        if not self.groups and not self.declaration.sliding:
            query += " having count(*) > 0"
        if ttl := self.declaration.ttl:
            query = f"select * from ({query}) x where x.{quoted(ttl.column)} > {_ago(ttl.age)}"
        return query

    def expire(self) -> list[str]:
        """Statements that delete what is past the window or the time to live; none where all is kept."""
        condition = self._expired()
        if not condition:
            return []
        gone = f"delete from {self.relation()} t using (select key from {self.relation()} t where {condition}"
        tables = [
            f"delete from {name} where key in (select key from {self.relation()} t where {condition})"
            for name, _ in self.elements()
        ]
        return [*tables, f"{gone} order by key for update) old where t.key = old.key"]

    def _source(self, schema: str, metadata: str) -> str:
        named = {column.name for column in self.declaration.select.find_all(exp.Column)}
        return self.stream.rows(schema, metadata, "metadata" in named)

    def _where(self) -> str:
        where = self.declaration.select.args.get("where")
        return f" where ({sql(_plain(where.this))})" if where else ""

    def _grouping(self) -> list[str]:
        return [*self.groups, *([self._slot()] if self.declaration.sliding else [])]

    def _group_by(self, slot: bool = False) -> str:
        by = self._grouping() if slot else self.groups
        return f" group by {', '.join(f'({one})' for one in by)}" if by else ""

    def _batch(self, source: str) -> str:
        groups = [f"{one} as g{number}" for number, one in enumerate(self.groups, 1)]
        slot = [f"{self._slot()} as slot"] if self.declaration.sliding else []
        partial = [f"{column.batch} as {name}" for name, column in self._partials()]
        rows = f"select {', '.join([*groups, *slot, *partial, 'count(*) as seen'])} from ({source}) e"
        rows += self._where() + self._group_by(slot=True)
        columns = [name for name in self._columns() if name != "key"]
        return f"select {self._key()} as key, {', '.join(columns)} from ({rows}) b where seen > 0"

    def _counted(self, source: str, elements: Elements) -> str:
        groups = [f"{one} as g{number}" for number, one in enumerate(self.groups, 1)]
        slot = [f"{self._slot()} as slot"] if self.declaration.sliding else []
        wanted = f"select {', '.join([*groups, *slot, f'{elements.value} as element'])} from ({source}) e"
        where = self._where()
        wanted += f"{where} and {elements.condition}" if where else f" where {elements.condition}"
        by = [f"g{number}" for number in range(1, len(self.groups) + 1)] + (["slot"] if slot else [])
        rows = f"select {', '.join([*by, 'element'])}, count(*) as n from ({wanted}) w"
        rows += f" group by {', '.join([*by, 'element'])}"
        return (
            f"select {self._key()} as key, md5(views.text_of(element))::uuid as element_key, element, n"
            f" from ({rows}) b"
        )

    def _upsert(self, rows: str, suffix: str) -> str:
        columns = ", ".join(self._columns())
        # In the order of the keys, so that two workers never wait for each other.
        return (
            f"insert into {self.relation(suffix)} as t ({columns})"
            f" select {columns} from ({rows}) n order by key"
            f" on conflict (key) do update set {', '.join(self._merges())}"
        )

    def _merges(self) -> Iterator[str]:
        yield "seen = t.seen + excluded.seen"
        for number, aggregate in enumerate(self.aggregates, 1):
            for place, column in enumerate(aggregate.columns, 1):
                name, first = f"a{number}_{place}", f"a{number}_1"
                merged = column.merge.format(
                    old=f"t.{name}",
                    new=f"excluded.{name}",
                    old_first=f"t.{first}",
                    new_first=f"excluded.{first}",
                )
                yield f"{name} = {merged}"

    def _finals(self, suffix: str) -> Iterator[str]:
        """The value of each aggregate out of what is kept."""
        for number, aggregate in enumerate(self.aggregates, 1):
            if aggregate.elements is None:
                columns = (f"t.a{number}_{place}" for place in range(1, len(aggregate.columns) + 1))
                yield aggregate.final(*columns)
            else:
                table = self._element_table(aggregate.elements, suffix)
                # In a window the same element is in several steps, and else only once.
                once = f"select element, n from {table} where key = t.keys[1]"
                several = (
                    f"select (array_agg(element))[1] as element, sum(n)::bigint as n from {table}"
                    " where key = any (t.keys) group by element_key"
                )
                yield aggregate.final(f"({several if self.declaration.sliding else once})")

    def _merged(self, suffix: str) -> str:
        groups = [f"g{number}" for number in range(1, len(self.groups) + 1)]
        unions = [
            f"{column.union.format(column=f'a{number}_{place}', first=f'a{number}_1')} as a{number}_{place}"
            for number, aggregate in enumerate(self.aggregates, 1)
            for place, column in enumerate(aggregate.columns, 1)
        ]
        by = f" group by {', '.join(groups)}" if groups else ""
        return (
            f"select {', '.join([*groups, 'array_agg(key) as keys', *unions])} from {self.relation(suffix)}"
            f" where slot > {self._horizon()}{by}"
        )

    def _partials(self) -> Iterator[tuple[str, Column]]:
        for number, aggregate in enumerate(self.aggregates, 1):
            for place, column in enumerate(aggregate.columns, 1):
                yield f"a{number}_{place}", column

    def _columns(self) -> list[str]:
        groups = [f"g{number}" for number in range(1, len(self.groups) + 1)]
        slot = ["slot"] if self.declaration.sliding else []
        return ["key", *groups, *slot, "seen", *(name for name, _ in self._partials())]

    def _key(self) -> str:
        groups = [f"views.text_of(g{number})" for number in range(1, len(self.groups) + 1)]
        slot = ["slot"] if self.declaration.sliding else []
        return f"md5(row({', '.join([*groups, *slot])})::text)::uuid"

    def _slot(self) -> str:
        sliding = self.declaration.sliding
        assert sliding
        step = f"interval '{sliding.width}' * {sliding.step_factor / 100}"
        return f"date_bin({step}, {quoted(sliding.column)}, timestamptz '2000-01-01 00:00:00+00')"

    def _horizon(self) -> str:
        sliding = self.declaration.sliding
        assert sliding
        return _ago(sliding.width)

    def _not_expired(self) -> str:
        ttl = self.declaration.ttl
        return f" where ({self._item(ttl.column).kept}) > {_ago(ttl.age)}" if ttl else ""

    def _expired(self) -> str:
        if self.declaration.sliding:
            return f"t.slot <= {self._horizon()}"
        ttl = self.declaration.ttl
        return f"({self._item(ttl.column).kept}) <= {_ago(ttl.age)}" if ttl else ""

    def _item(self, name: str) -> Item:
        return next(item for item in self.items if item.name == name)

    def _element_table(self, elements: Elements, suffix: str) -> str:
        number = 1 + [one.elements for one in self.aggregates].index(elements)
        return f'views."{self.name}__a{number}{suffix}"'


def same_group(one: str, other: str, groups: int) -> str:
    """A condition that the hidden columns of two rows are of one group, as `Compiled.kept` names them."""
    sides = (
        f"row({', '.join(f'views.text_of({side}._g{number})' for number in range(1, groups + 1))})::text"
        for side in (one, other)
    )
    return " = ".join(sides) if groups else "true"


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def _ago(interval: str) -> str:
    return f"views.present() - interval '{interval}'"


def _add_elements(table: str, rows: str) -> str:
    return (
        f"insert into {table} as t (key, element_key, element, n) {rows}"
        " on conflict (key, element_key) do update set n = t.n + excluded.n"
    )


def compile_view(declaration: Declaration) -> Compiled:
    """Make a view of a declaration; raise UnsupportedView for what cannot be kept, or is better not."""
    supported.check(declaration)
    risks.check(declaration)
    return _Compiler(declaration).compiled()


class _Compiler:
    """Collects the aggregates of a view, each once."""

    def __init__(self, view: Declaration) -> None:
        self._view = view
        self._groups = {sql(_plain(one)): number for number, one in enumerate(supported.groups(view), 1)}
        self._aggregates: dict[str, Aggregate] = {}

    def compiled(self) -> Compiled:
        view = self._view
        items = tuple(map(self._item, view.select.expressions))
        supported.check_names(view, [item.name for item in items])
        groups = tuple(self._groups)
        aggregates = tuple(self._aggregates.values())
        if view.sliding and not all(one.combinable for one in aggregates):
            raise view.refuse(view.select, "first_values is not supported in a sliding window")
        return Compiled(view, streams()[view.stream], groups, aggregates, items)

    def _item(self, selected: exp.Expr) -> Item:
        value = _plain(selected.unalias())
        used: list[Aggregate] = []

        def kept(node: exp.Expr) -> exp.Expr:
            if sql(node) in self._groups:
                return exp.var(f"t.g{self._groups[sql(node)]}")
            if _is_call(node):
                number, aggregate = self._number(node)
                used.append(aggregate)
                return exp.var(f"t.f{number}")
            if isinstance(node, exp.Column):
                raise self._view.refuse(selected, f"{sql(node)}: group by it, or aggregate it")
            return node

        def exact(node: exp.Expr) -> exp.Expr:
            return exp.var(self._number(node)[1].exact) if _is_call(node) else node

        return Item(
            supported.output_name(self._view, selected),
            sql(value.copy().transform(kept)),
            sql(value.copy().transform(exact)),
            sum(one.tolerance for one in used),
            f"greatest({', '.join(scales)})"
            if (scales := [one.scale for one in used if one.scale])
            else None,
        )

    def _number(self, node: exp.Expr) -> tuple[int, Aggregate]:
        text = sql(node)
        if text not in self._aggregates:
            self._aggregates[text] = make(node, self._view)
        return 1 + list(self._aggregates).index(text), self._aggregates[text]


def _is_call(node: exp.Expr) -> bool:
    return isinstance(node, exp.Filter | exp.WithinGroup) or is_aggregate(node)


def _plain(node: exp.Expr) -> exp.Expr:
    """Without the names of tables; functions that PostgreSQL lacks are those of schema `views`."""

    def plain(one: exp.Expr) -> exp.Expr:
        if isinstance(one, exp.Column) and one.table:
            return exp.column(one.this.copy())
        if isinstance(one, exp.Anonymous) and str(one.this).lower() == "time_bucket":
            one.set("this", "views.time_bucket")
        return one

    return node.copy().transform(plain)

"""Views made at random from what is supported, and the same queries in plain SQL."""

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import asyncpg
from databases import execute
from messages import Received
from plain import EVENTS

from chronos.views.compiled import Compiled, compile_view
from chronos.views.declaration import parse

VIEWS = 24
TEXTS = {
    "clicks": "target_node",
    "pageviews": "title",
    "web_vitals": "name",
    "events": "event_type",
    "errors": "message",
}
NUMBERS = {
    "clicks": ["x", "y", "buttons"],
    "pageviews": ["length(title)"],
    "web_vitals": ["value"],
    "events": ["length(event_type)"],
    "errors": ["line_number", "length(message)"],
}
BUCKET = "date_bin('7 hours', event_time, '2000-01-03Z')"
PERCENTILE, FLOAT, STEP = 0.0101, 1e-6, "2000-01-01Z"

Aggregate = Callable[[str], str]


@dataclass
class Made:
    """A view, the same query in plain SQL, and the fractions of its percentiles by column.

    In plain SQL a percentile's column has all values, sorted.
    """

    view: Compiled
    plain: str
    percentiles: dict[str, float]


def groups(rng: random.Random, text: str) -> list[tuple[str, str]]:
    """Expressions to group by, as the view has them and in plain SQL."""
    known = [
        text,
        f"lower({text})",
        f"coalesce({text}, 'none')",
        f"split_part({text}, 'u', 1)",
        "metadata ->> 'uuid'",
        "metadata -> 'nothing'",
        "date_trunc('hour', event_time)",
        "date_trunc('day', time)",
        "date_trunc('day', event_time at time zone 'America/New_York')",
        f"case when length({text}) > 3 then 'long' else 'short' end",
        f"length({text}) * 1.50",
    ]
    both = [*((one, one) for one in known), ("time_bucket('7 hours', event_time)", BUCKET)]
    return rng.sample(both, rng.choice([0, 1, 1, 2, 3]))


def aggregates(
    rng: random.Random, text: str, numbers: list[str], sliding: bool
) -> list[tuple[Aggregate, Aggregate, float | None]]:
    """Aggregates that take a condition, as the view has them and in plain SQL; a percentile's fraction."""
    x, fraction = rng.choice(numbers), rng.choice([0, 0.25, 0.5, 0.99, 1])
    same = [
        "count(*){f}",
        f"count({text}){{f}}",
        "count(distinct metadata ->> 'uuid'){f}",
        f"sum({x}){{f}}",
        f"avg({x}){{f}}",
        f"min({x}){{f}}",
        f"max({text}){{f}}",
        f"stddev({x}){{f}}",
        f"stddev_pop({x}){{f}}",
        f"var_pop({x}){{f}}",
        f"variance({x}){{f}}",
        f"sum({x}){{f}} / nullif(count(*), 0)",
        f"round(avg({x})::numeric, 2) + max({x}){{f}}::numeric",
    ]
    special = [
        (f"exact_count_distinct(coalesce({text}, '')){{f}}", f"count(distinct coalesce({text}, '')){{f}}"),
        (f"topk_agg({text}, 3){{f}}", f"plain.top(array_agg({text}){{f}})"),
        (
            f"keyed_min(event_time, {text}){{f}}",
            f"(array_agg({text} order by event_time, {text} desc){{f}})[1]",
        ),
        (
            f"keyed_max({x}, {text}){{f}}",
            f"(array_agg({text} order by {x} desc nulls last, {text} desc){{f}})[1]",
        ),
    ]
    if not sliding:
        special.append(
            (
                f"first_values(3) within group (order by {text}){{f}}",
                f"(array_agg({text} order by {text}){{f}})[1:3]",
            )
        )
    known: list[tuple[str, str, float | None]] = [
        *((one, one, None) for one in same),
        *((view, plain, None) for view, plain in special),
        (
            f"percentile_cont({fraction}) within group (order by {x}){{f}}",
            f"array_agg({x}::float8 order by {x}){{f}}",
            fraction,
        ),
    ]
    return [
        (_with(view), _with(plain), fraction)
        for view, plain, fraction in rng.sample(known, rng.randint(1, 5))
    ]


def _with(text: str) -> Aggregate:
    return lambda condition: text.replace("{f}", condition)


def made(rng: random.Random, number: int) -> Made:
    stream = rng.choice(list(TEXTS))
    x = rng.choice(NUMBERS[stream])
    by, options, where = groups(rng, TEXTS[stream]), ["action = materialize"], []
    sliding, around = rng.random() < 0.3, ""
    if sliding:
        column = rng.choice(["event_time", "arrival_timestamp", "client_time"])
        width, factor = rng.choice(["90 seconds", "3 hours", "10 days"]), rng.choice([None, 1, 12.5, 50])
        options += [f"sw = '{width}'", f"sw_column = '{column}'"]
        options += [f"step_factor = {factor}"] if factor else []
        step = f"interval '{width}' * {(factor or 5) / 100}"
        where.append(f"date_bin({step}, {column}, '{STEP}') > {{present}} - interval '{width}'")
    elif (hour := "date_trunc('hour', event_time)") in (views := [view for view, _ in by]):
        options += ["ttl = '20 hours'", f"ttl_column = 'g{views.index(hour)}'"]
        around = f" where g{views.index(hour)} > {{present}} - interval '20 hours'"
    condition = rng.choice(["", f"{x} > 2"])
    columns: tuple[list[str], list[str]] = ([], [])
    percentiles = {}
    for place, both in enumerate(by):
        for side, text in zip(columns, both, strict=True):
            side.append(f"{text} as g{place}")
    for place, (view, plain, fraction) in enumerate(aggregates(rng, TEXTS[stream], NUMBERS[stream], sliding)):
        only = rng.choice(["", "", f" filter (where {x} > 5)", " filter (where metadata ->> 'uuid' < 'v')"])
        for side, of in zip(columns, (view, plain), strict=True):
            side.append(f"{of(only)} as a{place}")
        if fraction is not None:
            percentiles[f"a{place}"] = fraction
    text = (
        f"create view v{number} with ({', '.join(options)}) as\nselect {', '.join(columns[0])}\nfrom {stream}"
    )
    text += f"\nwhere {condition}" if condition else ""
    text += f"\ngroup by {', '.join(view for view, _ in by)}" if by else ""
    where += [condition] if condition else []
    plain_query = f"select {', '.join(columns[1])} from plain.{stream}"
    plain_query += f" where {' and '.join(where)}" if where else ""
    plain_query += f" group by {', '.join(plain for _, plain in by)}" if by else ""
    if not by and not sliding:
        plain_query += " having count(*) > 0"  # a row of nothing is not kept before there is an event
    return Made(
        compile_view(parse(text, f"v{number}.sql")), f"select * from ({plain_query}) q{around}", percentiles
    )


def parts(rng: random.Random, messages: list[Received]) -> Iterator[list[Received]]:
    """A batch cut at random places, each part in the order of a consumer."""
    ordered = sorted(messages, key=lambda message: (message.partition, message.offset))
    while ordered:
        size = rng.randint(1, len(ordered))
        yield ordered[:size]
        ordered = ordered[size:]


async def add_plain_streams(database: str) -> None:
    """Schema `plain`: each stream as a relation, and what PostgreSQL has no aggregate for."""
    relations = {name: name for name in TEXTS if name != "events"} | {"events": f"({EVENTS})"}
    await execute(
        database,
        "create schema plain",
        "create function plain.top(v text[]) returns jsonb language sql as $$ select jsonb_agg("
        " jsonb_build_object('value', v, 'frequency', n) order by n desc, v) from (select v, count(*) n from"
        " unnest(v) u (v) where v is not null group by v order by count(*) desc, v limit 3) t $$",
        *(
            f"create view plain.{name} as select *, time as arrival_timestamp from {source} e"
            for name, source in relations.items()
        ),
    )


def same(kept: Any, plain: Any) -> bool:
    """Whether two values are equal, as far as floating point goes."""
    if isinstance(kept, float | Decimal) and plain is not None:
        return math.isclose(float(kept), float(plain), rel_tol=FLOAT, abs_tol=FLOAT)
    return bool(kept == plain)


def near(kept: float | None, values: list[float | None] | None, fraction: float) -> bool:
    """Whether a percentile is off by no more than the sketch's bound from that of sorted values."""
    known = [value for value in values or () if value is not None]
    if not known or kept is None:
        return not known and kept is None
    place = fraction * (len(known) - 1)
    low, high = known[math.floor(place)], known[math.ceil(place)]
    exact = low + (high - low) * (place - math.floor(place))
    return abs(kept - exact) <= PERCENTILE * max(abs(low), abs(high)) + 1e-9


def differences(one: Made, kept: list[asyncpg.Record], plain: list[asyncpg.Record]) -> list[Any]:
    """Rows that differ, or are on one side only."""

    def by_group(rows: list[asyncpg.Record]) -> Mapping[Any, asyncpg.Record]:
        return {tuple(value for name, value in row.items() if name.startswith("g")): row for row in rows}

    ours, theirs = by_group(kept), by_group(plain)
    assert (len(ours), len(theirs)) == (len(kept), len(plain))
    found: list[Any] = [(ours.get(key), theirs.get(key)) for key in ours.keys() ^ theirs.keys()]
    for key in ours.keys() & theirs.keys():
        for name, value in ours[key].items():
            fraction, other = one.percentiles.get(name), theirs[key][name]
            if not (same(value, other) if fraction is None else near(value, other, fraction)):
                found.append((key, name, value, other))
    return found

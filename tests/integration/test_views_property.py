"""Views made at random from what is supported: fed batch by batch they are what all rows at once make."""

import random
from collections.abc import Iterator

from messages import NOW_MS, TOPIC, Received, execute, raw_events, write
from visits import visits

from chronos.settings.sections import Limits
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.views.checking import compare
from chronos.views.compiled import Compiled, compile_view
from chronos.views.declaration import parse
from chronos.views.filling import Filler

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


def groups(rng: random.Random, text: str) -> list[str]:
    known = [
        text,
        f"lower({text})",
        f"coalesce({text}, 'none')",
        f"split_part({text}, 'u', 1)",
        "metadata ->> 'uuid'",
        "metadata -> 'nothing'",
        "date_trunc('hour', event_time)",
        "date_trunc('day', time)",
        "time_bucket('7 hours', event_time)",
        f"case when length({text}) > 3 then 'long' else 'short' end",
        f"length({text}) * 1.50",
    ]
    return rng.sample(known, rng.choice([0, 1, 1, 2, 3]))


def aggregates(rng: random.Random, text: str, numbers: list[str], sliding: bool) -> list[str]:
    x = rng.choice(numbers)
    known = [
        "count(*)",
        f"count({text})",
        "count(distinct metadata ->> 'uuid')",
        f"sum({x})",
        f"avg({x})",
        f"min({x})",
        f"max({text})",
        f"stddev({x})",
        f"stddev_pop({x})",
        f"var_pop({x})",
        f"variance({x})",
        f"sum({x}) / nullif(count(*), 0)",
        f"round(avg({x})::numeric, 2) + max({x})::numeric",
        f"exact_count_distinct(coalesce({text}, ''))",
        f"topk_agg({text}, 3)",
        f"keyed_min(event_time, {text})",
        f"keyed_max({x}, {text})",
        f"percentile_cont({rng.choice([0, 0.25, 0.5, 0.99, 1])}) within group (order by abs({x}))",
    ]
    if not sliding:
        known.append(f"first_values(3) within group (order by {text})")
    filters = ["", "", f" filter (where {x} > 5)", " filter (where metadata ->> 'uuid' is not null)"]
    # A condition belongs to the aggregate itself, not to an expression of some.
    return [
        one + (rng.choice(filters) if one.count("(") == 1 else "")
        for one in rng.sample(known, rng.randint(1, 5))
    ]


def declared(rng: random.Random, number: int) -> Compiled:
    stream = rng.choice(list(TEXTS))
    by, options = groups(rng, TEXTS[stream]), []
    sliding = rng.random() < 0.3
    if sliding:
        column = rng.choice(["event_time", "arrival_timestamp", "client_time"])
        options = [f"sw = '{rng.choice(['90 seconds', '3 hours', '10 days'])}'", f"sw_column = '{column}'"]
        options += rng.choice([[], [f"step_factor = {rng.choice([1, 12.5, 50])}"]])
    elif (hour := "date_trunc('hour', event_time)") in by:
        options = ["ttl = '20 hours'", f"ttl_column = 'g{by.index(hour)}'"]
    selected = [f"{one} as g{place}" for place, one in enumerate(by)]
    wanted = aggregates(rng, TEXTS[stream], NUMBERS[stream], sliding)
    selected += [f"{one} as a{place}" for place, one in enumerate(wanted)]
    text = f"create view v{number} with ({', '.join(['action = materialize', *options])}) as\n"
    text += f"select {', '.join(selected)}\nfrom {stream}\n"
    text += rng.choice(["", f"where {rng.choice(NUMBERS[stream])} > 2\n"])
    return compile_view(parse(text + (f"group by {', '.join(by)}" if by else ""), f"v{number}.sql"))


def parts(rng: random.Random, messages: list[Received]) -> Iterator[list[Received]]:
    """A batch cut at random places, each part in the order of a consumer."""
    ordered = sorted(messages, key=lambda message: (message.partition, message.offset))
    while ordered:
        size = rng.randint(1, len(ordered))
        yield ordered[:size]
        ordered = ordered[size:]


async def test_batch_by_batch_is_what_all_at_once_is(database: str, rng: random.Random) -> None:
    views = [declared(rng, number) for number in range(VIEWS)]
    await Filler(database, TOPIC).install(views)
    raw, sinks = raw_events(database), [KeptViews(database, TOPIC, Limits()) for _ in range(2)]
    sent: list[Received] = []
    for batch in visits(rng, batches=5):
        await write(raw, batch)
        for part in parts(rng, batch):
            sink = rng.choice(sinks)
            await sink.write([sink.read(message) for message in part], {})
            if rng.random() < 0.2:
                await sink.close()  # a new connection
        sent += batch
        again = next(parts(rng, rng.sample(sent, len(sent) // 2)))
        assert (await sinks[0].write([sinks[0].read(message) for message in again], {})).stored == 0
    for minutes in (0, 31, 60 * 21):
        present = f"to_timestamp({NOW_MS / 1000 + minutes * 60})::text"
        name = database.rpartition("/")[2]
        await execute(
            database,
            "do $$ begin execute format("
            f"'alter database %I set chronos.present = %L', '{name}', {present}); end $$",
        )
        for view in views:
            found = await compare(database, TOPIC, view)
            assert not found.different, (minutes, view.declaration.text, found.differences[:2])
    for sink in (raw, *sinks):
        await sink.close()

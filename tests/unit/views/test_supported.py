"""What a view may say: what cannot be kept is refused, with the line on which it stands."""

import re
from collections.abc import Callable

import pytest

from chronos.views.compiled import compile_view
from chronos.views.declaration import parse


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("select x, count(*) from clicks group by x having count(*) > 1", "having"),
        ("select count(*) from clicks c join pageviews p on true", "a join"),
        ("select count(*) from nothing", "there is no stream nothing"),
        ("select nope, count(*) from clicks group by 1", "has no column nope"),
        ("select x, count(*) from clicks", "group by it, or aggregate it"),
        ("select string_agg(text, ',') as t from clicks", "not supported"),
        ("select now() as n, count(*) from clicks group by 1", "not supported"),
        ("select random() as n, count(*) from clicks group by 1", "not supported"),
        ("select row_number() over () as n from clicks", "window functions"),
        ("select sum(target_node::integer) as n from clicks", "guard it"),
        ("select sum((metadata->>'n')::int) as n from clicks", "guard it"),
        ("select exact_count_distinct(metadata->>'uuid') from clicks", "every value is null"),
        ("select sum(x) / count(*) as n from clicks", "divide by zero"),
        ("select count(*), count(*) from clicks", "two columns"),
        ("select count(*) + 1 from clicks", "give it a name"),
        ("select * from clicks", "name the columns"),
        ("select count(*) from (select 1) x", "one stream"),
        ("select count( from clicks", "not SQL"),
    ],
)
def test_what_is_not_supported_is_refused_with_its_line(
    refusal: Callable[[str], str], text: str, reason: str
) -> None:
    said = refusal(f"-- A view.\n\ncreate view own as\n{text};\n")
    assert re.match(r"own.sql:[345]: ", said), said
    assert reason in said


@pytest.mark.parametrize(
    "text",
    [
        "select event_type, date_trunc('hour', event_time) as hour, count(*) from events group by 1, 2",
        "select event_type as t, count(*) from events group by t",
        "select metadata->>'uuid' as u, max(x) - min(x) as width from clicks group by metadata->>'uuid'",
        "select c.target_node, count(*) filter (where c.x between 1 and 9) as n from clicks c group by 1",
        "select time_bucket('15 minutes', event_time) as t, avg(value) from web_vitals group by 1",
        "select case when title > '' then lower(title) else '-' end as t, count(*) from pageviews group by 1",
        "select percentile_cont(0.9) within group (order by value) as p from web_vitals",
        "select topk_agg(target_node, 10) as top, keyed_max(event_time, target_node) as last from clicks",
        "select coalesce(substring(url from '//([^/]+)'), '') as host, count(*) from pageviews group by 1",
    ],
)
def test_what_is_supported_is_compiled(text: str) -> None:
    view = compile_view(parse(f"create view own as {text}", "own.sql"))
    assert len(view.items) == len(view.declaration.select.expressions)
    assert (
        view.fingerprint == compile_view(parse(f"-- Said.\ncreate view own as\n{text}", "o.sql")).fingerprint
    )

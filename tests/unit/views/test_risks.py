"""What would crash a worker of PipelineDB or lose a batch is named before it can."""

from collections.abc import Callable

import pytest

from chronos.errors import UnsupportedView
from chronos.views import risks
from chronos.views.declaration import parse


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("exact_count_distinct(referrer)", "exact_count_distinct(referrer)"),
        ("exact_count_distinct(metadata->>'uuid')", "every value is null"),
        ("set_agg(referrer)", "coalesce(referrer, '')"),
        ("string_agg(referrer, ',')", "every value is null"),
        ("exact_count_distinct(coalesce(referrer, metadata->>'x'))", "every value is null"),
        ("sum(title::integer)", "guard it"),
        ("max((metadata->>'n')::numeric)", "guard it"),
        ("count(*) / sum(length(title))", "nullif"),
        ("sum(length(title) % count(*))", "nullif"),
        ("count(*) / 0", "nullif"),
        ("count(*) / nullif(length(title), 5)", "nullif"),
        ("count(*) / 'a'", "nullif"),
        ("div(count(*), sum(length(title)))", "nullif"),
        ("count(*) filter (where (metadata->>'n')::int > 5)", "guard it"),
        ("sum(case when (metadata->>'n')::int > 5 then 1 end)", "guard it"),
        ("sum(case when true then title::int end)", "guard it"),
        ("sum(case when url ~ '^[0-9]+$' then title::int end)", "guard it"),
        ("sum(case when title ~ '^[0-9]+$' then 1 else title::int end)", "guard it"),
        ("sum(length(title)::smallint)", "guard it"),
        ("max(case when title ~ '[0-9]' then title::int end)", "~ '^[0-9]{1,9}$'"),
        ("max(case when title ~ '^[0-9]+$' then title::int end)", "guard it"),
        ("max(case when title ~ '^[0-9]{1,10}$' then title::int end)", "guard it"),
        ("max(case when title ~ '^[0-9.]{1,9}$' then title::numeric end)", "([.][0-9]{1,9})?"),
        ("max(case when title between '0' and '9' then title::int end)", "guard it"),
        ("max(case when title ~ '^[0-9]{1,9}$' then title::uuid end)", "[0-9a-f]{8}"),
        ("bool_or(case when title ~ '^[a-z]+$' then title::boolean end)", "in ('true', 'false')"),
        ("max(case when title ~ '^[0-9]{8}$' then title::date end)", "keep it as text"),
    ],
)
def test_a_risk_is_named(item: str, said: str) -> None:
    with pytest.raises(UnsupportedView, match=r"^own\.sql:2: ") as caught:
        risks.check(parse(f"create view own as\nselect {item} as n from pageviews", "own.sql"))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "exact_count_distinct(url) as n from pageviews",
        "exact_count_distinct(coalesce(referrer, '')) as n from pageviews",
        "exact_count_distinct(referrer) as n from pageviews where length(url) > 3 and referrer is not null",
        "exact_count_distinct(event_time) as n from pageviews",
        "sum(case when title ~ '^[0-9]{1,9}$' then title::integer end) as n from pageviews",
        "sum(title::integer) filter (where title ~ '^[0-9]{1,9}$') as n from pageviews",
        "avg(x)::integer as n from clicks",
        "sum(case when x between -1e9 and 1e9 then x::integer end) as n from clicks",
        "sum(title::integer) as n from pageviews where title ~ '^[0-9]{1,9}$' and url <> ''",
        "max(event_time::date) as n from pageviews",
        "max(case when title ~ '^-?[0-9]{1,9}$' then title::int end) as n from pageviews",
        "max(case when title ~ '^\\d{1,18}$' then title::bigint end) as n from pageviews",
        "max(case when title ~ '^[0-9]{1,9}([.][0-9]{1,4})?$' then title::numeric end) as n from pageviews",
        "max(case when title ~ '^[0-9]{1,9}([.][0-9]{1,4})?$' then title::float8 end) as n from pageviews",
        "max(case when title ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then title::uuid end) as n"
        " from pageviews",
        "count(*) filter (where case when title in ('true', 'false') then title::boolean end) as n"
        " from pageviews",
        "max(x::text) as n from clicks",
        "sum(length(title)) / nullif(count(*), 0) as n from pageviews",
        "sum(length(title)) / 2.5 as n from pageviews",
    ],
)
def test_what_is_guarded_passes(query: str, refusal: Callable[[str], str]) -> None:
    risks.check(parse(f"create view own as select {query}", "own.sql"))


def test_a_fraction_may_be_too_large_for_a_whole_number(refusal: Callable[[str], str]) -> None:
    assert "guard it" in refusal("create view own as select sum(x::integer) as n from clicks")

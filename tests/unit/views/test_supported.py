"""What a view may say: what cannot be kept is refused, with the line on which it stands."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from chronos.errors import UnsupportedView
from chronos.views import catalog
from chronos.views.compiled import compile_view
from chronos.views.declaration import parse
from chronos.views.supported import SCALAR


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
        (
            "select date_trunc(target_node, time) as t, count(*) from clicks group by 1",
            "takes a unit in quotes",
        ),
        ("select time_bucket(target_node, time) as t, count(*) from clicks group by 1", "interval in quotes"),
        ("select max(target_node::regclass) as r from clicks", "not supported"),
        ("select max(target_node::inet) as r from clicks", "not supported"),
        ("select max(target_node::interval) as r from clicks", "not supported"),
        ("select count(*) filter (where time > 'now') as n from clicks", "another time whenever"),
        (
            "select count(*) filter (where x > 1 and 'today'::timestamptz < time) as n from clicks",
            "another time",
        ),
        ('select count(*) as "order" from clicks', "cannot be called order"),
        ("select max(time at time zone target_node) as t from clicks", "takes a time zone in quotes"),
        ("select count(*) as _n from clicks", "cannot be called _n"),
        ("select exact_count_distinct() as n from clicks", "takes 1 plain argument"),
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
        "select target_node /* the element */, count(*) from clicks group by target_node",
        "select count(*) filter (where key = 'now') as n, max(time - interval '1 day') as t from key_presses",
        "select date_trunc('day', time at time zone 'Europe/Berlin') as d, count(*) from clicks group by 1",
        "select coalesce(substring(url from '//([^/]+)'), '') as host, count(*) from pageviews group by 1",
    ],
)
def test_what_is_supported_is_compiled(text: str) -> None:
    view = compile_view(parse(f"create view own as {text}", "own.sql"))
    assert len(view.items) == len(view.declaration.select.expressions)
    assert (
        view.fingerprint == compile_view(parse(f"-- Said.\ncreate view own as\n{text}", "o.sql")).fingerprint
    )


def test_whatever_the_parser_meets_is_about_the_file() -> None:
    deep = "(" * 500 + "x" + ")" * 500
    with pytest.raises(UnsupportedView, match=r"own\.sql:1: it cannot be read"):
        catalog.compiled(f"create view own as select sum({deep}) as s from clicks", "own.sql")


def test_files_that_no_text_should_be(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"create view a as select count(*) from clicks where target_node = '\0'")
    (tmp_path / "b.sql").write_bytes(b"\xff\xfe")
    (tmp_path / "c.sql").write_text("create view c as select count(*) from clicks")
    views, wrong = catalog.readable(sorted(tmp_path.glob("*.sql")))
    assert [view.name for view in views] == ["c"]
    assert ["NUL" in str(wrong[0]), "cannot be read" in str(wrong[1])] == [True, True]


@pytest.mark.parametrize("name", ["pg_roles", "catalog", "ahead", "own__next", "clicks", "events"])
def test_names_that_are_taken_are_refused(refusal: Callable[[str], str], name: str) -> None:
    assert "is taken" in refusal(f"create view {name} as select count(*) from clicks")


def test_a_name_is_as_long_as_the_server_has_it(refusal: Callable[[str], str]) -> None:
    assert "at most 40 bytes" in refusal(f"create view {'é' * 21} as select count(*) from clicks")


def test_the_docs_name_every_function() -> None:
    page = (Path(__file__).parents[3] / "docs" / "views.md").read_text()
    assert [name for name in SCALAR if f"`{name}`" not in page] == []

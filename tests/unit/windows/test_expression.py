"""Expressions of window views: what they give, and what of them is refused."""

from dataclasses import dataclass
from typing import Any

import pytest

from chronos.errors import UnsupportedExpression
from chronos.models.events import EVENT_TYPES
from chronos.models.structs import event_structs
from chronos.windows.expression import columns_of, compile_keys

STRUCTS = event_structs(65_536)
METADATA = {"uuid": "v1", "n": 100.0, "list": ["a", None, {"b": True}], "nothing": None}


@dataclass
class View:
    event: str | None
    key: str
    filter: str | None = None


def made(kind: str, *values: Any) -> Any:
    return STRUCTS[kind](*values)


PAGEVIEW = made("pageviews", "http://shop/a?b", "Żółty Shop", 5.0)
CLICK = made("clicks", "A#buy", 3, 1.5, -2.0, 5.0, None)
LINK = made("link_clicks", "Buy", "/buy", 5.0, True, False)
ORDER = made("custom_events", "order", {"total": 1e30, "items": [{"sku": "x-1"}], "off": -0.0}, 5.0)


def key(event: Any, text: str, condition: str | None = None) -> str | None:
    [found] = compile_keys(View(event.wire_name, text, condition))([event], [METADATA])
    return found


@pytest.mark.parametrize(
    ("event", "text", "expected"),
    [
        (PAGEVIEW, "url", "http://shop/a?b"),
        (PAGEVIEW, "URL", "http://shop/a?b"),
        (PAGEVIEW, '"url"', "http://shop/a?b"),
        (PAGEVIEW, "referrer", None),
        (PAGEVIEW, "event_type", "pageviews"),
        (PAGEVIEW, "'it''s \\'", "it's \\"),
        (PAGEVIEW, "split_part(split_part(url, '?', 1), '/', 4)", "a"),
        (PAGEVIEW, "split_part(url, '?', 3)", ""),
        (PAGEVIEW, "left(url, 4) || '!'", "http!"),
        (PAGEVIEW, "left(url, -2)", "http://shop/a"),
        (PAGEVIEW, "coalesce(referrer, title, 'none')", "Żółty Shop"),
        (PAGEVIEW, "nullif(title, 'Żółty Shop')", None),
        (PAGEVIEW, "'x' || referrer", None),
        (PAGEVIEW, 'lower(title collate "C")', "Żółty shop"),
        (PAGEVIEW, 'upper(title collate "C")', "ŻółTY SHOP"),
        (PAGEVIEW, "length(title)::text", "10"),
        (PAGEVIEW, " || ".join(["'a'"] * 49), "a" * 49),
        (PAGEVIEW, "(title = 'x')::text", "false"),
        (PAGEVIEW, "case when referrer is null then 'direct' else 'other' end", "direct"),
        (PAGEVIEW, "case title when 'x' then 'y' end", None),
        (PAGEVIEW, "-- what follows\nurl -- is it", "http://shop/a?b"),
        (PAGEVIEW, "metadata ->> 'uuid'", "v1"),
        (PAGEVIEW, "metadata ->> 'n'", "100.0"),
        (PAGEVIEW, "metadata ->> 'nothing'", None),
        (PAGEVIEW, "metadata ->> 'missing'", None),
        (PAGEVIEW, "metadata -> 'list' ->> 0", "a"),
        (PAGEVIEW, "metadata -> 'list' -> -1 ->> 'b'", "true"),
        (PAGEVIEW, "metadata ->> 'list'", '["a", null, {"b": true}]'),
        (CLICK, "buttons::text", "3"),
        (CLICK, "text", None),
        (LINK, "outbound::text || download::text", "truefalse"),
        (ORDER, "properties ->> 'total'", "1" + "0" * 30),
        (ORDER, "properties ->> 'off'", "0.0"),
        (ORDER, "properties -> 'items' -> 0 ->> 'sku'", "x-1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_key_is(event: Any, text: str, expected: str | None) -> None:
    assert key(event, text) == expected


@pytest.mark.parametrize(
    ("event", "text", "passes"),
    [
        (CLICK, "x > 1", True),
        (CLICK, "x = 1.5 and y < -1.5", True),
        (CLICK, "x >= buttons", False),
        (CLICK, "buttons between 3 and 4", True),
        (CLICK, "buttons not between 3 and 4", False),
        (CLICK, "text = 'a'", None),
        (CLICK, "text <> 'a'", None),
        (CLICK, "text is null", True),
        (CLICK, "text is not null", False),
        (CLICK, "not text = 'a'", None),
        (CLICK, "text = 'a' or x > 1", True),
        (CLICK, "text = 'a' or x < 1", None),
        (CLICK, "text = 'a' and x < 1", False),
        (CLICK, "text is distinct from 'a'", True),
        (CLICK, "text is not distinct from null", True),
        (CLICK, "(text = 'a') is not true", True),
        (CLICK, "target_node in ('A', 'A#buy')", True),
        (CLICK, "target_node not in ('A', null)", None),
        (CLICK, "target_node like 'A#%'", True),
        (CLICK, "target_node not like '_#b_y'", False),
        (CLICK, "target_node collate \"C\" ilike 'a#B%'", True),
        (CLICK, "target_node collate \"C\" < 'B'", True),
        (CLICK, "metadata -> 'nothing' is null", False),
        (CLICK, "metadata -> 'missing' is null", True),
        (LINK, "outbound", True),
        (LINK, "not outbound or download", False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_filter_lets_pass_what_is_true(event: Any, text: str, passes: bool | None) -> None:
    assert key(event, "event_type", text) == (event.wire_name if passes else None)
    assert key(event, "event_type", f"({text}) is null") == (event.wire_name if passes is None else None)


def test_events_of_every_type_have_their_type_and_their_metadata() -> None:
    keys = compile_keys(View(None, "event_type || (metadata ->> 'uuid')"))
    assert keys([CLICK, LINK], [{"uuid": "1"}, {}]) == ["clicks1", None]


def test_a_long_key_is_cut() -> None:
    page = made("pageviews", "ż" * 1001, "", 5.0)
    assert key(page, "url") == "ż" * 1000
    assert key(page, "url || url", "true") == "ż" * 1000


@pytest.mark.parametrize(
    ("text", "condition", "needs"),
    [
        ("url", None, False),
        ("metadata ->> 'uuid'", None, True),
        ("url", "METADATA ->> 'uuid' = 'x'", True),
    ],
)
def test_it_is_known_whether_the_metadata_is_needed(text: str, condition: str | None, needs: bool) -> None:
    assert compile_keys(View("pageviews", text, condition)).needs_metadata is needs


@pytest.mark.parametrize("event", EVENT_TYPES)
def test_every_column_can_be_named(event: str) -> None:
    for name in columns_of(event):
        compile_keys(View(event, "event_type", f"{name} is not null"))


def test_a_key_of_no_events() -> None:
    assert compile_keys(View("clicks", "target_node", "x > 1 and text in ('a', 'b')"))([], []) == []


CASE = "title: depends on the collation of the database: write title collate"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "titel",
            "titel: there is no such column: url, title, referrer, event_type, metadata; did you mean title",
        ),
        ("pageviews.url", "pageviews: there is no such column"),
        ('"URL"', '"URL": there is no such column'),
        ("buttons", "buttons: there is no such column"),
        ("metadata", "metadata: is of type jsonb, expected text: ->> gives one where -> gives jsonb"),
        ("length(url)", "LENGTH(url): is of type integer, expected text: make it one by ::text"),
        ("null", "null: is null for every event, expected text"),
        ("lower(title)", CASE),
        ("case when title < 'a' then 'b' end", CASE),
        ("case when title between 'a' and 'b' then 'b' end", CASE),
        ("case when title ilike 'a' then 'b' end", CASE),
        ('lower(title collate "de_DE")', 'the one collation that is the same everywhere is "C"'),
        ("url ~ '^a'", "~: not taken; there are the functions coalesce, nullif,"),
        ("regexp_replace(url, 'a', 'b')", "regexp_replace: not taken; there are the functions"),
        ("md5(url)", "md5: not taken; there are the functions"),
        ("count(*)", "count: not taken"),
        ("(select 'a')", "select: there is no such column"),
        ("now()::text", "now: not taken"),
        ("ifnull(url, 'a')", "ifnull: not taken"),
        ("case when url == 'a' then 'b' end", "==: not taken"),
        ("(url)::numeric", "numeric: there are casts to text only"),
        ("cast(url as string)", "string: there are casts to text only"),
        ("metadata ->> 1.5", "1.5: behind -> and ->> stands a name in quotes or a whole number"),
        ("metadata ->> url", "url: behind -> and ->> stands a name"),
        ("metadata ->> 'a' collate \"C\"", "put what stands before `collate` or `::` into parentheses"),
        ("metadata ->> 'a'::text", "put what stands before `collate` or `::` into parentheses"),
        ("'a' || url = 'b'", "is of type boolean, expected text: make it one by ::text"),
        ("case when url = 'a' is true then 'b' end", "put what stands before `is` into parentheses"),
        ("case when not url = 'a' = true then 'b' end", "into parentheses: PostgreSQL reads it otherwise"),
        ("left(url, length(title))", "takes a whole number in digits"),
        ("left(url, 3000000000)", "takes a whole number in digits"),
        ("split_part(url, '/', 0)", "parts are counted from 1"),
        ("case when url like title then 'a' end", "takes a pattern in quotes"),
        ("case when url like 'a\\' then 'a' end", "the pattern ends with a backslash"),
        ("case when url like 'a' escape '!' then 'a' end", "escape: there is no such column"),
        ("case when url = 1 then 'a' end", "takes values of one type"),
        ("case when true then 'a' else 1 end", "takes values of one type"),
        ("coalesce(url, 1)", "takes values of one type"),
        ("case when url in () then 'a' end", "takes a list in parentheses"),
        ("case when url in (select url) then 'a' end", "select: there is no such column"),
        ("case when url then 'a' end", "url: is of type text, expected boolean"),
        ("url; title", ";: not taken"),
        ("url title", "url AS title: not taken"),
        ("url ||", "not SQL that can be read: an argument is missing"),
        ("lower(", "not SQL that can be read"),
        ("'a", "'a: a quote or a comment is not closed"),
        ("", "expected one expression"),
        ("-- nothing", "expected one expression"),
        ("$1", "$: not taken"),
        ("'a\0'", "no text in PostgreSQL holds a NUL character"),
        ("(" * 450 + "url" + ")" * 450, "nested too deeply"),
        ("not " * 60 + "true", "nested too deeply"),
        ("E'a'", "not taken"),
        ("$$a$$", "not taken"),
    ],
)
def test_what_is_not_taken_is_told(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedExpression) as error:
        compile_keys(View("pageviews", text))
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", "x: is of type double precision, expected text: a number with a fraction has no one text"),
        ("x::text", "there are casts of text, integer and boolean to text; this one is of double precision"),
        ("1.5::text", "this one is of numeric"),
        ("case when x > 1e5 then 'a' end", "write a number in digits, without an exponent"),
        (f"case when x > 1{'0' * 400} then 'a' end", "is out of the range of double precision"),
        ("case when -x > 1 then 'a' end", "`-` stands before a number only"),
        ("case when x + 1 > 1 then 'a' end", "+: not taken"),
    ],
)
def test_what_is_not_taken_of_numbers_is_told(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedExpression) as error:
        compile_keys(View("clicks", text))
    assert reason in str(error.value)


def test_a_filter_is_a_condition() -> None:
    with pytest.raises(UnsupportedExpression, match="url: is of type text, expected boolean"):
        compile_keys(View("pageviews", "title", "url"))

"""Views as they are declared: name, options and query are read, and every mistake has its line."""

from collections.abc import Callable

import pytest

from chronos.views.declaration import Sliding, Ttl, parse


def test_a_declaration_is_read() -> None:
    view = parse(
        "-- Clicks by element; kept for ever.\n"
        "-- More about it.\n\n"
        "CREATE VIEW Own WITH (action = materialize) AS\n"
        "select target_node, count(*) from clicks group by 1;\n",
        "own.sql",
    )
    assert (view.name, view.about, view.stream) == ("own", "Clicks by element; kept for ever.", "clicks")
    assert (view.sliding, view.ttl, view.first_line) == (None, None, 4)


@pytest.mark.parametrize(
    ("options", "sliding", "ttl"),
    [
        ("sw = '5 minutes'", Sliding("5 minutes", "arrival_timestamp", 5.0), None),
        (
            "sw = '1 hour', sw_column = 'event_time', step_factor = 12.5",
            Sliding("1 hour", "event_time", 12.5),
            None,
        ),
        ("ttl = '30 days', ttl_column = 'time'", None, Ttl("30 days", "time")),
        ("action=materialize,ttl='1 day',ttl_column='time'", None, Ttl("1 day", "time")),
    ],
)
def test_options_are_read(options: str, sliding: Sliding | None, ttl: Ttl | None) -> None:
    view = parse(
        f"create view own with ({options}) as select time, count(*) from clicks group by 1", "own.sql"
    )
    assert (view.sliding, view.ttl) == (sliding, ttl)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("sv = '1 hour'", "no option 'sv'"),
        ("sw_column = 'time'", "sw_column goes with sw"),
        ("step_factor = 5", "step_factor goes with sw"),
        ("sw = '1 hour', step_factor = 0", "step_factor is a number above 0, up to 50"),
        ("sw = '1 hour', step_factor = half", "step_factor is a number above 0, up to 50"),
        ("sw = '1 hour', sw_column = 'x'", "sw_column is one of client_time, time, event_time"),
        ("ttl = '1 hour'", "ttl and ttl_column go together"),
        ("ttl = '1 hour', ttl_column = 'count'", "no column of the view by which it groups"),
        ("ttl = '1 hour', ttl_column = 'time', sw = '1 hour'", "either ttl or sw"),
        ("sw = '5'", "sw takes an interval"),
        ("ttl = 3, ttl_column = 'time'", "ttl takes an interval"),
        ("action = transform", "action=materialize is the only one"),
        ("ttl 5", "no option 'ttl 5'"),
    ],
)
def test_wrong_options_are_refused(refusal: Callable[[str], str], options: str, reason: str) -> None:
    said = refusal(f"\ncreate view own with ({options}) as select time, count(*) from clicks group by 1")
    assert said.startswith("own.sql:2: ")
    assert reason in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "own.sql:1: expected `create view"),
        ("select 1", "own.sql:1: expected `create view"),
        (f"create view {'n' * 41} as select count(*) from clicks", "own.sql:1: a name has at most 40 bytes"),
        ("create view own as\ndelete from clicks", "own.sql:2: expected one `select`"),
        ("create view own as select count(*) from clicks; select 1", "own.sql:1: expected one `select`"),
        ("create view own as select count(*) from raw.clicks", "own.sql:1: a view reads one stream"),
        ("create view own as\nselect 'a'::text,\n'b from clicks", "own.sql:3: nothing closes this '"),
        (
            "create view own as\nselect lower() from clicks",
            "own.sql:2: not SQL that can be read: an argument",
        ),
    ],
)
def test_what_is_no_declaration_is_refused(refusal: Callable[[str], str], text: str, reason: str) -> None:
    assert reason in refusal(text)

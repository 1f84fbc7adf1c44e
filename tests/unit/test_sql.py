"""The SQL that is written by hand says what the Records say."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_origin

import pytest

from chronos import migrations, resources
from chronos.models.events import EVENT_TYPES, Event
from chronos.sinks.timescaledb.rows import COMMON, columns

FILES = sorted(resources.sql("").rglob("*.sql"))
SCHEMA = "\n".join(path.read_text() for path in migrations.files())
each_file = pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
each_type = pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=EVENT_TYPES.keys())


def without_texts(sql: str) -> str:
    """SQL without its comments, its quoted texts and its quoted names."""
    return re.sub(r"""--[^\n]*|'(?:[^']|'')*'|"[^"]*\"""", " ", sql)


def sql_type(kind: Any) -> str:
    """The type of a column for that of a Record's field, and whether it may be null."""
    if get_origin(kind) in (Mapping, list):
        return "jsonb not null"
    types = {str: "text", int: "integer", float: "double precision", bool: "boolean"}
    return f"{types[kind]} not null" if kind in types else {str | None: "text"}[kind]


def table(event: type[Event]) -> dict[str, str]:
    """The columns of an event type's table and their types, as the migration makes it."""
    [text] = re.findall(rf"create table raw\.{event.wire_name} \((.*?)\n\);", SCHEMA, re.DOTALL)
    lines = [without_texts(line).strip().rstrip(",").split(maxsplit=1) for line in text.splitlines()]
    return {line[0]: line[1].strip().rstrip(",") for line in lines if line}


def view(event: type[Event]) -> str:
    """The query of an event type's view."""
    [text] = re.findall(rf"create view {event.wire_name} as\n(.*?);", SCHEMA, re.DOTALL)
    return str(text)


def exposed(query: str) -> list[str]:
    """The names of the columns that a query selects."""
    selected = re.match(r"select (.*?)\s*\nfrom ", query, re.DOTALL)
    assert selected
    return [re.split(r"[\s.]+", column.strip())[-1] for column in selected[1].split(",")]


@each_type
def test_a_table_has_the_records_fields_with_their_types(event: type[Event]) -> None:
    own = {name: kind for name, kind in table(event).items() if name not in ("id", *COMMON)}
    kinds = event.wire_fields()
    assert own == {name: sql_type(kinds[name]) for name in event.columns()}


@each_type
def test_a_table_has_what_all_have(event: type[Event]) -> None:
    times = dict.fromkeys(("time", "client_time", "event_time"), "timestamptz not null")
    common = {"id": "bigint generated always as identity", "metadata_id": "uuid not null"} | times
    assert {name: table(event)[name] for name in common} == common


@each_type
def test_copy_fills_every_column_but_the_id(event: type[Event]) -> None:
    assert sorted(columns(event)) == sorted(set(table(event)) - {"id"})


@each_type
def test_a_table_has_an_index_on_the_event_time(event: type[Event]) -> None:
    name = event.wire_name
    assert f"create index {name}_event_time_idx on raw.{name} (event_time);" in SCHEMA


@each_type
def test_a_view_of_that_name_shows_the_records_columns_and_what_all_have(event: type[Event]) -> None:
    assert exposed(view(event)) == ["id", *event.columns(), "time", "client_time", "event_time", "metadata"]


@each_type
def test_a_view_takes_the_events_from_its_table_and_the_metadata_from_theirs(event: type[Event]) -> None:
    assert view(event).endswith(f"from raw.{event.wire_name} e\njoin metadata m on m.id = e.metadata_id")


def test_there_is_no_table_or_view_without_a_record() -> None:
    assert set(re.findall(r"create table raw\.(\w+)", SCHEMA)) == set(EVENT_TYPES)
    assert set(re.findall(r"create view (\w+)", SCHEMA)) == set(EVENT_TYPES)


@each_type
def test_each_type_has_a_file_of_its_own(event: type[Event]) -> None:
    [path] = [path for path in migrations.files() if f"raw.{event.wire_name} (" in path.read_text()]
    assert re.fullmatch(rf"\d{{3}}_{event.wire_name}\.sql", path.name)


@each_file
def test_a_file_begins_with_what_it_makes_or_returns(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert re.match(r"-- [A-Z]", first), first


@each_file
def test_keywords_and_names_are_in_lower_case(path: Path) -> None:
    # Grafana's macros are named by Grafana.
    words = re.findall(r"\w+", re.sub(r"\$__\w+", " ", without_texts(path.read_text())))
    assert [word for word in words if word != word.lower()] == []


@each_file
def test_a_file_ends_with_one_line_end(path: Path) -> None:
    assert re.search(r"\S\n\Z", path.read_text())


def test_migrations_are_numbered_each_once_and_come_in_that_order() -> None:
    numbers = [int(path.name[:3]) for path in migrations.files()]
    assert numbers == sorted(set(numbers))


def test_what_is_no_migration_is_not_applied() -> None:
    assert not [path for path in migrations.files() if path.parent.name == "queries"]


@pytest.mark.parametrize("name", re.findall(r"create index (\w+)", SCHEMA))
def test_the_name_of_an_index_lists_table_and_columns(name: str) -> None:
    pattern = rf"create index {name} on (?:\w+\.)?(\w+) (?:using \w+ )?\(([^)]*)\)"
    [(of_table, of_columns)] = re.findall(pattern, SCHEMA)
    assert name == "_".join([of_table, *re.findall(r"\w+", of_columns), "idx"])

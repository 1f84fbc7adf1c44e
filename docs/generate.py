"""Writes those parts of the docs that are made from the code: ``python -m docs.generate [--check]``.

A part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``. With ``--check`` nothing is
written: exit code 1, and the names of the files that are stale.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

import click
import msgspec
from prometheus_client.metrics import MetricWrapperBase

from chronos import kafka_admin, metrics
from chronos.cli import main as chronos
from chronos.models.dead_letter import DeadLetter
from chronos.models.events import EVENT_TYPES, Event
from chronos.models.message import beacon_headers
from chronos.settings import Settings
from chronos.watch.incidents import KINDS
from docs.markdown import code, sentence, table
from docs.schema import Column, Relation, relations
from docs.settings import own_sinks, own_windows, settings, write_keys

ROOT = Path(__file__).parents[1]
PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
HELP_WIDTH = 100
WIRE = {str: "text", int: "32-bit integer", float: "number", bool: "true or false", type(None): "null"}
NOT_STORED = Column("", "", nullable=True, comment="not a column, see above")
NOBODY = UUID(int=0)


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its full name, groups before what is in them."""
    root = click.Context(chronos, info_name="chronos", terminal_width=HELP_WIDTH, **chronos.context_settings)
    pending: list[tuple[str, click.Command, click.Context]] = [("chronos", chronos, root)]
    while pending:
        name, command, context = pending.pop(0)
        yield name, command, context
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        pending[:0] = [
            (f"{name} {one.name}", one, click.Context(one, info_name=one.name, parent=context))
            for one in inner
        ]


def command_summary() -> str:
    """One line for each command."""
    rows = [
        (code(name), sentence(command.get_short_help_str(200)))
        for name, command, _ in commands()
        if not isinstance(command, click.Group) or command.invoke_without_command
    ]
    return table(("Command", "What it does"), rows)


def command_help() -> str:
    """What each command says with ``--help``."""
    return "\n\n".join(
        f"## `{name}`\n\n```text\n{command.get_help(context)}\n```" for name, command, context in commands()
    )


def events() -> str:
    """Every event type: its array on the wire, and what each value of it is."""
    stored = {relation.name: relation for relation in relations()}
    return "\n\n".join(_event(name, event, stored) for name, event in EVENT_TYPES.items())


def _event(name: str, event: type[Event], stored: Mapping[str, Relation]) -> str:
    columns = {column.name: column for column in stored[f"raw.{name}"].columns}
    defaults = event.defaults()
    array = ", ".join(
        [f'"{name}"', *(f"{field}?" * (field in defaults) or field for field in event.wire_fields())]
    )
    rows = []
    for field, kind in event.wire_fields().items():
        column = columns.get(field, NOT_STORED)
        left_out = code(msgspec.json.encode(defaults[field]).decode()) if field in defaults else ""
        rows.append(
            (code(field), _wire_type(field, kind), left_out, code(column.type), sentence(column.comment))
        )
    values = table(("Value", "On the wire", "Left out", "Column", "Meaning"), rows)
    return f"### `{name}`\n\n{sentence(event.__doc__)}\n\n```text\n[{array}]\n```\n\n{values}"


def _wire_type(field: str, kind: Any) -> str:
    if field == "client_time":
        return "ms since 1970 UTC"
    if isinstance(kind, UnionType):
        return " or ".join(_wire_type(field, part) for part in get_args(kind))
    if get_origin(kind) is list:
        return f"list of {_wire_type(field, get_args(kind)[0])}s"
    return "object" if get_origin(kind) is Mapping else WIRE[kind]


def topics() -> str:
    """Every topic as it is made with the default settings, and the headers of its messages."""
    # Without the environment or a file: the docs say the same wherever they are made.
    defaults = Settings.model_construct()
    letter = DeadLetter(NOBODY, datetime(2000, 1, 1, tzinfo=UTC), "", None, "", b"").to_message("")
    headers = {
        defaults.kafka.events_topic: beacon_headers(NOBODY, 0, ""),
        defaults.kafka.dead_letters_topic: letter.headers,
    }
    rows = [
        (
            code(topic.name),
            str(topic.num_partitions),
            ", ".join(code(f"{name}={value}") for name, value in topic.topic_configs.items()),
            ", ".join(code(name) for name, _ in headers.get(topic.name, ())),
        )
        for topic in kafka_admin.topics(defaults)
    ]
    return table(("Topic", "Partitions", "Configuration", "Headers of a message"), rows)


def tables() -> str:
    """Every table that is not of one event type, with its columns."""
    return "\n\n".join(map(_relation, (one for one in relations() if one.event_type is None)))


def _relation(relation: Relation) -> str:
    about = f"{sentence(relation.about)} File: [{relation.path}](../{relation.path})."
    return f"### `{relation.name}`\n\n{about}\n\n{_columns(relation.columns)}"


def schema() -> str:
    """Every table and view with the names of its columns."""
    rows = [
        (
            code(one.name),
            "view" if one.is_view else "table",
            ", ".join(code(column.name) for column in one.columns),
        )
        for one in relations()
    ]
    return table(("Name", "Kind", "Columns"), rows)


def event_tables() -> str:
    """The table and the view of each event type, with the columns that only it has."""
    by_type = [one for one in relations() if one.event_type]
    raws, views = ([one for one in by_type if one.is_view is view] for view in (False, True))
    rows = [
        (code(raw.name), code(view.name), _own_columns(raw), f"[{raw.path}](../{raw.path})")
        for raw, view in zip(raws, views, strict=True)
    ]
    own = table(("Table", "View", "Columns of its own", "File"), rows)
    return f"{own}\n\nEvery table has also:\n\n{_common(raws)}\n\nEvery view has also:\n\n{_common(views)}"


def _own_columns(relation: Relation) -> str:
    names = EVENT_TYPES[str(relation.event_type)].columns()
    return ", ".join(f"`{one.name}` {one.type}" for one in relation.columns if one.name in names)


def _common(of: list[Relation]) -> str:
    alike = set.intersection(*(set(one.columns) for one in of))
    return _columns([column for column in of[0].columns if column in alike])


def _columns(columns: list[Column]) -> str:
    rows = [
        (code(column.name), code(column.type), "yes" if column.nullable else "", sentence(column.comment))
        for column in columns
    ]
    return table(("Column", "Type", "Null", "Meaning"), rows)


def metric_table() -> str:
    """Every metric, by the name under which Prometheus sees it."""
    rows = []
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            about = next(iter(metric.describe()))
            name = f"{about.name}_total" if about.type == "counter" else about.name
            labels = ", ".join(map(code, metric._labelnames))  # it has no public name
            rows.append((code(name), about.type, labels, sentence(about.documentation)))
    return table(("Metric", "Kind", "Labels", "Meaning"), rows)


def incidents() -> str:
    """Every incident: how bad it is, what it means and what to do."""
    rows = [
        (code(kind.name), kind.severity, f"{kind.after:g} s, {kind.quiet:g} s", kind.meaning, kind.what_to_do)
        for kind in KINDS.values()
    ]
    return table(("Incident", "Severity", "Begins, ends after", "Meaning", "What to do"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "commands": command_summary,
    "help": command_help,
    "settings": settings,
    "write_keys": write_keys,
    "own_windows": own_windows,
    "own_sinks": own_sinks,
    "events": events,
    "topics": topics,
    "tables": tables,
    "schema": schema,
    "event_tables": event_tables,
    "metrics": metric_table,
    "incidents": incidents,
}


def pages() -> list[Path]:
    """The pages in which parts may stand."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def rewritten(text: str) -> str:
    """The text with all its parts made anew."""
    return PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}\n{found[3]}", text)


def stale() -> dict[Path, str]:
    """The pages that are not what the code makes of them, with what they should be."""
    fresh = {page: rewritten(page.read_text(encoding="utf-8")) for page in pages()}
    return {page: text for page, text in fresh.items() if text != page.read_text(encoding="utf-8")}


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where something is stale.")
def main(check: bool) -> None:
    """Write the generated parts of README.md and docs/ anew."""
    found = stale()
    for page, text in found.items():
        name = page.relative_to(ROOT)
        if check:
            click.echo(f"{name} is stale: run `make docs`", err=True)
        else:
            page.write_text(text, encoding="utf-8")
            click.echo(f"Wrote {name}")
    sys.exit(1 if check and found else 0)


if __name__ == "__main__":
    main()

"""What ``sql/timescaledb`` makes, read from its text: tables, views and their columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chronos import resources
from chronos.models.events import EVENT_TYPES

TABLE = re.compile(r"^create table ([\w.]+) \(\n(.*?)\n\);", re.DOTALL | re.MULTILINE)
VIEW = re.compile(r"^create view ([\w.]+) as\s+select (.*?)\s+from ", re.DOTALL | re.MULTILINE)
COLUMN = re.compile(r'^ +"?(\w+)"? (.+?),?(?: +-- (.*))?$')
TYPE_ENDS = re.compile(r" (?:not null|primary key|generated|default|references|unique|check)\b")


@dataclass(frozen=True)
class Column:
    """A column of a table: its type in SQL, whether it may be null, and what its comment says."""

    name: str
    type: str
    nullable: bool
    comment: str


@dataclass(frozen=True)
class Relation:
    """A table or a view, the file that makes it, and what the file's first line says of it."""

    name: str
    path: str
    about: str
    columns: list[Column]
    is_view: bool

    @property
    def event_type(self) -> str | None:
        """The event type whose rows it has; None where it is not of one type."""
        name = self.name.removeprefix("raw.")
        return name if name in EVENT_TYPES else None


def relations() -> list[Relation]:
    """All tables and views, in the order in which they are made."""
    return [found for path in sorted(resources.sql("timescaledb").glob("*.sql")) for found in _in(path)]


def _in(path: Path) -> Iterator[Relation]:
    text = path.read_text()
    place = f"sql/timescaledb/{path.name}"
    about = text.partition("\n")[0].removeprefix("-- ")
    tables = {name: list(_columns(body)) for name, body in TABLE.findall(text)}
    for name, columns in tables.items():
        yield Relation(name, place, about, columns, is_view=False)
    for name, selected in VIEW.findall(text):
        known = {column.name: column for columns in tables.values() for column in columns}
        yield Relation(name, place, about, list(_selected(selected, known)), is_view=True)


def _columns(body: str) -> Iterator[Column]:
    for line in body.splitlines():
        if (found := COLUMN.match(line)) and not line.lstrip().startswith("primary key"):
            name, rest, comment = found.groups()
            nullable = not re.search(r"not null|primary key|generated always", rest)
            yield Column(name, TYPE_ENDS.split(rest)[0], nullable, comment or "")


def _selected(text: str, known: dict[str, Column]) -> Iterator[Column]:
    for part in re.split(r",\s+", text):
        name = part.split(" as ")[-1].rpartition(".")[2].strip()
        yield known.get(name, Column(name, "jsonb", False, "what the beacon said of its page"))

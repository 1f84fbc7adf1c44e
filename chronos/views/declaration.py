"""Reads a continuous view as it is declared in PipelineDB's DDL: its name, its options, its query."""

import re
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from chronos.errors import UnsupportedView

HEAD = re.compile(
    r"((?:\s|--[^\n]*\n)*)create\s+view\s+(\w+)\s*(?:with\s*\(([^)]*)\)\s*)?as\b(?=\s)", re.IGNORECASE
)
OPTION = re.compile(r"\s*(\w+)\s*=\s*(?:'([^']*)'|([\w.]+))\s*(?:,|$)")
GAPS = re.compile(r"""('(?:[^']|'')*'|"[^"]*")|(?:--[^\n]*|/\*.*?\*/|\s)+""", re.DOTALL)
OPTIONS = ("action", "sw", "sw_column", "step_factor", "ttl", "ttl_column")
STEP_FACTOR = 5.0  # PipelineDB's default, in per cent of the window
LONGEST_NAME = 40


@dataclass(frozen=True)
class Sliding:
    """A window of the last ``width`` (an interval in SQL) of ``column``, which moves in steps."""

    width: str
    column: str
    step_factor: float


@dataclass(frozen=True)
class Ttl:
    """How long a row is kept: ``age`` (an interval in SQL) beyond its own ``column``."""

    age: str
    column: str


@dataclass(frozen=True)
class Declaration:
    """A view's file, read; ``text`` is the whole of it, ``about`` what its first line says."""

    name: str
    about: str
    file: str
    text: str
    stream: str
    select: exp.Select
    sliding: Sliding | None
    ttl: Ttl | None

    def refuse(self, node: exp.Expr | None, reason: str) -> UnsupportedView:
        """The error that ``node`` of this view is not supported, with its line."""
        return UnsupportedView(file=self.file, line=line_of(node) or self.first_line, reason=reason)

    @property
    def words(self) -> str:
        """What is declared, however it is written."""
        return words(self.text)

    @property
    def first_line(self) -> int:
        """The line on which ``create view`` stands."""
        found = re.search(r"(?im)^[^\S\n]*create\b", self.text)
        return 1 + self.text[: found.start() if found else 0].count("\n")


def words(text: str) -> str:
    """A text without comments and with single spaces, save in quotes."""
    return GAPS.sub(lambda found: found[1] or " ", text).strip(" ;")


def read(path: Path, text: str | None = None) -> Declaration:
    """Read a file; raise UnsupportedView with file, line and what is wrong."""
    return parse(path.read_text(encoding="utf-8") if text is None else text, str(path))


def parse(text: str, file: str) -> Declaration:
    """Read the text of a view; raise UnsupportedView with file, line and what is wrong."""
    head = HEAD.match(text)
    if head is None:
        raise UnsupportedView(
            file=file, line=1, reason="expected `create view NAME with (...) as select ...`"
        )
    name = head[2].lower()
    line = 1 + head[1].count("\n")
    if len(name.encode()) > LONGEST_NAME:
        raise UnsupportedView(file=file, line=line, reason=f"a name has at most {LONGEST_NAME} bytes")
    options = _options(head[3] or "", file, line)
    select = _select(text, head.end(), file)
    return Declaration(
        name=name,
        about=_about(text),
        file=file,
        text=text,
        stream=_stream(select, file),
        select=select,
        sliding=_sliding(options, file, line),
        ttl=_ttl(options, file, line),
    )


def _about(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return first.removeprefix("--").strip() if first.startswith("--") else ""


def line_of(node: exp.Expr | None) -> int | None:
    """The line on which a part of a query stands, as far as the parser remembers it."""
    if node is None:
        return None
    lines = [found.meta["line"] for found in node.walk() if "line" in found.meta]
    if lines:
        return int(min(lines))
    return line_of(node.parent)


def _options(text: str, file: str, line: int) -> dict[str, str]:
    options: dict[str, str] = {}
    place = 0
    while text[place:].strip():
        found = OPTION.match(text, place)
        name = found[1].lower() if found else ""
        if found is None or name not in OPTIONS:
            # PipelineDB takes any option in silence, a misspelt one, too.
            given = name or text[place:].strip()
            reason = f"there is no option {given!r} of a view: known are {', '.join(OPTIONS)}"
            raise UnsupportedView(file=file, line=line, reason=reason)
        options[name] = found[2] if found[2] is not None else found[3]
        place = found.end()
    if options.get("action", "materialize") != "materialize":
        raise UnsupportedView(
            file=file, line=line, reason="action=materialize is the only one that makes a view"
        )
    return options


def _select(text: str, start: int, file: str) -> exp.Select:
    # What stands before it is blanked, so that the parser's lines are the file's.
    blank = re.sub(r"[^\n]", " ", text[:start])
    try:
        statements = [one for one in sqlglot.parse(blank + text[start:], dialect="postgres") if one]
    except ParseError as error:
        [first, *_] = error.errors or [{}]
        said = str(first.get("description", error))
        said = "an argument is missing" if said.startswith("Required keyword") else said
        reason = f"not SQL that can be read: {said}, near {first.get('highlight')!r}"
        raise UnsupportedView(file=file, line=first.get("line", 1), reason=reason) from error
    except TokenError as error:
        line, reason = _unclosed(text) or (1, f"not SQL that can be read: {error}")
        raise UnsupportedView(file=file, line=line, reason=reason) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        begin = len(text) - len(text[start:].lstrip())
        raise UnsupportedView(
            file=file, line=1 + text[:begin].count("\n"), reason="expected one `select` from one stream"
        )
    return statements[0]


def _unclosed(text: str) -> tuple[int, str] | None:
    """The line of a quote that nothing closes."""
    rest = GAPS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    found = re.search("['\"]", rest)
    return (1 + rest[: found.start()].count("\n"), f"nothing closes this {found[0]}") if found else None


def _stream(select: exp.Select, file: str) -> str:
    source = select.args.get("from_")
    table = source.this if source else None
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier) or table.args.get("db"):
        line = line_of(table) or line_of(select) or 1
        raise UnsupportedView(file=file, line=line, reason="a view reads one stream, by its name")
    return str(table.name)


def _sliding(options: dict[str, str], file: str, line: int) -> Sliding | None:
    if "sw" not in options:
        for name in ("sw_column", "step_factor"):
            if name in options:
                raise UnsupportedView(file=file, line=line, reason=f"{name} goes with sw")
        return None
    try:
        step = float(options.get("step_factor", STEP_FACTOR))
    except ValueError:
        step = 0
    if not 0 < step <= 50:
        raise UnsupportedView(file=file, line=line, reason="step_factor is a number above 0, up to 50")
    _check_unit("sw", options, file, line)
    return Sliding(options["sw"], options.get("sw_column", "arrival_timestamp"), step)


def _ttl(options: dict[str, str], file: str, line: int) -> Ttl | None:
    if ("ttl" in options) != ("ttl_column" in options):
        raise UnsupportedView(file=file, line=line, reason="ttl and ttl_column go together")
    if "ttl" in options and "sw" in options:
        raise UnsupportedView(file=file, line=line, reason="a view has either ttl or sw")
    _check_unit("ttl", options, file, line)
    return Ttl(options["ttl"], options["ttl_column"]) if "ttl" in options else None


def _check_unit(name: str, options: dict[str, str], file: str, line: int) -> None:
    if name in options and not re.search("[a-z]", options[name].lower()):
        raise UnsupportedView(file=file, line=line, reason=f"{name} takes an interval, such as '30 days'")

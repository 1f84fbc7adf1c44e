"""Cuts a file of SQL into its statements, so that one that fails can be named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What may hold a semicolon that ends nothing, and the one that does.
PART = re.compile(
    r"--[^\n]*|/\*.*?\*/|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""
    r"|(\$(?:[A-Za-z_]\w*)?\$).*?\1|;",
    re.DOTALL,
)
COMMENT = re.compile(r"(?:\s+|--[^\n]*|/\*.*?\*/)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it stands in its file, and in which line it begins, from 1."""

    line: int
    text: str

    @property
    def head(self) -> str:
        """Its first line, shortened: enough to find it by."""
        first = self.text.partition("\n")[0].rstrip("( ;")
        return first if len(first) <= 80 else f"{first[:77]}..."


def statements(text: str) -> Iterator[Statement]:
    """The statements of a file, without the comments before them; bodies of functions stay whole."""
    start = 0
    for found in PART.finditer(text):
        if found[0] == ";":
            yield from _statement(text, start, found.end())
            start = found.end()
    yield from _statement(text, start, len(text))


def _statement(text: str, start: int, end: int) -> Iterator[Statement]:
    if comment := COMMENT.match(text, start, end):
        start = comment.end()
    if text[start:end].strip("; \n\t"):
        yield Statement(text.count("\n", 0, start) + 1, text[start:end])

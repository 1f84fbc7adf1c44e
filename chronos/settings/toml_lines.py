"""Where in a file of TOML a key stands, and what keeps it from being TOML: its readers tell only a place."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

NO_QUOTE = "a text has no quote at its end"
HINTS = {
    "Illegal character '\\n'": NO_QUOTE,
    "Unterminated string": NO_QUOTE,
    "Expected \"'": NO_QUOTE,
    "Unclosed array": "a list has no ] at its end, or no comma between two values",
    "Invalid value": 'a value is expected: a text stands in quotes, "…"; true and false in small letters',
    "Expected newline or end of document": "more stands behind a value: a text needs a quote at both ends",
    "Expected '=' after a key": 'a key needs a value, key = "text" or key = 5',
    "Expected ']' at the end of a table": "the name of a table has no ] at its end",
    "Unescaped '\\' in a string": "a \\ in a text is written \\\\, or the text in single quotes, '…'",
}
TWICE = ("Cannot overwrite a value", "Cannot declare")


def line_number(path: Path, location: list[str]) -> int | None:
    """The line of a file on which most of a key stands; None where nothing of it does."""
    found, best = None, 0
    for number, place, _ in _places(path):
        if len(place) > best and place == location[: len(place)]:
            found, best = number, len(place)
    return found


def not_toml(error: tomllib.TOMLDecodeError, path: Path) -> str:
    """What is wrong, where, and what would be right; nothing of a value, which may be a secret."""
    what, _, where = str(error).rpartition(" (at ")
    is_twice = what.startswith(TWICE)
    line = re.match(r"line (\d+)", where)
    hint = next((hint for begin, hint in HINTS.items() if what.startswith(begin)), what)
    if line is None and not is_twice:
        return f"{path}: not TOML: {hint}"
    number = int(line[1]) if line else len(path.read_text().splitlines())
    return f"{path}, line {number}: not TOML: {(is_twice and _twice(path, number)) or hint}"


def _twice(path: Path, number: int) -> str | None:
    """That what stands on a line stands on an earlier one, too; None where it cannot be told what does."""
    before = [one for one in _places(path) if one[0] <= number]
    if not before:
        return None
    _, place, is_table = before.pop()
    key = ".".join(place)
    first = next((one for one, other, _ in before if other[: len(place)] == place), None)
    if first is None:
        return f"{key} is given twice: leave one of them"
    if is_table:
        return f"table [{key}] is there already, on line {first}: put what stands here into that one"
    return f"{key} is given twice, first on line {first}: leave one of them"


def _places(path: Path) -> Iterator[tuple[int, list[str], bool]]:
    """Each line that begins a table or gives a key: its number, the full name, whether it is a table."""
    table: list[str] = []
    tables: Counter[str] = Counter()
    lines = path.read_text().splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        if header := re.match(r"\s*(\[\[?)\s*([\w.]+)\s*\]", line):
            table = header[2].split(".")
            if header[1] == "[[":
                table = [*table, str(tables[header[2]])]
                tables[header[2]] += 1
            yield number, table, True
        elif assignment := re.match(r"\s*([\w.]+)\s*=", line):
            yield number, [*table, *assignment[1].split(".")], False

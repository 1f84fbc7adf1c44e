"""What expressions are made of: each takes lists, one entry an event, and gives one; None is SQL's null.

Values of jsonb are as `json.loads` makes them, so there None is JSON's null, and NOTHING is SQL's.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from chronos.windows.json_text import shown

NOTHING: Final = object()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TO_LOWER = str.maketrans(LETTERS, LETTERS.lower())
TO_UPPER = str.maketrans(LETTERS.lower(), LETTERS)

Values = list[Any]


def strict(function: Callable[..., Any], *arguments: Sequence[Any]) -> Values:
    """``function`` of each row, null where an argument is."""
    if len(arguments) == 1:
        return [None if value is None else function(value) for value in arguments[0]]
    return [None if None in row else function(*row) for row in zip(*arguments, strict=True)]


def both(left: Values, right: Values) -> Values:
    """``and``: false where one is, else null where one is."""
    return [
        False if a is False or b is False else None if a is None or b is None else True
        for a, b in zip(left, right, strict=True)
    ]


def either(left: Values, right: Values) -> Values:
    """``or``: true where one is, else null where one is."""
    return [
        True if a or b else None if a is None or b is None else False
        for a, b in zip(left, right, strict=True)
    ]


def distinct(left: Values, right: Values) -> Values:
    """``is distinct from``, for which null is a value as any."""
    return [
        (a is None) is not (b is None) or (a is not None and a != b) for a, b in zip(left, right, strict=True)
    ]


def one_of(values: Values, *items: Values) -> Values:
    """``in``: null where nothing is equal and something is null."""
    return [
        None if value is None else value in row or (None if None in row else False)
        for value, *row in zip(values, *items, strict=True)
    ]


def first(*arguments: Values) -> Values:
    """``coalesce``: the first that is not null."""
    return [next((value for value in row if value is not None), None) for row in zip(*arguments, strict=True)]


def unless_equal(left: Values, right: Values) -> Values:
    """``nullif``: null where both are equal."""
    return [None if a is not None and a == b else a for a, b in zip(left, right, strict=True)]


def choice(otherwise: Values, *branches: Values) -> Values:
    """``case``: of the first branch whose condition is true; all values stand before all conditions."""
    rows = list(otherwise)
    half = len(branches) // 2
    for values, conditions in reversed(list(zip(branches[:half], branches[half:], strict=True))):
        rows = [value if is_so else row for is_so, value, row in zip(conditions, values, rows, strict=True)]
    return rows


def member(key: str) -> Callable[[Values], Values]:
    """``-> 'key'``, which only an object has."""
    return lambda values: [
        value.get(key, NOTHING) if isinstance(value, dict) else NOTHING for value in values
    ]


def item(place: int) -> Callable[[Values], Values]:
    """``-> 0``, counted from the end where it is negative; to that a value alone is a list of one."""

    def of(value: Any) -> Any:
        if value is NOTHING or isinstance(value, dict):
            return NOTHING
        values = value if isinstance(value, list) else [value]
        return values[place] if -len(values) <= place < len(values) else NOTHING

    return lambda values: list(map(of, values))


def text_of_json(values: Values) -> Values:
    """``->>`` of what ``->`` gives."""
    return [
        value if isinstance(value, str) else None if value is NOTHING else shown(value) for value in values
    ]


def lowered(text: str) -> str:
    """``lower`` in the collation "C": only of the letters A to Z."""
    return text.lower() if text.isascii() else text.translate(TO_LOWER)


def raised(text: str) -> str:
    """``upper`` in the collation "C": only of the letters a to z."""
    return text.upper() if text.isascii() else text.translate(TO_UPPER)


def part(text: str, delimiter: str, place: int) -> str:
    """``split_part``, of which the first part is 1."""
    if not delimiter:
        return text if place == 1 else ""
    parts = text.split(delimiter, place)
    return parts[place - 1] if place <= len(parts) else ""


def like(pattern: str) -> Callable[[str], bool]:
    """Whether a text is like ``pattern``; raise ValueError where that ends within an escape."""
    pieces, piece = [], ""
    rest = iter(pattern)
    for char in rest:
        if char == "%":
            pieces.append(piece)
            piece = ""
        elif char == "\\":
            escaped = next(rest, None)
            if escaped is None:
                raise ValueError("the pattern ends with a backslash, which escapes what follows")
            piece += re.escape(escaped)
        else:
            piece += "." if char == "_" else re.escape(char)
    found = re.compile(_regex([*pieces, piece]), re.DOTALL).fullmatch
    return lambda text: found(text) is not None


def _regex(pieces: Sequence[str]) -> str:
    # What lies between two % is found where it comes first, and never looked for again: time is linear then.
    start, *between = pieces
    if not between:
        return start
    end = between.pop()
    return start + "".join(f"(?>.*?{piece})" for piece in between if piece) + f".*{end}"

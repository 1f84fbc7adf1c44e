"""The text that PostgreSQL shows of a value in jsonb, by ``->>``."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

# As json.dumps would make one for each value.
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def shown(value: Any) -> str | None:
    """What ``->>`` shows of a value as `json.loads` makes it; None for a null."""
    return value if value is None or isinstance(value, str) else _text(value)


class _Mark(str):
    """What stands between values."""

    __slots__ = ()


def _text(value: Any) -> str:
    # Not by recursion: a value may be nested more deeply than Python can call.
    pieces: list[str] = []
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, list | dict):
            pending += reversed(list(_taken_apart(one)))
        else:
            pieces.append(_scalar(one))
    return "".join(pieces)


def _taken_apart(value: list[Any] | dict[str, Any]) -> Iterator[Any]:
    """The values in an object or a list, and the marks before, between and behind them."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield _Mark(", " if number else "[")
            yield one
        yield _Mark("]" if value else "[]")
    else:
        for number, key in enumerate(sorted(value, key=_place)):
            yield _Mark(f"{', ' if number else '{'}{_quoted(key)}: ")
            yield value[key]
        yield _Mark("}" if value else "{}")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if isinstance(value, _Mark) else _quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """A numeric: never with an exponent, with the decimals that were written, without a negative zero."""
    text = f"{Decimal(repr(value)):f}"
    return text.removeprefix("-") if value == 0 else text


def _place(key: str) -> tuple[int, bytes]:
    """By what jsonb orders the keys of an object: their length in bytes, then the bytes."""
    data = key.encode()
    return len(data), data

"""Tables and numbers as plain text, for people."""

from collections.abc import Callable, Iterator, Sequence


def lines(rows: Sequence[Sequence[str]], align: Callable[[str, int], str] = str.ljust) -> Iterator[str]:
    """A line for each row, all of which have as many cells; a column is as wide as it has to be."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(map(align, row, widths)).rstrip() for row in rows)


def counted(number: int, what: str) -> str:
    """How many there are of something: ``1 row``, ``2,000 rows``."""
    return f"{number:,} {what}{'s' * (number != 1)}"

"""Random expressions of window views, and random events on which they are tried."""

import random
from collections.abc import Sequence
from typing import Any

from messages import NOW_MS, Received, beacon

from chronos.windows.typed import BOOLEAN, DOUBLE, INTEGER, JSONB, TEXT

TEXTS = (
    *(
        "",
        "a",
        "Buy",
        "buy",
        "ŻÓŁĆ żółć",
        "İıſßẞ",
        "a%b_c\\d",
        "it's",
        'quo"te',
        "new\nline\ttab",
        "😀é\u0301",
    ),
    *(
        "a/b//c/",
        "http://shop.example/p?x=1&y=2#top",
        "null",
        "true",
        "x" * 1200,
        "\x01\x1f\x7f\u2028",
        "1.0",
    ),
)
NAMES = ("a", "b", "0", "-1", "ŻÓ", "", "a.b", "$", "it's", "uuid", "nested", "list", "long name")
NUMBERS = (
    *(
        0,
        1,
        -1,
        7,
        2**31,
        2**53 + 1,
        -(2**63),
        2**64,
        10**40,
        0.0,
        -0.0,
        1.0,
        100.0,
        0.1,
        -2.5,
        1e15,
        1e16,
        1e22,
    ),
    *(1e30, 1.5e300, 1e-4, 1e-5, 1.5e-7, 5e-324, 123456789.125, 1.7976931348623157e308),
)
TYPES = (
    *(
        "pageviews",
        "link_clicks",
        "clicks",
        "custom_events",
        "form_submissions",
        "form_abandonments",
        "errors",
    ),
    *("web_vitals", "losses", "key_presses"),
)


def value(rng: random.Random, depth: int = 3, numbers: Sequence[float] = NUMBERS) -> Any:
    """A value of JSON."""
    kind = rng.randrange(8 if depth else 5)
    if kind > 5:
        return {rng.choice(NAMES): value(rng, depth - 1, numbers) for _ in range(rng.randrange(4))}
    if kind == 5:
        return [value(rng, depth - 1, numbers) for _ in range(rng.randrange(4))]
    return [None, rng.random() < 0.5, rng.choice(numbers), rng.choice(TEXTS), rng.choice(TEXTS)][kind]


def nested(rng: random.Random) -> Any:
    """A value of JSON, now and then deep inside of others."""
    found = value(rng)
    for _ in range(rng.choice((0, 0, 0, 25))):
        found = rng.choice(([found, 1], {rng.choice(NAMES): found}))
    return found


def event(rng: random.Random) -> list[Any]:
    """One of a type of which expressions are made."""
    kind, text, x = rng.choice(TYPES), rng.choice(TEXTS), rng.choice((0, -0.0, 1, 2.5, 100, 0.1, 1e15))
    other, whole = rng.choice(TEXTS), rng.choice((0, 1, -1, 7, 2**31 - 1, -(2**31)))
    small = [number for number in NUMBERS if isinstance(number, float) or abs(number) < 2**63]
    flat = {rng.choice(NAMES): value(rng, 0, small) for _ in range(3)}
    values = {
        "pageviews": ([text, other], [rng.choice((None, text))]),
        "link_clicks": ([rng.choice((None, text)), other], [rng.random() < 0.5, rng.random() < 0.5]),
        "clicks": ([text, whole, x, rng.choice((x, 3))], [rng.choice((None, other))]),
        "custom_events": ([text, {rng.choice(NAMES): value(rng) for _ in range(5)}], []),
        "form_submissions": ([flat | {"list": [value(rng, 0, small)]}], [rng.choice((None, text))]),
        "form_abandonments": ([text, [rng.choice(TEXTS) for _ in range(rng.randrange(3))]], []),
        "errors": (["error", text, other, whole, 1, ""], []),
        "web_vitals": ([text, x, other], []),
        "losses": ([text, whole], []),
        "key_presses": ([text], []),
    }
    before, behind = values[kind]
    return [kind, *before, NOW_MS, *behind]


def beacons(rng: random.Random, number: int) -> list[Received]:
    """Beacons, each with metadata of its own."""
    return [
        beacon(
            offset,
            *(event(rng) for _ in range(rng.randrange(12))),
            metadata={rng.choice(NAMES): nested(rng) for _ in range(rng.randrange(6))},
        )
        for offset in range(number)
    ]


class Expressions:
    """Makes expressions over columns of given types; some are such as PostgreSQL refuses."""

    def __init__(self, rng: random.Random, columns: dict[str, str]) -> None:
        self.rng = rng
        self.columns = columns

    def of(self, kind: str, depth: int) -> str:
        """An expression of a type, in parentheses or not."""
        made = getattr(self, {DOUBLE: "double"}.get(kind, kind))(depth)
        return f"({made})" if self.rng.random() < 0.4 else str(made)

    def column(self, kind: str, otherwise: str) -> str:
        found = [name for name, one in self.columns.items() if one == kind]
        return self.rng.choice(found) if found and self.rng.random() < 0.8 else otherwise

    def quoted(self) -> str:
        text = self.rng.choice([one for one in TEXTS if len(one) < 100])
        return "'" + text.replace("'", "''") + "'"

    def jsonb(self, depth: int) -> str:
        if depth <= 0 or self.rng.random() < 0.4:
            return self.column(JSONB, "metadata")
        return f"{self.of(JSONB, depth - 1)} -> {self.key()}"

    def key(self) -> str:
        name = "'" + self.rng.choice(NAMES).replace("'", "''") + "'"
        return self.rng.choice((name, name, name, "0", "1", "-1", "2147483647"))

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.column(TEXT, self.quoted())
        one, other = self.of(TEXT, depth - 1), self.of(TEXT, depth - 1)
        is_so, is_that = self.of(BOOLEAN, depth - 1), self.of(BOOLEAN, 0)
        place = self.rng.choice((1, 2, 3, 7))
        return self.rng.choice(
            (
                f"{self.of(JSONB, depth - 1)} ->> {self.key()}",
                f"{self.of(JSONB, depth - 1)} ->> {self.key()}",
                f"{one} || {other}",
                f"coalesce({one}, {other})",
                f"nullif({one}, {other})",
                f'lower({one} collate "C")',
                f'upper({one} collate "C")',
                f"left({one}, {self.rng.choice((0, 1, 5, -1, -3, 2147483647, -2147483647))})",
                f"split_part({one}, {self.rng.choice((other, self.quoted()))}, {place})",
                f"case when {is_so} then {one} else {other} end",
                f"case when {is_so} then {one} when {is_that} then {other} end",
                f"case {one} when {other} then {self.of(TEXT, 0)} else null end",
                f"{self.of(INTEGER, depth - 1)}::text",
                f"cast({self.of(BOOLEAN, depth - 1)} as text)",
                f'{one} collate "C"',
                f"{one}::text",
            )
        )

    def integer(self, depth: int) -> str:
        number = self.rng.choice(("0", "1", "-1", "7", "2147483647", "-2147483647"))
        if depth <= 0:
            return self.column(INTEGER, number)
        return self.rng.choice(
            (
                f"length({self.of(TEXT, depth - 1)})",
                self.column(INTEGER, number),
                f"coalesce({self.of(INTEGER, depth - 1)}, {number})",
                f"nullif({self.of(INTEGER, depth - 1)}, {number})",
                f"case when {self.of(BOOLEAN, depth - 1)} then {self.of(INTEGER, 0)} end",
            )
        )

    def double(self, depth: int) -> str:
        number = self.rng.choice(("0", "1", "0.1", "2.50", "-2.5", "9007199254740993", "1000000000000000.1"))
        return self.column(DOUBLE, number)

    def boolean(self, depth: int) -> str:
        if depth <= 0:
            return self.column(BOOLEAN, self.rng.choice(("true", "false", "null")))
        kind = self.rng.choice((TEXT, TEXT, INTEGER, DOUBLE))
        one, other = (self.of(kind, depth - 1) for _ in range(2))
        c = ' collate "C"' if kind == TEXT else ""
        some, more = (self.of(BOOLEAN, depth - 1) for _ in range(2))
        text, no = self.of(TEXT, depth - 1), self.rng.choice(("", "not "))
        pattern = self.rng.choice(
            ("%", "a%", "%u%", "_u_", "%/%/%", "a\\%b%", "", "%\n%", "%ó%", "B_Y", "%%a_")
        )
        item = self.rng.choice((other, "null"))
        return self.rng.choice(
            (
                f"{one} = {other}",
                f"{one} {self.rng.choice(('<>', '!='))} {other}",
                f"{one}{c} {self.rng.choice(('<', '<=', '>', '>='))} {other}",
                f"{one}{c} {no}between {other} and {self.of(kind, depth - 1)}",
                f"{one} {no}in ({item}, {self.of(kind, 0)}, {self.of(kind, 0)})",
                f"{some} and {more}",
                f"{some} or {more}",
                f"not {some}",
                f"{some} = {more}",
                f"{text} {no}like '{pattern}'",
                f"{text} collate \"C\" {no}ilike '{pattern}'",
                f"{self.of(self.rng.choice((kind, JSONB)), depth - 1)} is {no}null",
                f"{some} is {no}{self.rng.choice(('true', 'false'))}",
                f"{one} is {no}distinct from {other}",
                f"case {one} when {other} then {some} when null then {more} else {self.of(BOOLEAN, 0)} end",
            )
        )

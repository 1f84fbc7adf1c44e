"""The text of a value in jsonb."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronos.windows.json_text import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("a\n", "a\n"),
        (True, "true"),
        (100, "100"),
        (100.0, "100.0"),
        (-0.0, "0.0"),
        (1e16, "10000000000000000"),
        (1.5e-7, "0.00000015"),
        (1e30, "1" + "0" * 30),
        (10**40, "1" + "0" * 40),
        ([], "[]"),
        ({}, "{}"),
        (["a", 1, [None]], '["a", 1, [null]]'),
        ({"bb": 1, "a": 2, "ż": 3, "z": 4}, '{"a": 2, "z": 4, "bb": 1, "ż": 3}'),
        (['"\\/\n\t\x01\x7fż'], '["\\"\\\\/\\n\\t\\u0001\x7fż"]'),
    ],
    ids=repr,
)
def test_a_value_is_shown_as(value: Any, text: str | None) -> None:
    assert shown(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_out_and_exact(value: float) -> None:
    text = shown(value)
    assert text is not None
    assert not {"e", "E", "+"} & set(text)
    assert Decimal(text) == Decimal(repr(value))
    assert math.copysign(1, float(text)) == 1 or value < 0


def test_a_value_may_be_nested_deeply() -> None:
    value: Any = 1.0
    for _ in range(10_000):
        value = {"a": [value]}
    assert shown(value) == '{"a": [' * 10_000 + "1.0" + "]}" * 10_000

"""`like` against its definition, whatever pattern and text, and in bounded time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronos.windows.operations import like

letters = st.text("ab%_\\\n", max_size=8)


def by_definition(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(by_definition(pattern[1:], text[place:]) for place in range(len(text) + 1))
    if pattern[0] == "_":
        return bool(text) and by_definition(pattern[1:], text[1:])
    if pattern[0] == "\\":
        pattern = pattern[1:]
    return text[:1] == pattern[0] and by_definition(pattern[1:], text[1:])


@given(letters, letters)
def test_like_is_what_it_is_defined_to_be(pattern: str, text: str) -> None:
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        with pytest.raises(ValueError, match="ends with a backslash"):
            like(pattern)
    else:
        assert like(pattern)(text) is by_definition(pattern, text)


def test_no_pattern_takes_long() -> None:
    begin = time.perf_counter()
    assert not like("%a" * 30 + "%b")("a" * 60_000)
    assert time.perf_counter() - begin < 1

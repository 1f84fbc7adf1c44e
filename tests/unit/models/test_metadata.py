"""Metadata: the same content has the same id, and PostgreSQL takes all of it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chronos.models import metadata


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(b'{"b":"x","a":1}', id="order"),
        pytest.param(b' { "a" : 1 ,\n"b":"x" } ', id="spaces"),
        pytest.param(b'{"a":1,"b":"\\u0078"}', id="escapes"),
        pytest.param(b'{"b":"y","a":1,"b":"x"}', id="repeated, where the last wins"),
    ],
)
def test_the_same_content_written_otherwise_has_the_same_id(other: bytes) -> None:
    assert metadata.read(other) == metadata.read(b'{"a":1,"b":"x"}')


@pytest.mark.parametrize(
    "other",
    [b'{"a":2,"b":"x"}', b'{"a":1}', b'{"a":"1","b":"x"}', b'{"a":1,"b":"X"}', b'{"a":true,"b":"x"}'],
    ids=bytes.decode,
)
def test_another_content_has_another_id(other: bytes) -> None:
    assert metadata.read(other).id != metadata.read(b'{"a":1,"b":"x"}').id


def test_the_id_never_changes_since_stored_rows_refer_to_it() -> None:
    assert str(metadata.read(b'{"b":"\\u00e9","a":1}').id) == "711ca9d7-38b3-975f-8220-0417c1dac176"


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (b"{}", "{}"),
        (b'{"b":[1,2.50,true,null],"a":{"d":1,"c":2}}', '{"a":{"c":2,"d":1},"b":[1,2.5,true,null]}'),
        ('{"a":"é😀"}'.encode(), '{"a":"é😀"}'),
        (b'{"a":"\\ud83d\\ude00"}', '{"a":"😀"}'),
    ],
    ids=["empty", "nested", "unicode", "surrogate pair"],
)
def test_what_is_well_formed_stays_as_it_is(raw: bytes, data: str) -> None:
    read = metadata.read(raw)
    assert (read.data, read.problem) == (data, None)


@pytest.mark.parametrize(
    ("raw", "data", "problem"),
    [
        pytest.param(b'{"a":"x\\u0000"}', {"a": "x\ufffd"}, "a NUL character, replaced", id="NUL"),
        pytest.param(b'{"\\u0000":1}', {"\ufffd": 1}, "a NUL character, replaced", id="NUL in a name"),
        pytest.param(
            b'{"a":["\\ud800"]}', {"a": ["\ufffd"]}, "a lone surrogate, replaced", id="lone surrogate"
        ),
        pytest.param(b'{"a":{"b":NaN}}', {"a": {"b": None}}, "not finite, replaced by null", id="NaN"),
        pytest.param(b'{"a":-1e400,"b":1}', {"a": None, "b": 1}, "not finite, replaced by null", id="1e400"),
        pytest.param(
            b'{"a":' + b"9" * 5000 + b',"b":1}', {"a": None, "b": 1}, "not finite", id="endless number"
        ),
        pytest.param(b'{"a":"\xff","b":1}', {"a": "\ufffd", "b": 1}, "replaced", id="not UTF-8"),
        pytest.param(b'{"a":' + b"[" * 100_000, {}, "nested too deeply", id="without bottom"),
        pytest.param(b'{"a":', {}, "not JSON", id="not JSON"),
        pytest.param(
            b'{"a":"\\u0000","b":NaN}',
            {"a": "\ufffd", "b": None},
            "metadata: a NUL character, replaced, a number that is not finite, replaced by null",
            id="two at once",
        ),
    ],
)
def test_what_postgresql_refuses_is_replaced_and_told(raw: bytes, data: Any, problem: str) -> None:
    read = metadata.read(raw)
    assert json.loads(read.data) == data
    assert read.problem is not None
    assert problem in read.problem


def test_what_is_mended_and_nested_deeply_is_cut() -> None:
    read = metadata.read(b'{"a":"\\u0000","b":' + b"[" * 100 + b"]" * 100 + b"}")
    assert read.problem == "metadata: a NUL character, replaced, nested deeper than 32, cut"
    assert read.data.count("[") < metadata.DEEPEST


names_and_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(st.characters()), names_and_values, max_size=4), st.booleans())
def test_whatever_comes_can_be_stored_and_read_again_under_the_same_id(content: Any, escaped: bool) -> None:
    raw = json.dumps(content, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    read = metadata.read(raw)
    assert b"\x00" not in read.data.encode()
    assert "\\u0000" not in read.data.replace("\\\\", "")
    again = metadata.read(read.data.encode())
    assert (again.id, again.data, again.problem) == (read.id, read.data, None)

"""The Structs derived from the Records."""

import json
from typing import Any

import msgspec
import pytest
from beacons import wire

from chronos.models.events import EVENT_TYPES
from chronos.models.structs import DEEPEST, event_structs

LENGTH = 10
STRUCTS = event_structs(LENGTH)


def nested(depth: int) -> str:
    """An object in which lists stand inside of one another, ``depth`` in all."""
    return '{"a":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


def decoded(text: str) -> tuple[Any, ...]:
    name = msgspec.json.decode(text)[0]
    return tuple(wire(msgspec.json.decode(text, type=STRUCTS[name]))[1:])


def test_there_is_one_struct_for_each_record_with_the_same_fields() -> None:
    assert {name: list(struct.__struct_fields__) for name, struct in STRUCTS.items()} == {
        name: list(event.wire_fields()) for name, event in EVENT_TYPES.items()
    }


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param('["mouse_moves",1,2.5,3]', (1.0, 2.5, 3.0), id="whole numbers are numbers"),
        pytest.param('["mouse_moves",-1e308,0,3]', (-1e308, 0.0, 3.0), id="the largest numbers"),
        pytest.param('["link_clicks",null,"u",1]', (None, "u", 1.0), id="a link without text"),
        pytest.param('["key_presses","0123456789",1]', ("0123456789", 1.0), id="the longest text"),
        pytest.param('["key_presses","éééééééééé",1]', ("éééééééééé", 1.0), id="counted in characters"),
        pytest.param('["clicks","A",2147483647,1,1,1]', ("A", 2**31 - 1, 1.0, 1.0, 1.0), id="largest int32"),
        pytest.param('["clicks","A",-2147483648,1,1,1]', ("A", -(2**31), 1.0, 1.0, 1.0), id="smallest int32"),
        pytest.param('["key_presses","a",-62135596800000]', ("a", -62135596800000.0), id="year 1"),
        pytest.param('["key_presses","a",253402300799999]', ("a", 253402300799999.0), id="year 9999"),
        pytest.param(
            '["form_submissions",{"a":"b","n":1,"f":1.5,"t":true,"e":null,"l":["x",1,null]},1]',
            ({"a": "b", "n": 1, "f": 1.5, "t": True, "e": None, "l": ["x", 1, None]}, 1.0),
            id="fields of a form",
        ),
        pytest.param(
            '["form_submissions",{"n":9223372036854775807},1]', ({"n": 2**63 - 1}, 1.0), id="largest int64"
        ),
        pytest.param('["form_submissions",{},1,"f"]', ({}, 1.0, "f"), id="the name of a form"),
        pytest.param('["pageviews","u","t",1,null]', ("u", "t", 1.0), id="null for an optional text"),
        pytest.param(
            '["link_clicks","a","u",1,true]', ("a", "u", 1.0, True), id="one of two that may be left out"
        ),
        pytest.param('["form_abandonments","f",[],1]', ("f", [], 1.0), id="an empty list"),
        pytest.param('["form_abandonments","f",["a","a"],1]', ("f", ["a", "a"], 1.0), id="a list of texts"),
        pytest.param('["mouse_moves",1,2,3,[1,-2,3]]', (1.0, 2.0, 3.0, [1, -2, 3]), id="a path"),
        pytest.param('["custom_events","e",{},1]', ("e", {}, 1.0), id="no properties"),
        pytest.param(
            '["custom_events","e",{"n":18446744073709551616},1]', ("e", {"n": 2**64}, 1.0), id="beyond uint64"
        ),
        pytest.param(
            f'["custom_events","e",{nested(DEEPEST)},1]', ("e", json.loads(nested(DEEPEST)), 1.0), id="deep"
        ),
    ],
)
def test_takes(text: str, values: tuple[Any, ...]) -> None:
    assert decoded(text) == values


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('["key_presses","0123456789a",1]', id="text too long"),
        pytest.param('["form_submissions",{"0123456789a":1},1]', id="name of a field too long"),
        pytest.param('["form_submissions",{"a":"0123456789a"},1]', id="value of a field too long"),
        pytest.param('["form_submissions",{"a":["0123456789a"]},1]', id="item of a field too long"),
        pytest.param('["form_submissions",{"a":{"b":1}},1]', id="an object in a field"),
        pytest.param('["form_submissions",{"a":[[1]]},1]', id="a list in a list"),
        pytest.param('["form_submissions",{"a":9223372036854775808},1]', id="beyond int64"),
        pytest.param('["form_submissions",["a"],1]', id="fields that are a list"),
        pytest.param('["mouse_moves",1,2]', id="one value too few"),
        pytest.param('["mouse_moves",1,2,3,[],4]', id="one value too many"),
        pytest.param('["key_presses","a",1,null]', id="one value too many, null"),
        pytest.param('["link_clicks","a","u",1,1]', id="number for a truth"),
        pytest.param('["link_clicks","a","u",1,null]', id="null for a truth"),
        pytest.param('["pageviews","u","t",1,"0123456789a"]', id="optional text too long"),
        pytest.param('["form_abandonments","f",["0123456789a"],1]', id="text in a list too long"),
        pytest.param('["form_abandonments","f",[null],1]', id="null in a list of texts"),
        pytest.param(json.dumps(["form_abandonments", "f", [""] * 10_001, 1]), id="list too long"),
        pytest.param('["mouse_moves",1,2,3,[1.5,1,1]]', id="half a step"),
        pytest.param('["mouse_moves",1,2,3,[2147483648,1,1]]', id="a step beyond int32"),
        pytest.param('["custom_events","e",[],1]', id="properties that are a list"),
        pytest.param('["custom_events","e",null,1]', id="properties that are null"),
        pytest.param('["custom_events","e",{"a":{"b":["0123456789a"]}},1]', id="property too long"),
        pytest.param('["custom_events","e",{"a":{"0123456789a":1}},1]', id="name of a property too long"),
        pytest.param('["custom_events","e",{"a":1e400},1]', id="an infinite property"),
        pytest.param(f'["custom_events","e",{{"a":{"1" * 5000}}},1]', id="an endless property"),
        pytest.param(f'["custom_events","e",{nested(DEEPEST + 1)},1]', id="too deep"),
        pytest.param('["mouse_moves","1",2,3]', id="text for a number"),
        pytest.param('["mouse_moves",true,2,3]', id="truth for a number"),
        pytest.param('["mouse_moves",null,2,3]', id="null for a number"),
        pytest.param('["mouse_moves",1e400,2,3]', id="an infinite number"),
        pytest.param('["key_presses",1,1]', id="number for a text"),
        pytest.param('["key_presses",null,1]', id="null for a text"),
        pytest.param('["clicks","A",1.5,1,1,1]', id="half a button"),
        pytest.param('["clicks","A",2147483648,1,1,1]', id="beyond int32"),
        pytest.param('["clicks","A",-2147483649,1,1,1]', id="below int32"),
        pytest.param('["key_presses","a",253402300800000]', id="year 10000"),
        pytest.param('["key_presses","a",-62135596800001]', id="year 0"),
        pytest.param('["key_presses","a",null]', id="no time"),
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoded(text)

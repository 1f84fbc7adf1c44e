"""What the sink of dead letters reads; a message that is no letter is kept as one."""

import dataclasses
from typing import Any

import pytest
from beacons import ID, NOW, Received

from chronos.models.dead_letter import DeadLetter
from chronos.sinks.timescaledb.dead_letters import DeadLetters, ReceivedLetter, letter_columns

LETTER = DeadLetter(ID, NOW, "shop", 7, "a reason", b"[]")
SINK = DeadLetters("postgresql://nobody@127.0.0.1:1/nothing", "dead_letters")


def stranger(**changes: Any) -> ReceivedLetter:
    return SINK.read(dataclasses.replace(Received(b"hello", headers=None, topic="dead_letters"), **changes))


def test_reads_a_letter() -> None:
    message = LETTER.to_message("dead_letters")
    read = SINK.read(Received(message.value, headers=message.headers, partition=2, offset=5))
    assert read == ReceivedLetter(2, 5, LETTER)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="no headers"),
        pytest.param({"headers": [("beacon_id", b"short")]}, id="an id that is none"),
        pytest.param({"headers": [("beacon_id", None)]}, id="a header without a value"),
        pytest.param({"value": None}, id="no value"),
        pytest.param({"timestamp": 1e300}, id="a time that is none"),
        pytest.param({"timestamp": None}, id="no time"),
    ],
)
def test_what_is_no_letter_is_kept_as_one(changes: dict[str, Any]) -> None:
    letter = stranger(**changes).letter
    assert letter.event == changes.get("value", b"hello") or letter.event == b""
    assert letter.reason.startswith("not a dead letter of Chronos: ")
    assert stranger(**changes).letter.id == letter.id


@pytest.mark.parametrize("changes", [{"offset": 1}, {"partition": 1}, {"timestamp": 2.0}], ids=str)
def test_another_message_that_is_no_letter_is_another_one(changes: dict[str, Any]) -> None:
    assert stranger(**changes).letter.id != stranger().letter.id


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (b'["clicks"]', '["clicks"]'),
        ("é".encode(), "é"),
        (b"a\x00b", "a\\x00b"),
        (b"a\xffb", "a\\xffb"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
    ],
    ids=["JSON", "unicode", "NUL", "not UTF-8", "lone surrogate"],
)
def test_an_event_is_stored_as_text_that_postgresql_takes(event: bytes, text: str) -> None:
    letter = dataclasses.replace(LETTER, event=event, reason="a\x00", project="\x00")
    ids, times, projects, beacons, indexes, reasons, events = letter_columns([letter])
    assert (projects, reasons, events) == (["\\x00"], ["a\\x00"], [text])
    assert (ids, times, beacons, indexes) == ([letter.id], [NOW], [ID], [7])

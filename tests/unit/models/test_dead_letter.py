"""A dead letter on its way through Kafka."""

import dataclasses
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from beacons import ID, NOW, Received

from chronos.models.dead_letter import DeadLetter

LETTER = DeadLetter(ID, NOW, "shop", 7, "a number is not finite", b'["mouse_moves",NaN,1,5]')


def received(letter: DeadLetter) -> Received:
    message = letter.to_message("dead_letters")
    return Received(message.value, headers=message.headers)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as it is"),
        pytest.param({"index": 0}, id="the first event"),
        pytest.param({"index": None}, id="the whole beacon"),
        pytest.param({"event": b"\xff\x00"}, id="any bytes"),
        pytest.param({"event": b""}, id="no bytes"),
        pytest.param({"project": "café", "reason": "naïve"}, id="any text"),
        pytest.param({"time": datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)}, id="before 1970"),
        pytest.param({"time": datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)}, id="the last time"),
    ],
)
def test_comes_out_of_kafka_as_it_went_in(changes: dict[str, Any]) -> None:
    letter = dataclasses.replace(LETTER, **changes)
    assert DeadLetter.from_message(received(letter)) == letter


def test_a_reason_that_is_no_utf_8_is_shown_escaped() -> None:
    letter = dataclasses.replace(LETTER, reason="bad \ud800")
    assert DeadLetter.from_message(received(letter)).reason == "bad \\ud800"


def test_goes_to_its_topic_under_the_id_of_its_beacon() -> None:
    message = LETTER.to_message("dead_letters")
    assert (message.topic, message.key, message.value) == ("dead_letters", ID.bytes, LETTER.event)


def test_the_same_event_of_the_same_beacon_is_the_same_letter() -> None:
    again = dataclasses.replace(LETTER, reason="told otherwise", project="x", event=b"x")
    assert again.id == LETTER.id


@pytest.mark.parametrize("changes", [{"index": 8}, {"index": None}, {"beacon_id": UUID(int=2)}], ids=str)
def test_another_event_is_another_letter(changes: dict[str, Any]) -> None:
    assert dataclasses.replace(LETTER, **changes).id != LETTER.id


def test_the_whole_beacon_is_another_letter_than_its_first_event() -> None:
    assert dataclasses.replace(LETTER, index=None).id != dataclasses.replace(LETTER, index=0).id


GOOD = dict(LETTER.to_message("t").headers)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(None, id="no headers"),
        *(pytest.param({k: v for k, v in GOOD.items() if k != name}, id=f"no {name}") for name in GOOD),
        *(pytest.param(GOOD | {name: None}, id=f"{name} without a value") for name in GOOD),
        pytest.param(GOOD | {"beacon_id": b"short"}, id="an id that is none"),
        pytest.param(GOOD | {"time": b"now"}, id="a time that is none"),
        pytest.param(GOOD | {"time": b"9" * 30}, id="a time out of range"),
        pytest.param(GOOD | {"index": b"x"}, id="an index that is none"),
        pytest.param(GOOD | {"index": b"2147483648"}, id="an index out of range"),
        pytest.param(GOOD | {"project": b"\xff"}, id="a project that is not UTF-8"),
        pytest.param(GOOD | {"reason": b"\xff"}, id="a reason that is not UTF-8"),
    ],
)
def test_refuses_what_is_no_letter(headers: dict[str, bytes] | None) -> None:
    message = Received(b"", headers=None if headers is None else headers.items())
    with pytest.raises((KeyError, ValueError, OverflowError)):
        DeadLetter.from_message(message)

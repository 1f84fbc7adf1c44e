"""A beacon as it comes out of Kafka."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from beacons import CLICK, ID, NOW, NOW_US, Received, body

from chronos.models.beacon import Beacon, read_beacon
from chronos.models.decoder import Decoder
from chronos.models.message import BEACON_ID, PROJECT, TIME, beacon_headers

DECODER = Decoder(100)


def read(**changes: Any) -> Beacon:
    return read_beacon(dataclasses.replace(Received(body(CLICK)), **changes), DECODER)


def test_reads_what_the_web_view_sends() -> None:
    beacon = read(partition=3, offset=9)
    assert (beacon.partition, beacon.offset) == (3, 9)
    assert (beacon.id, beacon.time, beacon.project) == (ID, NOW, "shop")
    assert [event.wire_name for event in beacon.decoded.events] == ["clicks"]


@pytest.mark.parametrize(
    "value", [None, b"", b"{}", b"\xff", b"[" * 100_000], ids=["none", "empty", "{}", "not UTF-8", "deep"]
)
def test_what_is_no_beacon_is_one_dead_letter_as_it_came(value: bytes | None) -> None:
    beacon = read(value=value)
    [bad] = beacon.decoded.bad
    assert beacon.decoded.events == []
    assert (bad.index, bad.raw) == (None, value or b"")
    assert bad.reason.startswith("not a beacon: ")


def test_a_dead_letter_says_where_it_comes_from() -> None:
    beacon = read(value=body(CLICK, "[]"))
    letter = beacon.dead_letter(beacon.decoded.bad[0])
    assert (letter.beacon_id, letter.time, letter.project) == (ID, NOW, "shop")
    assert (letter.index, letter.event) == (1, b"[]")
    assert letter.reason == beacon.decoded.bad[0].reason


STRANGE = [
    pytest.param(None, id="no headers"),
    pytest.param([], id="empty headers"),
    pytest.param([(BEACON_ID, b"short"), (TIME, b"now"), (PROJECT, b"\xff")], id="none of ours"),
    pytest.param([(BEACON_ID, None), (TIME, None), (PROJECT, None)], id="without values"),
    pytest.param([(TIME, b"9" * 30)], id="a time out of range"),
    pytest.param([(TIME, b"9" * 5000)], id="an endless time"),
]


@pytest.mark.parametrize("headers", STRANGE)
def test_a_message_of_somebody_else_arrived_when_kafka_says(headers: Any) -> None:
    assert read(headers=headers, timestamp=NOW_US / 1e6).time == NOW


@pytest.mark.parametrize("timestamp", [None, 0.0, -0.001, 1.7e12, -1.7e12, 1e300], ids=str)
def test_any_timestamp_of_kafka_is_some_time(timestamp: float | None) -> None:
    beacon = read(headers=None, timestamp=timestamp)
    assert datetime(1, 1, 1, tzinfo=UTC) <= beacon.time <= datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("headers", STRANGE)
def test_a_message_of_somebody_else_read_again_is_the_same_beacon(headers: Any) -> None:
    assert read(headers=headers).id == read(headers=headers).id != ID


@pytest.mark.parametrize(
    "changes", [{"offset": 1}, {"partition": 1}, {"timestamp": 1.0}, {"value": b"{}"}], ids=str
)
def test_another_message_of_somebody_else_is_another_beacon(changes: dict[str, Any]) -> None:
    assert read(headers=None, **changes).id != read(headers=None).id


def test_the_time_of_arrival_keeps_its_microseconds() -> None:
    headers = beacon_headers(ID, NOW_US + 1, "shop")
    assert read(headers=headers).time == NOW.replace(microsecond=1)

"""The rows that COPY takes, read back from its binary format."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from beacons import CLICK, ID, KEY_PRESS, NOW, NOW_MS, body
from copies import stored
from event_arrays import EXAMPLES, Example

from chronos.event_time import DAY_MS, EventClock
from chronos.models import metadata
from chronos.models.beacon import Beacon
from chronos.models.decoder import Decoder
from chronos.models.events import EVENT_TYPES, Event
from chronos.sinks.timescaledb.rows import HEADER, TRAILER, columns, rows_of

DECODER = Decoder(1000)
CLOCK = EventClock(tolerance_ms=30_000, max_age_ms=30 * DAY_MS)
SECOND = timedelta(seconds=1)


def beacon(*events: str, time: datetime = NOW, **parts: Any) -> Beacon:
    return Beacon(0, 0, ID, time, "shop", DECODER.decode(body(*events, **parts)))


def rows(*beacons: Beacon) -> dict[str, list[dict[str, Any]]]:
    return stored(rows_of(beacons, CLOCK))


def press(client_time: float) -> str:
    return f'["key_presses","a",{client_time!r}]'


@pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=EVENT_TYPES.keys())
def test_a_row_has_the_records_fields_and_what_all_have(event: type[Event]) -> None:
    expected = [*event.columns(), "client_time", "time", "event_time", "metadata_id"]
    assert sorted(columns(event)) == sorted(expected)


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ('["link_clicks","Buy","/buy",T]', {"link_text": "Buy", "target_url": "/buy"}),
        ('["link_clicks",null,"/buy",T]', {"link_text": None, "target_url": "/buy"}),
        ('["link_clicks","","",T]', {"link_text": "", "target_url": ""}),
        (
            '["clicks","A#é😀",-3,10.5,-0.25,T]',
            {"target_node": "A#é😀", "buttons": -3, "x": 10.5, "y": -0.25},
        ),
        (
            '["clicks","A",2147483647,0,1e308,T]',
            {"target_node": "A", "buttons": 2**31 - 1, "x": 0, "y": 1e308},
        ),
        ('["mouse_moves",1,2.125,T]', {"x": 1.0, "y": 2.125}),
        ('["key_presses","Enter",T]', {"key": "Enter"}),
        ('["pageviews","https://shop/","Shop",T]', {"url": "https://shop/", "title": "Shop"}),
        (
            '["form_submissions",{"a":"é","n":1,"f":1.5,"l":[true,null]},T]',
            {"fields": {"a": "é", "n": 1, "f": 1.5, "l": [True, None]}},
        ),
        ('["form_submissions",{},T]', {"fields": {}}),
    ],
)
def test_a_row_holds_what_the_event_says(event: str, fields: dict[str, Any]) -> None:
    found = rows(beacon(event.replace("T", f"{NOW_MS - 1000:.0f}"), metadata='{"uuid":"u"}'))
    name = json.loads(event.replace("T", "0"))[0]
    left_out = {key: value for key, value in EVENT_TYPES[name].defaults().items() if key != "path"}
    assert found == {
        name: [
            left_out
            | fields
            | {"client_time": NOW - SECOND, "event_time": NOW - SECOND, "time": NOW}
            | {"metadata_id": metadata.read(b'{"uuid":"u"}').id}
        ]
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_type_becomes_a_row_however_much_of_it_is_left_out(example: Example) -> None:
    [row] = rows(beacon(json.dumps(example.array(NOW_MS))))[example.type]
    assert {name: row[name] for name in EVENT_TYPES[example.type].columns()} == example.row


def test_a_mouse_move_with_a_path_is_a_row_for_each_position() -> None:
    found = rows(beacon(KEY_PRESS, f'["mouse_moves",1.5,2,{NOW_MS - 1000:.0f},[1,-2,16,0,0,984]]'))
    places = [(row["x"], row["y"], row["client_time"], row["event_time"]) for row in found["mouse_moves"]]
    times = [NOW - SECOND, NOW - SECOND + timedelta(milliseconds=16), NOW]
    assert places == [
        (1.5, 2.0, times[0], times[0]),
        (2.5, 0.0, times[1], times[1]),
        (2.5, 0.0, times[2], times[2]),
    ]


def test_events_of_many_types_and_beacons_keep_their_order_within_a_type() -> None:
    early, late = NOW - 2 * SECOND, NOW
    first = beacon(press(1), CLICK, press(2), time=early, metadata='{"uuid":"first"}')
    second = beacon(press(3), time=late, metadata='{"uuid":"second"}')
    found = rows(first, second)
    assert {name: len(of_type) for name, of_type in found.items()} == {"key_presses": 3, "clicks": 1}
    assert [row["time"] for row in found["key_presses"]] == [early, early, late]
    assert [row["metadata_id"] for row in found["key_presses"]] == [
        metadata.read(b'{"uuid":"%s"}' % name).id for name in (b"first", b"first", b"second")
    ]


@pytest.mark.parametrize(
    "beacons", [[], [beacon()], [beacon("[]")]], ids=["no beacon", "no event", "a bad event"]
)
def test_where_there_is_no_event_there_is_no_row(beacons: list[Beacon]) -> None:
    made = rows_of(beacons, CLOCK)
    assert (made.copies, made.events) == ({}, 0)


def test_tells_how_many_events_there_are() -> None:
    assert rows_of([beacon(CLICK, "[]", KEY_PRESS), beacon(CLICK)], CLOCK).events == 3


@pytest.mark.parametrize(
    ("client_ms", "event_time", "clamped"),
    [
        pytest.param(NOW_MS - 0.001, NOW - timedelta(microseconds=1), {}, id="a microsecond before"),
        pytest.param(NOW_MS, NOW, {}, id="at the arrival"),
        pytest.param(NOW_MS + 1, NOW, {"future": 1}, id="in the future"),
        pytest.param(NOW_MS - 30 * DAY_MS, NOW - timedelta(days=30), {}, id="just not too old"),
        pytest.param(NOW_MS - 30 * DAY_MS - 1, NOW, {"too_old": 1}, id="too old"),
        pytest.param(-62_135_596_800_000, NOW, {"too_old": 1}, id="year 1"),
        pytest.param(253_402_300_799_999, NOW, {"future": 1}, id="year 9999"),
        pytest.param(253_402_300_799_999.96, NOW, {"future": 1}, id="the end of it"),
    ],
)
def test_event_time_is_clamped_and_client_time_stays(
    client_ms: float, event_time: datetime, clamped: dict[str, int]
) -> None:
    made = rows_of([beacon(press(client_ms))], CLOCK)
    [row] = stored(made)["key_presses"]
    assert row["event_time"] == event_time
    assert {reason: count for reason, count in made.clamped.items() if count} == clamped
    said = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=client_ms)
    assert abs(row["client_time"] - said) < timedelta(milliseconds=1)


@pytest.mark.parametrize(("client_ms", "microseconds"), [(1.0004, 1000), (1.0009, 1001), (-0.0009, -1)])
def test_times_are_rounded_to_microseconds(client_ms: float, microseconds: int) -> None:
    [row] = rows(beacon(press(client_ms)))["key_presses"]
    assert row["client_time"] == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def test_a_clock_that_is_off_is_corrected_in_its_beacon_only() -> None:
    hour = 3_600_000
    behind = beacon(press(NOW_MS - hour - 5000), more=f',"sent_at":{NOW_MS - hour}')
    right = beacon(press(NOW_MS - 1000), more=f',"sent_at":{NOW_MS}')
    behind_row, right_row = rows(behind, right)["key_presses"]
    assert behind_row["event_time"] == NOW - 5 * SECOND
    assert behind_row["client_time"] == NOW - 3605 * SECOND
    assert right_row["event_time"] == NOW - SECOND


@pytest.mark.parametrize("sent_at", ["NaN", "Infinity", "-Infinity", "1e308", "-1e308"])
def test_a_clock_that_says_nonsense_costs_no_event(sent_at: str) -> None:
    [row] = rows(beacon(press(NOW_MS - 1000), more=f',"sent_at":{sent_at}'))["key_presses"]
    assert NOW - SECOND <= row["event_time"] <= NOW


def test_the_arrival_keeps_its_microseconds() -> None:
    time = NOW + timedelta(microseconds=123_457)
    [row] = rows(beacon(press(NOW_MS + 5000), time=time))["key_presses"]
    assert (row["time"], row["event_time"]) == (time, time)


def test_the_format_is_postgresqls_byte_by_byte() -> None:
    one = dataclasses.replace(
        beacon('["key_presses","a",946684800001]'), time=datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC)
    )
    one.decoded.metadata = metadata.Metadata(UUID(int=7), "{}")
    assert rows_of([one], CLOCK).copies["key_presses"] == b"".join(
        (
            b"PGCOPY\n\xff\r\n\x00" + bytes(8),
            b"\x00\x05" + b"\x00\x00\x00\x01a",
            b"\x00\x00\x00\x08" + (1000).to_bytes(8, "big"),
            b"\x00\x00\x00\x08" + (1_000_000).to_bytes(8, "big"),
            b"\x00\x00\x00\x08" + (1000).to_bytes(8, "big"),
            b"\x00\x00\x00\x10" + UUID(int=7).bytes,
            b"\xff\xff",
        )
    )
    assert columns(EVENT_TYPES["key_presses"]) == ["key", "client_time", "time", "event_time", "metadata_id"]
    assert (len(HEADER), TRAILER) == (19, b"\xff\xff")

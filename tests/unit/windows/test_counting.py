"""Counting: which slot, key and bucket each event goes to, and what is late, too late or not counted."""

from typing import Any
from uuid import UUID

import pytest
from beacons import NOW, NOW_MS, NOW_US, body

from chronos.event_time import EventClock
from chronos.models.beacon import Beacon
from chronos.models.decoder import Decoder
from chronos.windows import bundles
from chronos.windows.bundles import BUCKETS, TOO_LATE, Bundle
from chronos.windows.counting import Bounds, Counting
from chronos.windows.declared import BUILT_IN, WindowView

SLOT = NOW_US // 10_000_000
DECODER = Decoder(2_000)
CLOCK = EventClock(tolerance_ms=30_000, max_age_ms=30 * 86_400_000)
BOUNDS = Bounds(late_us=60_000_000, too_late_us=24 * 3_600_000_000)

Found = dict[tuple[str, int, int], dict[str, list[int]]]


def at(seconds_ago: float) -> str:
    return repr(NOW_MS - seconds_ago * 1000)


def beacon(*events: str, partition: int = 0, offset: int = 0, visitor: str = "v", more: str = "") -> Beacon:
    decoded = DECODER.decode(body(*events, metadata=f'{{"uuid":"{visitor}"}}', more=more))
    return Beacon(partition, offset, UUID(int=offset), NOW, "shop", decoded)


def counting(*views: WindowView, partitions: int = 1) -> Counting:
    return Counting(views or BUILT_IN, CLOCK, BOUNDS, partitions)


def panes(found: list[Bundle]) -> Found:
    return {(pane.view, pane.bucket, pane.slot): pane.rows for one in found for pane in one.panes}


def rows(found: list[Bundle], view: str) -> dict[int, dict[str, list[int]]]:
    """By slot the rows of a view, whatever its buckets."""
    together: dict[int, dict[str, list[int]]] = {}
    for (name, _, slot), keys in panes(found).items():
        if name == view:
            together.setdefault(slot, {}).update(keys)
    return together


def test_an_event_is_in_the_slot_of_its_event_time_and_in_the_views_of_its_type() -> None:
    click = f'["clicks","A#buy",1,1,2,{at(5)}]'
    counted = counting().count([beacon(click, offset=7)], {})
    found = counted.bundles[0]
    assert {view for view, _, _ in panes(found)} == {"event_types", "click_nodes", "visitors"}
    assert rows(found, "click_nodes") == {SLOT - 1: {"A#buy": [0, 1, 0]}}
    assert rows(found, "visitors") == {SLOT - 1: {"v": [0, 1, 0]}}
    assert (found[0].source, found[0].first, found[0].last) == (0, 7, 7)
    assert (found[0].watermark_us, found[0].time_us) == (NOW_US - 5_000_000, NOW_US)


def test_each_beacon_has_a_row_of_its_own_by_its_offset_from_the_first() -> None:
    press = f'["key_presses","a",{at(5)}]'
    late = f'["key_presses","a",{at(61)}]'
    beacons = [beacon(press, press, offset=3), beacon(press, offset=5), beacon(late, late, offset=6)]
    found = counting().count(beacons, {0: 1000}).bundles[0]
    assert rows(found, "keys") == {SLOT - 1: {"a": [0, 2, 0, 2, 1, 0]}, SLOT - 7: {"a": [3, 2, 2]}}
    assert (found[0].first, found[0].last) == (1003, 1006)


def test_the_skew_of_a_wrong_clock_is_taken_off() -> None:
    seven_hours = 7 * 3600
    press = f'["key_presses","a",{at(seven_hours + 5)}]'
    more = f',"sent_at":{at(seven_hours)}'
    assert list(rows(counting().count([beacon(press, more=more)], {}).bundles[0], "keys")) == [SLOT - 1]


@pytest.mark.parametrize("seconds_ago", [-3600, 31 * 86_400], ids=["in the future", "older than allowed"])
def test_a_time_that_is_impossible_gives_way_to_the_arrival(seconds_ago: float) -> None:
    press = f'["key_presses","a",{at(seconds_ago)}]'
    assert list(rows(counting().count([beacon(press)], {}).bundles[0], "keys")) == [SLOT]


def test_what_comes_after_the_lateness_is_in_no_window_and_counted_by_its_arrival() -> None:
    in_time, behind = f'["key_presses","a",{at(86_400)}]', f'["key_presses","a",{at(86_400.001)}]'
    counted = counting().count([beacon(in_time, behind, behind, offset=9)], {})
    found = panes(counted.bundles[0])
    assert rows(counted.bundles[0], "keys")[SLOT - 8640] == {"a": [0, 1, 1]}
    assert found["keys", TOO_LATE, SLOT] == {"": [0, 2, 2]}
    assert found["event_types", TOO_LATE, SLOT] == {"": [0, 2, 2]}
    assert found["visitors", TOO_LATE, SLOT] == {"": [0, 2, 2]}
    assert (counted.events, counted.late, counted.too_late) == (3, 3, 2)


def test_an_event_without_a_key_is_not_in_that_view() -> None:
    click = f'["link_clicks",null,"http://x/",{at(1)}]'
    found = counting().count([beacon(click)], {}).bundles[0]
    assert rows(found, "link_texts") == {}
    assert rows(found, "event_types") == {SLOT - 1: {"link_clicks": [0, 1, 0]}}


def test_a_view_of_ones_own_counts_by_its_expression_under_its_own_id() -> None:
    view = WindowView("big", "", "clicks", "coalesce(text, target_node)", "buttons > 1", is_own=True)
    clicks = [f'["clicks","a",{buttons},1,2,{at(1)}]' for buttons in (1, 2, 3)]
    found = counting(view).count([beacon(*clicks)], {}).bundles[0]
    assert rows(found, view.id) == {SLOT - 1: {"a": [0, 2, 0]}}


def test_keys_are_spread_over_partitions_by_their_bucket_and_every_partition_is_told_the_time() -> None:
    presses = [f'["key_presses","key {n}",{at(1)}]' for n in range(200)]
    counted = counting(partitions=6).count([beacon(*presses)], {})
    assert sorted(counted.bundles) == list(range(6))
    for place, some in counted.bundles.items():
        assert [one.watermark_us for one in some] == [NOW_US - 1_000_000]
        for view, bucket, _ in panes(some):
            assert bucket < BUCKETS
            assert bundles.partition_of(view, bucket, 6) == place
        for (view, bucket, _), keys in panes(some).items():
            assert view == "visitors" or all(bundles.bucket_of(key) == bucket for key in keys)
    every = [key for some in counted.bundles.values() for keys in rows(some, "keys").values() for key in keys]
    assert sorted(every) == sorted(f"key {n}" for n in range(200))


def test_keys_that_are_too_much_for_a_message_are_counted_without_them(monkeypatch: Any) -> None:
    monkeypatch.setattr("chronos.windows.bundles.DELTA_BYTES", 10)
    view = WindowView("one", "", "key_presses", "key", is_own=True)
    presses = [[f'["key_presses","{"x" * 8}",{at(1)}]'] * 2, [f'["key_presses","y",{at(1)}]'] * 3]
    keys = counting(view)
    keys._bucket = lambda key: 0  # type: ignore[assignment]
    beacons = [
        beacon(*some, offset=n) for n, some in enumerate([*presses, [f'["key_presses","zzzz",{at(1)}]']])
    ]
    [pane] = keys.count(beacons, {}).bundles[0][0].panes
    assert pane.rows == {"y": [1, 3, 0], "zzzz": [2, 1, 0]}
    assert pane.overflow == [0, 2, 0]


def test_bundles_are_cut_into_messages_that_are_not_too_large_and_hold_the_same() -> None:
    presses = [f'["key_presses","{"k" * 900}{n}",{at(n % 90)}]' for n in range(2000)]
    found = counting().count([beacon(*presses)], {}).bundles[0]
    values = list(bundles.messages(found))
    assert len(values) > 1
    assert max(map(len, values)) < 2 * bundles.MESSAGE_BYTES
    again = [bundle for value in values for bundle in bundles.decode(value)]
    assert panes(again) == panes(found)
    assert {(one.source, one.first, one.last) for one in again} == {(0, 0, 0)}

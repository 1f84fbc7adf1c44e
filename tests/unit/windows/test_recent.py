"""The newest events: in few words, the newest first, and no path of the mouse in place of all others."""

from uuid import UUID

import pytest
from beacons import NOW, NOW_MS, NOW_US, body

from chronos.event_time import EventClock
from chronos.models.beacon import Beacon
from chronos.models.decoder import Decoder
from chronos.windows.recent import KEPT, LONGEST, PER_BEACON, Recent

DECODER = Decoder(2_000)
AT = repr(NOW_MS - 5000)


def beacon(*events: str) -> Beacon:
    return Beacon(0, 0, UUID(int=0), NOW, "shop", DECODER.decode(body(*events)))


def told(*beacons: Beacon) -> list[tuple[str, str]]:
    return [(event["type"], event["text"]) for event in recent(*beacons).events()]


def recent(*beacons: Beacon) -> Recent:
    made = Recent(EventClock(tolerance_ms=30_000, max_age_ms=30 * 86_400_000), late_us=60_000_000)
    made.add(beacons)
    return made


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (f'["pageviews","https://a/","Home",{AT}]', "https://a/"),
        (f'["link_clicks","Buy","https://a/b",{AT}]', "Buy"),
        (f'["clicks","button#b",0,1,1,{AT}]', "button#b"),
        (f'["custom_events","demo",{{}},{AT}]', "demo"),
        (f'["scroll_depths",50,{AT}]', ""),
        (f'["mouse_moves",1,1,{AT}]', "1 position"),
        (f'["form_submissions",{{"name":"Ada"}},{AT},"form#a"]', "form#a"),
    ],
    ids=["page", "link", "node", "name", "nothing", "mouse", "form"],
)
def test_an_event_says_what_it_is_about(event: str, text: str) -> None:
    assert told(beacon(event)) == [(event.split('"')[1], text)]


def test_the_newest_is_the_first() -> None:
    first, second = (beacon(f'["key_presses","{key}",{AT}]') for key in "ab")
    assert told(first, second) == [("key_presses", "b"), ("key_presses", "a")]


def test_positions_of_the_mouse_are_told_once() -> None:
    path = ",".join(["1,1,10"] * 30)
    found = told(
        beacon(f'["key_presses","a",{AT}]', f'["mouse_moves",1,1,{AT},[{path}]]', f'["mouse_moves",2,2,{AT}]')
    )
    assert found == [("mouse_moves", "32 positions"), ("key_presses", "a")]


def test_of_many_there_are_the_newest() -> None:
    many = beacon(*(f'["key_presses","{number}",{AT}]' for number in range(99)))
    assert len(told(many)) == PER_BEACON
    assert told(many)[0] == ("key_presses", "98")
    assert len(told(*[many] * 99)) == KEPT


def test_a_long_text_is_cut() -> None:
    assert told(beacon(f'["key_presses","{"x" * 999}",{AT}]')) == [("key_presses", "x" * LONGEST)]


@pytest.mark.parametrize(("seconds", "late"), [(60, False), (60.5, True)], ids=["just in time", "late"])
def test_what_came_late_is_said(seconds: float, late: bool) -> None:
    [event] = recent(beacon(f'["key_presses","a",{NOW_MS - seconds * 1000!r}]')).events()
    assert event["late"] is late
    assert event["time"] == NOW_US / 1_000_000
    assert event["event_time"] == pytest.approx(NOW_US / 1_000_000 - seconds)

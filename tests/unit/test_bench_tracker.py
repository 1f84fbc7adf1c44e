"""What `make bench-tracker` counts, without a browser."""

import json
import math
from typing import Any

import pytest

from bench.tracker import beacons, delivery, hand, spread, weight


def body(id: str, *events: list[Any]) -> bytes:
    data = {"id": id, "events": events, "metadata": {"url": "é"}}
    return json.dumps({"data": data}, separators=(",", ":"), ensure_ascii=False).encode()


def custom(number: int) -> list[Any]:
    return ["custom_events", "bought", {"number": number}, 5]


@pytest.mark.parametrize(
    ("event", "positions"),
    [
        (["clicks", "p", 0, 1, 2, 3], 1),
        (["mouse_moves", 1, 2, 3], 1),
        (["mouse_moves", 1, 2, 3, []], 1),
        (["mouse_moves", 1, 2, 3, [1, -1, 100, 2, 0, 100]], 3),
    ],
)
def test_a_path_counts_as_its_positions(event: list[Any], positions: int) -> None:
    assert beacons.positions(event) == positions


def test_bytes_are_those_of_events_and_the_rest_is_envelope() -> None:
    click = ["clicks", "p#ü", 0, 1, 2, 3]
    bodies = [body("a", click, click), body("b", custom(1))]
    found = beacons.traffic(bodies)
    assert found.counts == {"clicks": 2, "custom_events": 1}
    assert found.size_of_one("clicks") == len('["clicks","p#ü",0,1,2,3],'.encode())
    assert found.targets == 2 * len("p#ü".encode())
    assert sum(found.sizes.values()) + found.envelope == sum(map(len, bodies))
    assert found.size_of_one("mouse_moves") == 0


def test_a_beacon_that_comes_again_is_repeated_and_an_event_in_two_beacons_is_there_twice() -> None:
    first = body("a", custom(1), custom(2))
    assert beacons.once([first, first]) == [first]
    again = [first, body("b", ["pageviews", "", "", 5]), first, body("c", custom(2))]
    assert beacons.delivery(again) == beacons.Delivery(events=2, twice=1, repeated=1)


def test_the_hand_moves_from_each_place_to_one_that_is_near() -> None:
    places = hand.way(500)
    assert places == hand.way(500) != hand.way(500, seed=8)
    assert len(places) == 500
    assert all(0 <= x < hand.WIDTH and 0 <= y < hand.HEIGHT for x, y in places)
    assert max(map(math.dist, places, places[1:])) < 150


def test_rounds_are_told_with_their_spread() -> None:
    assert spread.spread([3.0, 1.0, 2000.0]) == "3.0 (1.0 to 2,000.0)"
    assert delivery.between([400, 400]) == "400"
    assert delivery.between([1025, 513]) == "513 to 1,025"


def test_only_a_script_above_the_limit_is_complained_about() -> None:
    assert weight.excess(b"small") is None
    random_enough = b"".join(str(math.sqrt(n)).encode() for n in range(2, 1500))
    assert "the limit is 5,120" in (weight.excess(random_enough) or "")

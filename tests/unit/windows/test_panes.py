"""Adding deltas to panes: each beacon once, whatever is sent again and however it was cut."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronos.windows import panes
from chronos.windows.bundles import COUNT, DISTINCT, Bundle, PaneDelta
from chronos.windows.panes import PANE_BYTES, Pane

Beacons = list[dict[str, int]]  # by offset, events by key

beacons = st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(1, 5)), min_size=1, max_size=30)


def bundle(
    sent: Beacons, first: int, end: int, source: int = 0, kind: str = COUNT
) -> tuple[Bundle, PaneDelta]:
    rows: dict[str, list[int]] = {}
    for offset in range(first, end):
        for key, events in sent[offset].items():
            rows.setdefault(key, []).extend((offset - first, events, events % 2))
    delta = PaneDelta("keys", 0, 5, kind, rows)
    return Bundle(source, first, end - 1, 0, 0, [delta]), delta


def counts(sent: Beacons) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in sent:
        for key, events in one.items():
            total[key] = total.get(key, 0) + events
    return total


@given(beacons, st.randoms(use_true_random=False))
def test_every_beacon_counts_once_however_often_and_in_whatever_parts_it_is_sent(
    sent: Beacons, rng: random.Random
) -> None:
    pane, done = Pane({}, {}), 0
    added_in_all: dict[str, int] = {}
    while done < len(sent):
        first = rng.randint(0, done)  # again from any place that was sent before
        end = rng.randint(first + 1, len(sent))
        added = panes.add(pane, *bundle(sent, first, end))
        for key, events in added.counts.items():
            added_in_all[key] = added_in_all.get(key, 0) + events
        done = max(done, end)
    assert pane.counts == counts(sent) == added_in_all
    assert pane.late == sum(events % 2 for one in sent for events in one.values())
    assert pane.vector == {0: len(sent) - 1}


@given(beacons, beacons, st.randoms(use_true_random=False))
def test_sources_do_not_know_of_each_other(one: Beacons, other: Beacons, rng: random.Random) -> None:
    pane = Pane({}, {})
    work = [bundle(one, 0, len(one), 0), bundle(other, 0, len(other), 1)] * 2
    rng.shuffle(work)
    for part in work:
        panes.add(pane, *part)
    assert pane.counts == counts([*one, *other])


def test_a_pane_survives_being_written_and_read() -> None:
    pane = Pane({3: 17}, {"ä": 2}, late=1, overflow=4, revised=True, sketch=b"x")
    assert panes.decode(panes.encode(pane)) == pane


def test_keys_without_room_are_counted_together_and_those_with_room_go_on() -> None:
    long = {f"{n}{'x' * 990}": 1 for n in range(300)}
    pane = Pane({}, {"known": 1})
    added = panes.add(pane, *bundle([{**long, "known": 2}], 0, 1))
    assert pane.counts["known"] == 3
    assert sum(map(len, pane.counts)) <= PANE_BYTES
    assert added.overflow == pane.overflow == 300 - (len(pane.counts) - 1)
    assert pane.overflow > 0


@pytest.mark.parametrize("number", [0, 1, 50, 700])
def test_few_distinct_keys_are_counted_exactly_also_over_several_slots_and_sent_twice(number: int) -> None:
    sketches = []
    for slot in range(3):
        pane = Pane({}, {})
        sent: Beacons = [{f"visitor {n}": 1} for n in range(slot * number // 3, number)]
        if sent:
            panes.add(pane, *bundle(sent, 0, len(sent), kind=DISTINCT))
            panes.add(pane, *bundle(sent, 0, len(sent), source=1, kind=DISTINCT))
            sketches.append(pane.sketch)
    assert panes.distinct(sketches) == number


def test_many_distinct_keys_are_counted_within_the_error_of_the_sketch() -> None:
    pane = Pane({}, {})
    sent: Beacons = [{f"visitor {n}": 1} for n in range(20_000)]
    panes.add(pane, *bundle(sent, 0, len(sent), kind=DISTINCT))
    # Four times the standard error; the hashes are the same in each run.
    assert abs(panes.distinct([pane.sketch]) - 20_000) < 20_000 * 0.048
    assert len(pane.sketch) < 6_000


def test_an_empty_key_is_one_of_the_distinct_ones() -> None:
    pane = Pane({}, {})
    panes.add(pane, *bundle([{"": 1}, {"a": 1}], 0, 2, kind=DISTINCT))
    assert panes.distinct([pane.sketch]) == 2


@pytest.mark.parametrize(
    ("one", "other", "covers"),
    [({0: 5}, {0: 5}, True), ({0: 5, 1: 1}, {0: 4}, True), ({0: 4}, {0: 5}, False), ({0: 9}, {1: 0}, False)],
)
def test_a_pane_covers_another_when_it_holds_all_of_it(
    one: dict[int, int], other: dict[int, int], covers: bool
) -> None:
    assert Pane(one, {}).covers(Pane(other, {})) is covers

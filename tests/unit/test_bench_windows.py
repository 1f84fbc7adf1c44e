"""What `make bench-windows` sends is what it says that it sends."""

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from bench.windows import alone, beacons, filling, latency
from bench.windows.noise import Noise
from chronos.models.beacon import read_beacon
from chronos.models.decoder import Decoder
from chronos.windows.bundles import BUCKETS, PaneDelta, bucket_of, partition_of

NOW = 1_800_000_000_000


def test_beacons_have_the_mix_of_a_visit_within_the_seconds_before_they_are_sent(
    rng: random.Random,
) -> None:
    decoded = Decoder(1_000).decode(beacons.body(rng, "key", 200, 50, NOW))
    assert not decoded.bad
    types = Counter(event.wire_name for event in decoded.events)
    assert types == {kind: 10 * number for kind, number in beacons.MIX.items()}
    times = [event.client_time for event in decoded.events]
    assert times == sorted(times)
    assert times[0] >= NOW - beacons.DELAY_MS
    assert times[-1] < NOW


def test_there_are_as_many_different_keys_as_wanted(rng: random.Random) -> None:
    bodies = beacons.bodies(rng, "key", 100, 20, NOW, 30)
    events = [event for body in bodies for event in Decoder(1_000).decode(body).events]
    nodes = {event.target_node for event in events if event.wire_name == "clicks"}
    urls = {event.url for event in events if event.wire_name == "pageviews"}
    assert len(nodes) == len(urls) == 20


def test_arrivals_go_on_where_the_batch_before_ended(rng: random.Random) -> None:
    first, second = alone.Arrivals(rng, 20).batches(2)
    decoder = Decoder(1_000)
    beacon, later = (read_beacon(batch[0], decoder) for batch in (first, second))
    assert (later.time - beacon.time).total_seconds() == alone.BATCH_MS / 1000
    last = [record for record in first if record.partition == 0][-1]
    assert (second[0].partition, second[0].offset) == (0, last.offset + 1)


def test_a_day_has_about_as_many_counts_as_wanted_and_the_first_keys_have_the_most() -> None:
    day = filling.Day(1_000_000, np.random.default_rng(7))
    events: Counter[str] = Counter()
    places: set[tuple[int, str]] = set()
    for place, delta in _deltas(day, 50_000):
        assert place == partition_of(delta.view, delta.bucket, 6)
        assert day.start <= delta.slot < day.end
        for key, row in delta.rows.items():
            assert delta.bucket == bucket_of(key) < BUCKETS
            events[key] += row[1]
            places.add((delta.slot, key))
    assert len(places) == day.counts == pytest.approx(50_000, rel=0.2)
    assert events.total() == day.events
    assert events.most_common(1)[0][0] == day.names[0]


def _deltas(day: filling.Day, counts: int) -> list[tuple[int, PaneDelta]]:
    parts = day._pageviews(filling._skewed(filling.KEYS), counts / filling.SLOTS)
    return [(place, delta) for part in parts for place, some in part.items() for delta in some]


def test_a_slot_has_as_many_different_visitors_as_wanted() -> None:
    day = filling.Day(1_000_000, np.random.default_rng(7))
    [deltas] = next(day._visitors(5)).values()
    assert [len(delta.rows) for delta in deltas] == [5] * filling.AT_ONCE


@pytest.mark.parametrize(("times", "found"), [([1.0, 2.0], 2.0), ([*range(1000)], 990), ([3.0], 3.0)])
def test_the_99th_percentile_is_the_time_that_only_a_hundredth_took_longer(
    times: list[Any], found: float
) -> None:
    assert latency._p99(times) == found


def test_the_noise_of_the_machine_is_told() -> None:
    noise = Noise()
    noise.sample()
    noise.sample()
    assert "the median is" in noise.report()

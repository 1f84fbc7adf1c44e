"""What is seen, and what is so by that."""

from dataclasses import replace
from typing import Any

import pytest
from seen_states import CHANGELOG, DELTAS, EVENTS, LETTERS, MB, kafka, partition, settings

from chronos.kafka_state import Disk, KafkaState, Topic
from chronos.watch import judging, judging_lag
from chronos.watch import lag as lags
from chronos.watch.incidents import KINDS
from chronos.watch.judging_lag import Trends
from chronos.watch.lag import Watermark, Watermarks
from chronos.watch.seeing import Seen


def stored(state: KafkaState, **offsets: int) -> Watermarks:
    """How far these sinks have come in partition 0; all have stored everything else that there is."""
    return Watermarks(
        {
            (sink, topic): {
                one.number: Watermark(offsets[sink] if sink in offsets and not one.number else one.end or 0)
                for one in state.topics[topic].partitions
            }
            for sink, topic in lags.sinks(settings())
            if topic in state.topics
        }
    )


def found(judgement: judging.Judgement) -> set[tuple[str, str]]:
    assert {one.name for one in judgement.conditions} <= judgement.judged
    assert all(one.summary for one in judgement.conditions)
    return {one.key for one in judgement.conditions}


def test_where_all_is_well_nothing_is_so() -> None:
    seen = Seen(0.0, kafka=kafka(), watermarks=stored(kafka()))
    assert found(judging.of_kafka(seen, settings())) == set()
    assert found(judging_lag.of_lag(seen, Trends.of(settings()), settings())) == set()


def test_every_kind_is_judged_by_somebody() -> None:
    seen = Seen(0.0, kafka=kafka(), watermarks=stored(kafka()), disk_free=10**12)
    by_all = judging.of_kafka(seen, settings()) + judging_lag.of_lag(seen, Trends.of(settings()), settings())
    by_each = judging.of_worker(seen, settings(), "worker", "disk")
    assert by_all.judged | by_each.judged == set(KINDS)
    assert by_each.judged == {name for name, kind in KINDS.items() if kind.everywhere}


def test_a_kafka_that_does_not_answer_tells_nothing_of_its_partitions() -> None:
    judgement = judging.of_kafka(Seen(0.0, kafka_problem="no answer"), settings())
    assert found(judgement) == {("kafka_unreachable", "")}
    assert judgement.judged == {"kafka_unreachable", "database_away", "sink_waits"}


def test_a_database_that_does_not_answer_is_told() -> None:
    seen = Seen(0.0, kafka=kafka(), waiting={"store_events": "refused", "feed_views": "refused"})
    assert found(judging.of_kafka(seen, settings())) == {
        ("sink_waits", "store_events"),
        ("sink_waits", "feed_views"),
    }
    judgement = judging.of_kafka(replace(seen, database_problem="refused"), settings())
    assert found(judgement) == {("database_away", "")}, "and not each sink that waits for it"
    assert "sink_waits" not in judgement.judged


CLUSTER = kafka()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (replace(CLUSTER, known=frozenset({1, 2, 3})), {("broker_away", "2"), ("broker_away", "3")}),
        (replace(CLUSTER, controller=None), {("no_controller", "")}),
        (
            kafka(replace(partition(EVENTS), leader=None, in_sync=()), partition(EVENTS, 1)),
            {("partitions_offline", ""), ("partitions_under_replicated", "")},
        ),
        (
            kafka(replace(partition(EVENTS), replicas=(1, 2)), partition(EVENTS, 1)),
            {("partitions_under_replicated", ""), ("partitions_refuse", "")},
        ),
        (kafka(**{DELTAS: 6}), {("window_partitions_differ", DELTAS)}),
        (
            replace(CLUSTER, topics={name: one for name, one in CLUSTER.topics.items() if name != LETTERS}),
            {("topic_missing", LETTERS)},
        ),
    ],
    ids=["brokers", "controller", "offline", "under min in sync", "windows", "topic"],
)
def test_what_is_wrong_with_kafka_is_found(state: KafkaState, expected: set[tuple[str, str]]) -> None:
    state.topics.get(EVENTS, Topic("", ())).configs["min.insync.replicas"] = "2"  # type: ignore[index]
    assert found(judging.of_kafka(Seen(0.0, kafka=state), settings())) == expected


def test_fewer_partitions_than_asked_are_told_once_kafka_refuses_more() -> None:
    seen = Seen(0.0, kafka=kafka())
    wanted = settings(partitions=3)
    differ = {("window_partitions_differ", DELTAS), ("window_partitions_differ", CHANGELOG)}
    assert found(judging.of_kafka(seen, wanted)) == differ
    refused = replace(seen, refused={EVENTS: "policy"})
    assert found(judging.of_kafka(refused, wanted)) == {*differ, ("partitions_fewer", EVENTS)}


@pytest.mark.parametrize(
    ("used", "expected"),
    [(50, set()), (51, {"spool_filling"}), (99, {"spool_filling", "spool_full"})],
)
def test_a_spool_that_fills_is_told(used: int, expected: set[str]) -> None:
    judgement = judging.of_worker(Seen(0.0, spool=(used, 100)), settings(), "w", "d")
    assert found(judgement) == {(name, "w") for name in expected}


def test_little_free_space_is_told() -> None:
    judgement = judging.of_worker(Seen(0.0, disk_free=1_999_999_999), settings(), "w", "d")
    assert found(judgement) == {("disk_nearly_full", "d")}
    assert found(judging.of_worker(Seen(0.0, disk_free=2_000_000_000), settings(), "w", "d")) == set()


def lag(*looks: tuple[float, int, int], **kafka_settings: Any) -> set[tuple[str, str]]:
    """What is so after looks (minute, end of partition 0, next offset of store_events)."""
    wanted = settings(**kafka_settings)
    trends = Trends.of(wanted)
    configs = {"retention.bytes": str(10 * MB)} if kafka_settings else {}
    for minute, end, next_offset in looks:
        state = kafka(partition(EVENTS, end=end), partition(EVENTS, 1), configs=configs)
        seen = Seen(minute * 60, kafka=state, watermarks=stored(state, store_events=next_offset))
        trends.add(seen, wanted)
    return found(judging_lag.of_lag(seen, trends, wanted))


def test_lag_that_grows_without_a_pause_is_told() -> None:
    growing = [(minute, 1000 * minute, 100) for minute in range(1, 5)]
    assert lag(*growing) == {("lag_growing", "store_events")}
    assert lag(*growing[:3]) == set(), "not for long enough yet"
    assert lag(*growing[:2], (2.5, 5000, 5000), *growing[2:]) == set(), "once all was read"
    assert lag(*growing[:2], *((one[0] + 3, *one[1:]) for one in growing[2:])) == set(), "nobody looked"
    assert lag(*((minute, 100 + 5 * minute, 100) for minute in range(1, 5))) == set(), "by very little"


def test_a_beacon_that_waits_for_long_is_told() -> None:
    waits = kafka(partition(EVENTS, fresh=60), partition(EVENTS, 1))
    for next_offset, expected in (
        (59, {("lag_old", "feed_views")}),
        (60, set()),
        (101, {("lag_old", "feed_views")}),
    ):
        seen = Seen(0.0, kafka=waits, watermarks=stored(waits, store_events=100, feed_views=next_offset))
        assert found(judging_lag.of_lag(seen, Trends.of(settings()), settings())) == expected


def test_what_was_deleted_unread_is_told() -> None:
    state = kafka(partition(EVENTS, first=50), partition(EVENTS, 1))
    for next_offset, expected in ((49, {("unread_deleted", "store_events")}), (50, set()), (0, set())):
        seen = Seen(0.0, kafka=state, watermarks=stored(state, store_events=next_offset))
        assert found(judging_lag.of_lag(seen, Trends.of(settings()), settings())) == expected


BUDGET = {"retention_bytes": 20 * MB}


@pytest.mark.parametrize(
    ("looks", "is_told"),
    [
        ([(1, 2000, 0), (2, 2100, 0), (3, 2200, 0)], True),
        ([(1, 2000, 0), (2, 2001, 1), (3, 2002, 2)], False),
        ([(1, 200, 0), (2, 400, 0), (3, 900, 0)], False),
        ([(1, 2000, 0), (2, 2004, 0), (3, 2008, 0)], False),
        ([(1, 8000, 0), (2, 8000, 0)], True),
    ],
    ids=["fills in 80 min", "it is read as fast", "little waits", "fills in days", "nearly full"],
)
def test_a_budget_that_would_delete_what_was_not_read_is_told(
    looks: list[tuple[float, int, int]], is_told: bool
) -> None:
    expected = {("unread_at_risk", "store_events")} if is_told else set()
    assert {one for one in lag(*looks, **BUDGET) if one[0] == "unread_at_risk"} == expected
    assert not {one for one in lag(*looks) if one[0] == "unread_at_risk"}, "without a budget there is no risk"


def test_the_estimate_is_of_the_partition_that_fills_first() -> None:
    wanted = settings(**BUDGET)
    trends = Trends.of(wanted)
    for minute in (1, 2):
        state = kafka(
            partition(EVENTS, end=4000 + 100 * minute),
            partition(EVENTS, 1),
            configs={"retention.bytes": str(10 * MB)},
        )
        seen = Seen(minute * 60, kafka=state, watermarks=stored(state, store_events=0))
        trends.add(seen, wanted)
    [told] = [
        one for one in judging_lag.of_lag(seen, trends, wanted).conditions if one.name == "unread_at_risk"
    ]
    assert told.value == pytest.approx(5.8 / 6, abs=0.01)
    assert "in about 1.0 h" in told.summary


@pytest.mark.parametrize(
    ("ends", "is_told"),
    [
        ([0] * 20 + [50, 100], True),
        ([0] * 20 + [50, 99], False),
        ([100 * minute for minute in range(22)], False),
        ([50, 100], False),
        ([20 * minute for minute in range(20)] + [2000], True),
    ],
    ids=["many", "few", "as many as ever", "nobody knows how many there were", "ten times as many"],
)
def test_dead_letters_that_rise_sharply_are_told(ends: list[int], is_told: bool) -> None:
    trends = Trends.of(settings())
    for minute, end in enumerate(ends):
        state = kafka(letters=end)
        seen = Seen(minute * 60, kafka=state, watermarks=stored(state))
        trends.add(seen, settings())
    told = found(judging_lag.of_lag(seen, trends, settings()))
    assert (("dead_letters_rising", "") in told) == is_told


def test_a_disk_of_a_broker_elsewhere_that_is_nearly_full_is_told() -> None:
    seen = Seen(
        0.0, kafka=replace(CLUSTER, disks={1: Disk(1_999_999_999, 10**12), 2: Disk(2 * 10**9, 10**12)})
    )
    elsewhere = settings(bootstrap="there:9092")
    assert found(judging.of_kafka(seen, elsewhere)) == {("broker_disk_nearly_full", "1")}
    assert found(judging.of_kafka(seen, settings())) == set(), "each worker looks at the one that is here"


def test_what_kafka_deletes_is_told_while_the_database_is_away_and_that_it_waits_is_not() -> None:
    wanted, trends = settings(), Trends.of(settings())
    full = {"first": 50, "end": 2000, "fresh": 1999, "sizes": {1: 40 * MB}}
    state = kafka(partition(EVENTS, **full), configs={"retention.bytes": str(42 * MB)})
    seen = Seen(0.0, kafka=state, watermarks=stored(state, store_events=40))
    kinds = {name for name, _ in found(judging_lag.of_lag(seen, trends, wanted))}
    assert kinds == {"lag_old", "unread_at_risk", "unread_deleted"}
    alone = judging_lag.of_lag(replace(seen, database_problem="no answer"), trends, wanted)
    assert found(alone) == {("unread_at_risk", "store_events"), ("unread_deleted", "store_events")}
    assert "lag_old" not in alone.judged

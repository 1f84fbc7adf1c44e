"""What is seen of a Kafka: what is missing, behind, or waits."""

from dataclasses import replace
from typing import Any

import pytest

from chronos.kafka_state import KafkaState, Partition, Topic

WELL = Partition("events", 0, 1, (1, 2, 3), (1, 2, 3), first=10, end=30, sizes={1: 100, 2: 90})


def state(*partitions: Partition, brokers: tuple[int, ...] = (1, 2, 3), **configs: str) -> KafkaState:
    topic = Topic("events", partitions, configs)
    known = {*brokers, *(one for partition in partitions for one in partition.replicas)}
    return KafkaState(0.0, dict.fromkeys(brokers, "host:1"), frozenset(known), 1, {"events": topic})


def test_where_all_is_well_nothing_is_wrong() -> None:
    seen = state(WELL, **{"min.insync.replicas": "2"})
    assert (seen.away, seen.offline, seen.under_replicated, seen.under_least) == ([], [], [], [])
    assert (WELL.size, WELL.messages, seen.topics["events"].size) == (100, 20, 190)


def test_a_broker_that_should_hold_a_replica_and_is_not_there_is_away() -> None:
    assert state(WELL, brokers=(1, 3)).away == [2]


@pytest.mark.parametrize(
    ("change", "offline", "under_replicated", "under_least"),
    [
        ({"in_sync": (1, 2)}, False, True, False),
        ({"in_sync": (1,)}, False, True, True),
        ({"leader": None, "in_sync": (2,)}, True, True, False),
        ({"replicas": (1,), "in_sync": (1,)}, False, False, False),
    ],
    ids=["one behind", "too few", "no leader", "one replica is all that there is"],
)
def test_partitions_are_told_apart(
    change: dict[str, Any], offline: bool, under_replicated: bool, under_least: bool
) -> None:
    seen = state(replace(WELL, **change), **{"min.insync.replicas": "2"})
    found = [bool(some) for some in (seen.offline, seen.under_replicated, seen.under_least)]
    assert found == [offline, under_replicated, under_least]


@pytest.mark.parametrize(
    ("next_offset", "lag"),
    [(30, 0), (25, 5), (0, 20), (31, 20)],
    ids=["all was read", "some waits", "what was deleted does not wait", "the topic was made anew"],
)
def test_lag_is_what_kafka_has_and_was_not_read(next_offset: int, lag: int) -> None:
    assert WELL.lag(next_offset) == lag


def test_what_nobody_could_tell_is_none() -> None:
    unknown = Partition("events", 0, None, (1,), ())
    assert (unknown.size, unknown.messages, unknown.lag(0)) == (None, None, None)
    assert state(unknown).topics["events"].messages == 0


@pytest.mark.parametrize(
    ("configs", "budget"),
    [
        ({"retention.bytes": "100", "segment.bytes": "20"}, 720),
        ({"retention.bytes": "-1", "segment.bytes": "20"}, None),
        ({}, None),
    ],
    ids=["each replica has it and a segment", "only time limits it", "nobody could tell"],
)
def test_a_topic_has_a_budget(configs: dict[str, str], budget: int | None) -> None:
    assert state(WELL, replace(WELL, number=1), **configs).topics["events"].budget == budget


@pytest.mark.parametrize(
    ("in_sync", "without", "refuses"),
    [
        ((1, 2, 3), {1}, False),
        ((1, 2, 3), {1, 2}, True),
        ((1, 2), {1}, True),
        ((1, 2), {3}, False),
        ((1,), {1}, False),
    ],
    ids=["one of three", "two of three", "one of two", "one that is away", "it refuses already"],
)
def test_what_refuses_without_a_broker_is_known_before(
    in_sync: tuple[int, ...], without: set[int], refuses: bool
) -> None:
    seen = state(replace(WELL, in_sync=in_sync), **{"min.insync.replicas": "2"})
    assert bool(seen.refusing_without(without)) == refuses

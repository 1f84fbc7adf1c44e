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

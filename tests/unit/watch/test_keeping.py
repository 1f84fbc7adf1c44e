"""What is to be changed in Kafka, and what is left as somebody has set it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from seen_states import EVENTS, MB, RETENTION, kafka, partition, settings

from chronos.kafka_state import KafkaState, Topic
from chronos.watch import keeping


def said(value: str | None, name: str = "retention.ms") -> dict[tuple[str, str], str | None]:
    plain = {(EVENTS, "retention.bytes"): None, (EVENTS, "segment.bytes"): None}
    return {**plain, (EVENTS, "retention.ms"): RETENTION["retention.ms"], (EVENTS, name): value}


@pytest.mark.parametrize(
    ("there", "remembered", "changed"),
    [
        ({"retention.ms": "1"}, said("1"), {"retention.ms": RETENTION["retention.ms"]}),
        ({"retention.ms": "1"}, said(RETENTION["retention.ms"]), None),
        ({"retention.ms": "1"}, {}, None),
        (RETENTION, {}, None),
        ({"retention.bytes": "5"}, said("5", "retention.bytes"), {"retention.bytes": None}),
        ({}, {}, RETENTION),
    ],
    ids=[
        "the setting changed",
        "set by hand",
        "set by nobody knows whom",
        "as it should be",
        "no budget any more",
        "unset",
    ],
)
def test_a_topic_gets_what_changed_in_the_settings_and_keeps_what_was_set_by_hand(
    there: dict[str, str],
    remembered: dict[tuple[str, str], str | None],
    changed: dict[str, str | None] | None,
) -> None:
    topic = Topic(EVENTS, (partition(EVENTS),), {"cleanup.policy": "delete", **there}, frozenset(there))
    state = KafkaState(0.0, {1: "h:1"}, frozenset({1}), 1, {EVENTS: topic})
    plan = keeping.plan(state, settings(partitions=1), remembered)
    assert plan.configure.get(EVENTS) == changed
    assert keeping.plan(state, settings(partitions=1), remembered).partitions == {}


def test_topic_events_gets_more_partitions_and_never_fewer_and_no_other_does() -> None:
    assert keeping.plan(kafka(), settings(partitions=5), {}).partitions == {EVENTS: 5}
    assert keeping.plan(kafka(), settings(partitions=1), {}).partitions == {}


def test_a_budget_is_shared_by_the_partitions_that_there_are() -> None:
    wanted = settings(partitions=2, retention_bytes=160 * MB)
    two, four = (
        keeping.wanted(Topic(EVENTS, tuple(partition(EVENTS, n) for n in range(count)), {}), wanted)
        for count in (2, 4)
    )
    for values, share in ((two, 80 * MB), (four, 40 * MB)):
        assert int(values["segment.bytes"] or 0) == share // 8
        assert int(values["retention.bytes"] or 0) + int(values["segment.bytes"] or 0) == share


def doubts(configs: dict[str, str], own: Iterable[str] = (), replicas: int = 1) -> str:
    events = replace(partition(EVENTS), replicas=tuple(range(replicas)))
    topic = Topic(EVENTS, (events,), configs, frozenset(own))
    return "\n".join(map(str, keeping.doubts(topic, settings(partitions=1))))


HOURS = RETENTION["retention.ms"]


@pytest.mark.parametrize(
    ("configs", "own", "says"),
    [
        (RETENTION, RETENTION, ""),
        ({}, {}, ""),
        (
            {"retention.ms": "1"},
            ["retention.ms"],
            f"is 1, and the settings say {HOURS}:",
        ),
        ({"retention.bytes": "5"}, ["retention.bytes"], "the settings say nothing of it: it was set by hand"),
        ({"retention.ms": "1"}, {}, ""),
        ({"max.message.bytes": "1000"}, {}, "max.message.bytes of events is 1000, and the settings say 1"),
    ],
    ids=["as it should be", "unknown", "by hand", "a budget by hand", "a default", "made with another"],
)
def test_what_is_not_as_it_is_set_is_told(configs: dict[str, str], own: Iterable[str], says: str) -> None:
    found = doubts(configs, own)
    assert says in found
    assert bool(found) == bool(says)


@pytest.mark.parametrize(
    ("replicas", "least", "is_told"),
    [(3, "1", True), (3, "2", False), (2, "1", False), (1, "1", False)],
)
def test_replicas_of_which_one_alone_acknowledges_are_told(replicas: int, least: str, is_told: bool) -> None:
    found = doubts(RETENTION | {"min.insync.replicas": least}, replicas=replicas)
    assert ("one alone acknowledges" in found) == is_told

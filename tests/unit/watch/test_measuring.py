"""What a worker sees as gauges of Prometheus; that they are those of `chronos status` is in test_cli_lag."""

import math
from dataclasses import replace

from prometheus_client import REGISTRY
from seen_states import EVENTS, LETTERS, kafka, partition, settings

from chronos.kafka_state import Disk, KafkaState, Topic
from chronos.watch.lag import Watermark, Watermarks
from chronos.watch.measuring import measure
from chronos.watch.seeing import Seen

BUDGET = {"retention.bytes": "7000", "segment.bytes": "1000"}


def value(gauge: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"chronos_{gauge}", labels)


def test_what_may_be_used_stands_beside_what_is() -> None:
    state = replace(kafka(configs=BUDGET, letters=3), disks={1: Disk(50, 100), 2: Disk(40, 100)})
    measure(Seen(0.0, kafka=state, spool=(12, 256), disk_free=70), settings(), [])
    assert value("spool_bytes") == 12
    assert value("spool_budget_bytes") == 256
    assert value("kafka_topic_bytes", topic=EVENTS) == 200_000
    assert value("kafka_topic_budget_bytes", topic=EVENTS) == 16_000, "two partitions, each a segment more"
    assert value("kafka_topic_budget_bytes", topic=LETTERS) is None, "only time limits it"
    assert [value("kafka_disk_free_bytes", broker=str(node)) for node in (1, 2)] == [50, 40]


def test_what_nobody_sees_any_more_is_not_told() -> None:
    state = replace(kafka(configs=BUDGET), disks={1: Disk(50, 100)})
    measure(Seen(0.0, kafka=state), settings(), [])
    measure(Seen(1.0, kafka_problem="no connection"), settings(), [])
    assert value("kafka_topic_budget_bytes", topic=EVENTS) is None
    assert value("kafka_disk_free_bytes", broker="1") is None
    assert value("kafka_brokers", state="there") == 0


def ailing() -> KafkaState:
    """Three brokers of which one is away, so that one partition lacks a replica, another has no leader."""
    all_three = (1, 2, 3)
    events = (
        replace(partition(EVENTS, 0), replicas=all_three, in_sync=(1, 2), sizes={1: 5, 2: 6}),
        replace(partition(EVENTS, 1), leader=None, replicas=(3,), in_sync=()),
        replace(partition(EVENTS, 2), replicas=all_three, in_sync=(1,), sizes={1: 7}),
    )
    found = kafka(*events, configs={"min.insync.replicas": "2"})
    return replace(found, brokers={1: "a", 2: "b"}, known=frozenset({1, 2, 3}), controller=2)


def test_each_gauge_has_the_number_that_was_seen() -> None:
    known = Watermarks({("store_events", EVENTS): {0: Watermark(90), 2: Watermark(100)}})
    seen = Seen(0.0, kafka=ailing(), watermarks=known, spool=(40, 100), disk_free=7)
    measure(seen, settings(), [("broker_away", "3"), ("broker_away", "4"), ("lag_old", "x")])
    assert (value("spool_bytes"), value("disk_free_bytes")) == (40, 7)
    assert (value("kafka_brokers", state="there"), value("kafka_brokers", state="away")) == (2, 1)
    assert value("kafka_controller") == 2
    parts = [value(f"kafka_partitions_{one}") for one in ("offline", "under_replicated", "refusing")]
    assert parts == [1, 3, 1]
    assert value("kafka_topic_bytes", topic=EVENTS) == ailing().topics[EVENTS].size
    assert [value("consumer_lag", sink="store_events", partition=str(one)) for one in (0, 2)] == [10, 0]
    names = ("broker_away", "lag_old", "spool_full")
    assert [value("incidents_open", name=one) for one in names] == [2, 1, 0]


def test_what_nobody_sees_any_more_has_no_number() -> None:
    test_each_gauge_has_the_number_that_was_seen()
    measure(Seen(0.0, kafka_problem="no broker answers"), settings(), [])
    for name in ("controller", "partitions_offline", "partitions_under_replicated", "partitions_refusing"):
        assert math.isnan(value(f"kafka_{name}") or 0), name
    assert value("kafka_brokers", state="there") == 0, "it was looked for them"
    assert value("kafka_topic_bytes", topic=EVENTS) is None
    assert value("consumer_lag", sink="store_events", partition="0") is None
    assert value("incidents_open", name="broker_away") == 0


def test_without_a_controller_it_is_minus_one() -> None:
    letters = Topic(LETTERS, (partition(LETTERS),))
    alone = replace(kafka(), controller=None, topics={LETTERS: letters})
    measure(Seen(0.0, kafka=alone), settings(), [])
    assert value("kafka_controller") == -1

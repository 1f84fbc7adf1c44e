"""What a worker sees as gauges of Prometheus; that they are those of `chronos status` is in test_cli_lag."""

from dataclasses import replace

from prometheus_client import REGISTRY
from seen_states import EVENTS, LETTERS, kafka, settings

from chronos.kafka_state import Disk
from chronos.watch.measuring import measure
from chronos.watch.seeing import Seen

BUDGET = {"retention.bytes": "7000", "segment.bytes": "1000"}


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"chronos_{name}", labels)


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

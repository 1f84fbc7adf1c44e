from datetime import UTC, datetime

from chronos.cli import lag
from chronos.cli.lag import Watermark
from chronos.kafka_state import Partition, Topic

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def topic(*ends: tuple[int | None, int | None]) -> Topic:
    """Topic `events` whose partitions have these first offsets and ends."""
    places = [Partition("events", number, 1, (1,), (1,), *end) for number, end in enumerate(ends)]
    return Topic("events", tuple(places))


def test_what_waits_is_between_the_watermark_and_the_end() -> None:
    found = lag.of_sinks(
        topic((0, 10), (5, 20), (0, 0)),
        [Watermark("store_events", 0, 8, NOW), Watermark("feed_views", 1, 20, NOW)],
    )
    assert {one.sink: one.lag for one in found} == {"store_events": 2 + 15, "feed_views": 10}
    assert [part.lag for part in found[0].partitions] == [2, 15, 0]
    assert found[0].partitions[1].updated is None


def test_what_kafka_has_deleted_does_not_wait_any_more() -> None:
    [stored] = lag.of_sinks(topic((100, 110)), [Watermark("store_events", 0, 50, NOW)])
    assert stored.lag == 10


def test_of_a_topic_that_was_made_anew_all_waits() -> None:
    [stored] = lag.of_sinks(topic((0, 3)), [Watermark("store_events", 0, 50, NOW)])
    assert stored.lag == 3


def test_of_a_partition_without_a_leader_nobody_knows_what_waits() -> None:
    [stored] = lag.of_sinks(topic((None, None)), [Watermark("store_events", 0, 50, NOW)])
    assert stored.lag == 0

from datetime import UTC, datetime

from chronos.cli import lag
from chronos.cli.lag import Ends, Watermark

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_what_waits_is_between_the_watermark_and_the_end() -> None:
    found = lag.of_sinks(
        {0: Ends(0, 10), 1: Ends(5, 20), 2: Ends(0, 0)},
        [Watermark("store_events", 0, 8, NOW), Watermark("feed_views", 1, 20, NOW)],
    )
    assert {one.sink: one.lag for one in found} == {"store_events": 2 + 15, "feed_views": 10}
    assert [part.lag for part in found[0].partitions] == [2, 15, 0]
    assert found[0].partitions[1].updated is None


def test_what_kafka_has_deleted_does_not_wait_any_more() -> None:
    [stored] = lag.of_sinks({0: Ends(100, 110)}, [Watermark("store_events", 0, 50, NOW)])
    assert stored.lag == 10


def test_a_topic_that_was_made_anew_is_not_behind_nothing() -> None:
    [stored] = lag.of_sinks({0: Ends(0, 3)}, [Watermark("store_events", 0, 50, NOW)])
    assert stored.lag == 0

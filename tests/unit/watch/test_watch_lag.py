"""How far sinks are, by what Kafka has and what their watermarks say."""

from dataclasses import replace
from typing import Any

import pytest
from seen_states import EVENTS, LETTERS, kafka, partition, settings

from chronos.settings.extensions import Sinks
from chronos.settings.sections import PipelineDB
from chronos.settings.windows import Windows
from chronos.watch import lag
from chronos.watch.lag import SinkLag, Watermark, Watermarks

DEFAULTS: dict[str, Any] = {"first": 0, "end": 10, "fresh": 0}


def stored(*partitions: dict[str, Any], **watermarks: Watermark) -> SinkLag:
    """How far store_events is, in partitions like these, with watermarks of those called p0, p1…"""
    known = {int(name[1:]): one for name, one in watermarks.items()}
    places = (replace(partition(EVENTS, number), **DEFAULTS | some) for number, some in enumerate(partitions))
    found = lag.of_sinks(kafka(*places), Watermarks({("store_events", EVENTS): known}), settings())
    return found[0]


def test_what_waits_is_between_the_watermark_and_the_end() -> None:
    found = stored({}, {"first": 5, "end": 20}, {"end": 0}, p0=Watermark(8))
    assert [one.messages for one in found.partitions] == [2, 15, 0]
    assert [one.partition for one in found.waiting] == [0, 1]
    assert found.messages == 17


@pytest.mark.parametrize(
    ("there", "next_offset", "messages", "deleted", "is_anew"),
    [
        ({"first": 100, "end": 110}, 50, 10, 50, False),
        ({"first": 100, "end": 110}, 0, 10, 0, False),
        ({"end": 3}, 50, 3, 0, True),
        ({"end": 0}, 50, 0, 0, True),
    ],
    ids=["deleted unread", "never written", "made anew", "made anew and empty"],
)
def test_only_what_kafka_has_waits(
    there: dict[str, Any], next_offset: int, messages: int, deleted: int, is_anew: bool
) -> None:
    [found] = stored(there, p0=Watermark(next_offset)).partitions
    assert (found.messages, found.deleted, found.is_anew) == (messages, deleted, is_anew)


def test_of_a_partition_without_a_leader_nobody_knows_what_waits() -> None:
    found = stored({"first": None, "end": None}, {}, p0=Watermark(50), p1=Watermark(10))
    assert (found.messages, found.unknown) == (0, (0,))


@pytest.mark.parametrize(
    ("watermark", "is_stuck"),
    [
        (Watermark(8, idle=61), True),
        (Watermark(8, idle=59), False),
        (Watermark(10, idle=900), False),
        (None, True),
    ],
    ids=["waits", "is at work", "has all", "never wrote"],
)
def test_a_sink_is_stuck_where_something_waits_and_nothing_moves(
    watermark: Watermark | None, is_stuck: bool
) -> None:
    found = stored({}, **({"p0": watermark} if watermark else {}))
    assert [one.partition for one in found.stuck] == ([0] if is_stuck else [])


def test_each_sink_that_is_switched_on_is_looked_at_and_no_other() -> None:
    ours, letters = ["store_events", "feed_views", "count_windows"], ("keep_dead_letters", LETTERS)
    assert list(lag.sinks(settings())) == [*((name, EVENTS) for name in ours), letters]
    elsewhere = PipelineDB(url="postgresql://there/db")
    other = settings().model_copy(
        update={
            "pipelinedb": elsewhere,
            "windows": Windows(enabled=False),
            "sinks": Sinks.model_validate({"archive": {"use": "a:B"}}),
        }
    )
    assert list(lag.sinks(other)) == [("store_events", EVENTS), ("archive", EVENTS), letters]
    left = Watermarks({("feed_views", EVENTS): {0: Watermark(1)}})
    assert "feed_views" not in {one.sink for one in lag.of_sinks(kafka(), left, other)}

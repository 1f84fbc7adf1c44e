"""Commits that take long: they are tried again, but not to topics that are gone."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from chronos import consumer as module
from chronos.consumer import ConsumerThread

OLD, NEW = TP("gone", 0), TP("there", 0)


class Thread(ConsumerThread):
    """One without a Kafka: it knows the topics that it is told."""

    def __init__(self, topics: dict[str, set[int]], assigned: tuple[TP, ...] = (OLD, NEW)) -> None:
        self._topics = topics
        self._assigned_places = assigned

    def _ensure_consumer(self) -> Any:
        return SimpleNamespace(
            _client=SimpleNamespace(cluster=SimpleNamespace(partitions_for_topic=self._topics.get)),
            assignment=lambda: set(self._assigned_places),
        )


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[dict[TP, int]]:
    """What Faust was asked to commit; it never ends with topic `gone`, and only at the second try without."""
    seen: list[dict[TP, int]] = []

    async def commit(thread: Any, offsets: dict[TP, int]) -> bool:
        seen.append(dict(offsets))
        if OLD in offsets or seen.count(dict(offsets)) < 2:
            await asyncio.Event().wait()
        return True

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_commit", commit)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    return seen


async def test_a_commit_is_tried_again_without_topics_that_are_gone(tries: list[dict[TP, int]]) -> None:
    assert await Thread({"there": {0}})._commit({OLD: 5, NEW: 7})
    assert tries == [{OLD: 5, NEW: 7}, {NEW: 7}, {NEW: 7}]


async def test_where_nothing_is_left_nothing_is_committed(tries: list[dict[TP, int]]) -> None:
    assert not await Thread({})._commit({OLD: 5})
    assert tries == [{OLD: 5}]


async def test_what_the_group_has_taken_away_is_not_committed(tries: list[dict[TP, int]]) -> None:
    assert await Thread({"there": {0}}, (NEW,))._commit({OLD: 5, NEW: 7})
    assert tries == [{NEW: 7}, {NEW: 7}]


async def test_without_any_partition_faust_is_not_asked_which_would_end_the_worker(
    tries: list[dict[TP, int]],
) -> None:
    """So it is when all topics are deleted at once: aiokafka refuses a commit of nothing."""
    assert not await Thread({}, ())._commit({OLD: 5, NEW: 7})
    assert tries == []

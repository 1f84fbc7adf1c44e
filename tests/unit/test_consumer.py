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

    def __init__(self, topics: dict[str, set[int]]) -> None:
        self._topics = topics

    def _ensure_consumer(self) -> Any:
        return SimpleNamespace(
            _client=SimpleNamespace(cluster=SimpleNamespace(partitions_for_topic=self._topics.get))
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

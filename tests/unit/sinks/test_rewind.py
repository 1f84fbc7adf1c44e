"""Going back for messages that a consumer passed over."""

import logging
from typing import NamedTuple

import pytest

from chronos.errors import OffsetGap
from chronos.sinks.rewind import PATIENCE, Rewinder


class Item(NamedTuple):
    partition: int
    offset: int


class Kafka:
    """Notes what is asked of it; ``now`` is the time, in seconds."""

    def __init__(self) -> None:
        self.seeks: list[tuple[int, int]] = []
        self.now = 1000.0

    async def seek(self, partition: int, offset: int) -> None:
        self.seeks.append((partition, offset))


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
async def rewinder(kafka: Kafka) -> Rewinder:
    """One that expected offset 5 of partition 0, and found 8."""
    rewinder = Rewinder("test_rewind", kafka.seek, lambda: kafka.now)
    await rewinder.go_back(OffsetGap(partition=0, expected=5, found=8))
    return rewinder


async def wanted(rewinder: Rewinder, *offsets: int, partition: int = 0) -> list[int]:
    items = await rewinder.wanted([Item(partition, offset) for offset in offsets])
    return [item.offset for item in items]


async def test_all_is_wanted_where_nothing_is_missing(kafka: Kafka) -> None:
    rewinder = Rewinder("test_rewind", kafka.seek, lambda: kafka.now)
    assert await wanted(rewinder, 7, 8, 9) == [7, 8, 9]
    assert kafka.seeks == []


async def test_goes_back_to_what_was_expected(rewinder: Rewinder, kafka: Kafka) -> None:
    assert kafka.seeks == [(0, 5)]


async def test_what_is_under_way_from_beyond_the_gap_is_left_alone(rewinder: Rewinder, kafka: Kafka) -> None:
    assert await wanted(rewinder, 9, 10) == []
    assert await wanted(rewinder, 11) == []
    assert kafka.seeks == [(0, 5)]


async def test_other_partitions_go_on(rewinder: Rewinder) -> None:
    assert await wanted(rewinder, 9, 10, partition=1) == [9, 10]


async def test_what_was_missing_is_wanted_and_all_behind_it(rewinder: Rewinder) -> None:
    assert await wanted(rewinder, 9, 10) == []
    assert await wanted(rewinder, 5, 6, 7, 8, 9) == [5, 6, 7, 8, 9]
    assert await wanted(rewinder, 10) == [10]
    assert rewinder.holes == {}


async def test_what_kafka_has_no_more_is_a_hole_that_is_accepted_and_told(
    rewinder: Rewinder, kafka: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    assert await wanted(rewinder, 8, 9) == []
    assert await wanted(rewinder, 8, 9) == []
    assert rewinder.holes == {}
    assert await wanted(rewinder, 8, 9) == [8, 9]
    assert (rewinder.holes, kafka.seeks) == ({0: 8}, [(0, 5)] * 3)
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "partition 0 has no offsets 5 to 7 any more (3 messages)" in record.getMessage()


async def test_asks_again_for_a_partition_that_does_not_go_back(rewinder: Rewinder, kafka: Kafka) -> None:
    kafka.now += PATIENCE
    assert await wanted(rewinder, 9) == []
    assert kafka.seeks == [(0, 5)]
    kafka.now += 0.1
    assert await wanted(rewinder, 10, 11) == []
    assert kafka.seeks == [(0, 5), (0, 5)]


async def test_goes_back_once_more_where_only_a_part_came(rewinder: Rewinder, kafka: Kafka) -> None:
    assert await wanted(rewinder, 6) == [6]
    await rewinder.go_back(OffsetGap(partition=0, expected=5, found=6))
    assert await wanted(rewinder, 7, 8) == []
    assert await wanted(rewinder, 5, 6, 7) == [5, 6, 7]
    assert (kafka.seeks, rewinder.holes) == ([(0, 5), (0, 5)], {})


async def test_a_rebalance_that_brings_the_same_message_first_is_no_hole(rewinder: Rewinder) -> None:
    assert await wanted(rewinder, 8, 9) == []
    assert await wanted(rewinder, 5, 6, 7, 8, 9) == [5, 6, 7, 8, 9]
    assert rewinder.holes == {}

"""What becomes of a batch whose partition goes, or comes back, while Kafka takes the changelog."""

from collections.abc import Callable, Collection

import pytest

from chronos.errors import OffsetGap, SinkUnavailable
from chronos.models.message import Message
from chronos.sinks.windows.table import Bundles, WindowTable
from chronos.windows.applying import Kept
from chronos.windows.bundles import COUNT, Bundle, PaneDelta
from chronos.windows.keys import PaneKey
from chronos.windows.local import InMemory
from chronos.windows.shard import Shard

PANE = PaneKey(100, 3, "keys")
ITEM = Bundles(0, 0, [Bundle(0, 0, 0, 0, 0, [PaneDelta("keys", 3, 100, COUNT, {"a": [0, 1, 0]})])])


class Table:
    """One with partition 0."""

    changelog_topic_name = "changelog"

    def __init__(self) -> None:
        self.owned = {0}
        self.shards = {0: shard()}
        self.offsets: list[int] = []

    def written(self, partition: int, offsets: Collection[int]) -> None:
        self.offsets += offsets


class Sender:
    """Kafka, while which takes messages something happens."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile
        self.sent: list[Message] = []

    async def send(self, message: Message) -> int:
        self.meanwhile()
        self.sent.append(message)
        return len(self.sent) - 1

    async def partitions(self, topic: str) -> list[int]:
        return [0]


def shard() -> Shard:
    made = Shard(InMemory())
    made.is_current = made.is_loaded = True
    return made


def sink(table: Table, meanwhile: Callable[[], None] = lambda: None) -> WindowTable:
    return WindowTable(table, Kept(1000, 500), Sender(meanwhile), lambda: 0)


async def test_the_changelog_is_written_then_the_table() -> None:
    table = Table()
    await sink(table).write([ITEM], {})
    assert table.shards[0].pane(PANE).counts == {"a": 1}
    assert sorted(table.offsets) == [0, 1]


async def test_nothing_is_written_where_the_partition_has_gone() -> None:
    table = Table()
    await sink(table, table.owned.clear).write([ITEM], {})
    assert table.shards[0].pane(PANE).counts == {}
    assert table.offsets == []


@pytest.mark.parametrize("is_new", [True, False], ids=["went and came", "is read anew"])
async def test_it_is_tried_again_where_the_partition_is_being_brought_back(is_new: bool) -> None:
    table = Table()

    def meanwhile() -> None:
        if is_new:
            table.shards[0] = shard()
        else:
            table.shards[0].is_current = False

    with pytest.raises(SinkUnavailable):
        await sink(table, meanwhile).write([ITEM], {})
    assert table.shards[0].pane(PANE).counts == {}
    assert table.offsets == []
    table.shards[0].is_current = table.shards[0].is_loaded = True
    await sink(table).write([ITEM], {})
    assert table.shards[0].pane(PANE).counts == {"a": 1}


async def test_a_message_that_was_passed_over_is_missed_unless_kafka_has_it_no_more() -> None:
    table = Table()
    await sink(table).write([ITEM], {})
    behind = Bundles(0, 2, ITEM.bundles)
    with pytest.raises(OffsetGap) as gap:
        await sink(table).write([behind], {})
    assert (gap.value.expected, gap.value.found) == (1, 2)
    await sink(table).write([behind], {0: 2})
    assert table.shards[0].progress.next_offset == 3

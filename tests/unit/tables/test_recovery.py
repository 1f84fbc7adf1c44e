"""Partitions are brought back from the changelog, whatever goes wrong meanwhile, and only then are ready."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from beacons import Received

from chronos.errors import KafkaUnavailable
from chronos.models import message
from chronos.tables.recovery import Recovery
from chronos.windows import keys, panes
from chronos.windows.keys import PaneKey
from chronos.windows.local import InMemory
from chronos.windows.panes import Pane
from chronos.windows.shard import Shard


def record(offset: int, held: int, **counts: int) -> Received:
    value = panes.encode(Pane({0: held}, counts))
    return Received(value, offset, 3, key=keys.encode(PaneKey(7, 1, "keys")))


class Changelog:
    """Gives its batches from an offset on; first it fails with each of ``failures``."""

    def __init__(self, *batches: list[Received], failures: tuple[Exception, ...] = ()) -> None:
        self.batches, self.failures = batches, list(failures)
        self.asked: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def between(
        self, partition: int, start: int, end: int
    ) -> AsyncGenerator[list[message.Received], None]:
        self.asked.append(start)
        for batch in self.batches:
            await self.gate.wait()
            if wanted := [one for one in batch if one.offset >= start]:
                yield list(wanted)
            if self.failures:
                raise self.failures.pop(0)


async def slept(seconds: float) -> None:
    """No time at all."""


async def until_ready(shard: Shard) -> None:
    for _ in range(50):
        await asyncio.sleep(0)
    assert shard.ready


@pytest.fixture
def shard() -> Shard:
    return Shard(InMemory())


def recovery(changelog: Changelog, persisted: list[tuple[int, int]]) -> Recovery:
    return Recovery(changelog.between, lambda *held: persisted.append(held), slept)


async def test_it_is_ready_once_all_of_the_changelog_is_here(shard: Shard) -> None:
    persisted: list[tuple[int, int]] = []
    changelog = Changelog([record(0, 1, a=1), record(1, 2, a=2)], [record(2, 3, a=5)])
    changelog.gate.clear()
    recovery(changelog, persisted).begin(3, shard, 3)
    await asyncio.sleep(0)
    assert not shard.ready
    changelog.gate.set()
    await until_ready(shard)
    assert shard.pane(PaneKey(7, 1, "keys")).counts == {"a": 5}
    assert (shard.held, persisted) == (2, [(3, 1), (3, 2), (3, 2)])


async def test_what_is_here_already_is_not_read_again(shard: Shard) -> None:
    shard.held = 5
    changelog = Changelog([record(6, 9, a=9)])
    recovery(changelog, []).begin(3, shard, 6)
    await until_ready(shard)
    assert changelog.asked == []
    recovery(changelog, []).begin(3, shard, 7)
    assert not shard.ready
    await until_ready(shard)
    assert changelog.asked == [6]


@pytest.mark.parametrize("failure", [KafkaUnavailable(reason="away"), RuntimeError("a surprise")], ids=repr)
async def test_it_goes_on_where_it_was_when_something_fails(shard: Shard, failure: Exception) -> None:
    changelog = Changelog([record(0, 1, a=1)], [record(1, 2, a=2)], failures=(failure, failure))
    recovery(changelog, []).begin(3, shard, 2)
    await until_ready(shard)
    assert changelog.asked == [0, 1, 1]
    assert shard.pane(PaneKey(7, 1, "keys")).counts == {"a": 2}


async def test_what_was_deleted_from_the_changelog_is_not_waited_for(shard: Shard) -> None:
    recovery(Changelog(), []).begin(3, shard, 500)
    await until_ready(shard)
    assert shard.held == 499


async def test_a_partition_that_has_gone_is_left_alone(shard: Shard) -> None:
    changelog = Changelog([record(0, 1, a=1)])
    changelog.gate.clear()
    made = recovery(changelog, [])
    made.begin(3, shard, 1)
    await asyncio.sleep(0)
    made.end_all()
    changelog.gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not shard.ready
    assert shard.held == -1

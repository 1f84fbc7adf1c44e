"""What Kafka has and a sink lacks: found where the watermark stands still, once for each end."""

import logging
from collections.abc import Mapping

import pytest

from chronos.agents import unread as module
from chronos.agents.unread import Stretch, Unread
from chronos.errors import KafkaUnavailable


class Place:
    """Watermarks and ends, which tests move."""

    def __init__(self, written: Mapping[int, int], ends: Mapping[int, int]) -> None:
        self.written, self.ends = dict(written), dict(ends)
        self.parts: list[Stretch] = []
        self.anew: list[dict[int, int]] = []
        self.gives_to = 1_000_000  # offsets that Kafka gives
        self.unread = Unread("a_sink", self._next_offsets, self._ends, self._write, self._begin_anew)

    async def _next_offsets(self) -> Mapping[int, int]:
        return self.written

    async def _ends(self) -> Mapping[int, int]:
        return self.ends

    async def _begin_anew(self, ends: Mapping[int, int]) -> None:
        self.anew.append(dict(ends))

    async def _write(self, part: Stretch) -> bool:
        self.parts.append(part)
        return part.end <= self.gives_to

    async def read(self) -> list[tuple[int, int, int]]:
        """The parts that are asked for."""
        self.parts = []
        await self.unread.read(at_once=True)
        return [tuple(one) for one in self.parts]

    async def find(self, *, at_once: bool = False) -> list[tuple[int, int, int]]:
        return [tuple(one) for one in await self.unread.find(at_once=at_once)]


async def test_a_partition_is_found_at_the_second_look_at_which_nothing_has_moved() -> None:
    place = Place({0: 3, 1: 5}, {0: 9, 1: 5})
    assert await place.find() == []
    assert await place.find() == [(0, 3, 9)]


async def test_one_that_moves_is_left_to_faust() -> None:
    place = Place({0: 3}, {0: 9})
    for offset in (3, 4, 6, 8):
        place.written[0] = offset
        assert await place.find() == []


async def test_a_sink_without_a_watermark_lacks_all() -> None:
    place = Place({}, {0: 9, 1: 0})
    assert await place.find(at_once=True) == [(0, 0, 9)]


async def test_one_that_belongs_to_another_worker_is_not_looked_at() -> None:
    place = Place({0: 3, 1: 3}, {1: 3})
    assert await place.find(at_once=True) == []


async def test_what_was_read_is_found_again_only_when_more_has_come() -> None:
    place = Place({0: 3}, {0: 9})
    assert await place.read() == [(0, 3, 9)]
    assert await place.read() == []
    place.ends[0] = 10
    assert await place.read() == [(0, 3, 10)]


async def test_what_is_unread_is_written_in_parts_until_kafka_gives_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 4)
    place = Place({0: 3, 1: 0}, {0: 12, 1: 2})
    place.gives_to = 10
    assert await place.read() == [(0, 3, 7), (0, 7, 11), (1, 0, 2)]
    assert await place.read() == [(0, 3, 7), (0, 7, 11)], "the other was read"
    place.gives_to = 12
    assert await place.read() == [(0, 3, 7), (0, 7, 11), (0, 11, 12)]
    assert await place.read() == []


@pytest.mark.parametrize("error", [KafkaUnavailable(reason="away"), KeyError("a bug")], ids=["away", "a bug"])
async def test_an_agent_does_not_end_by_what_it_cannot_read(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    place = Place({0: 3}, {0: 9})

    async def fail(part: Stretch) -> bool:
        raise error

    place.unread._write = fail
    await place.unread.read(at_once=True)
    assert "a_sink does not read" in caplog.messages[-1]
    assert await place.find(at_once=True) == [(0, 3, 9)]


async def test_a_topic_that_was_made_anew_is_shorter_than_the_watermark_and_is_not_behind() -> None:
    place = Place({0: 900}, {0: 9})
    assert await place.find(at_once=True) == []


async def test_a_database_that_is_restored_twice_is_read_for_twice() -> None:
    place = Place({0: 3}, {0: 9})
    assert await place.read() == [(0, 3, 9)]
    place.written[0] = 2
    assert await place.read() == [(0, 2, 9)]


def test_a_stretch_is_cut_into_parts() -> None:
    assert [*Stretch(1, 3, 9).slices(4)] == [Stretch(1, 3, 7), Stretch(1, 7, 9)]


async def test_a_topic_that_ends_before_the_watermark_was_made_anew() -> None:
    place = Place({0: 3, 1: 5, 2: 7}, {0: 2, 1: 5, 2: 0, 3: 0})
    assert await place.find(at_once=True) == []
    assert place.anew == [{0: 2, 2: 0}]

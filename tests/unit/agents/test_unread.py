"""What Kafka has and a sink lacks: found where the watermark stands still, once for each end."""

from collections.abc import Mapping

from chronos.agents.unread import Stretch, Unread


class Place:
    """Watermarks and ends, which tests move."""

    def __init__(self, written: Mapping[int, int], ends: Mapping[int, int]) -> None:
        self.written, self.ends = dict(written), dict(ends)
        self.unread = Unread(self._next_offsets, self._ends)

    async def _next_offsets(self) -> Mapping[int, int]:
        return self.written

    async def _ends(self) -> Mapping[int, int]:
        return self.ends

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
    assert await place.find(at_once=True) == [(0, 3, 9)]
    place.unread.was_read(Stretch(0, 3, 9))
    assert await place.find(at_once=True) == []
    place.ends[0] = 10
    assert await place.find(at_once=True) == [(0, 3, 10)]


async def test_a_topic_that_was_made_anew_is_shorter_than_the_watermark_and_is_not_behind() -> None:
    place = Place({0: 900}, {0: 9})
    assert await place.find(at_once=True) == []


async def test_a_database_that_is_restored_twice_is_read_for_twice() -> None:
    place = Place({0: 3}, {0: 9})
    assert await place.find(at_once=True) == [(0, 3, 9)]
    place.unread.was_read(Stretch(0, 3, 9))
    place.written[0] = 2
    assert await place.find(at_once=True) == [(0, 2, 9)]


def test_a_stretch_is_cut_into_parts() -> None:
    assert [*Stretch(1, 3, 9).slices(4)] == [Stretch(1, 3, 7), Stretch(1, 7, 9)]

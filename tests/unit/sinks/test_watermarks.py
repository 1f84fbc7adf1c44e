"""What is new in a batch, what was written before, and what is missing."""

from typing import NamedTuple

import pytest

from chronos.errors import OffsetGap
from chronos.sinks.timescaledb.watermarks import ends, sort_out


class Item(NamedTuple):
    partition: int
    offset: int


def items(*places: tuple[int, int]) -> list[Item]:
    return [Item(*place) for place in places]


@pytest.mark.parametrize(
    ("batch", "watermarks", "holes", "fresh", "replayed"),
    [
        pytest.param([], {}, {}, [], [], id="nothing"),
        pytest.param([(0, 0), (0, 1)], {0: 0}, {}, [(0, 0), (0, 1)], [], id="from the beginning"),
        pytest.param([(0, 5), (0, 6)], {0: 5}, {}, [(0, 5), (0, 6)], [], id="where it stopped"),
        pytest.param([(0, 3), (0, 4)], {0: 5}, {}, [], [(0, 3), (0, 4)], id="all below the watermark"),
        pytest.param([(0, 4), (0, 5)], {0: 5}, {}, [(0, 5)], [(0, 4)], id="across the watermark"),
        pytest.param([(0, 5), (0, 5)], {0: 5}, {}, [(0, 5)], [(0, 5)], id="twice in one batch"),
        pytest.param([(0, 5), (1, 8)], {0: 5, 1: 9}, {}, [(0, 5)], [(1, 8)], id="each partition by itself"),
        pytest.param([(0, 8)], {0: 5}, {0: 8}, [(0, 8)], [], id="behind a hole that is known"),
        pytest.param([(0, 8), (0, 9)], {0: 5}, {0: 8}, [(0, 8), (0, 9)], [], id="and on from there"),
        pytest.param([(0, 3), (0, 8)], {0: 8}, {0: 8}, [(0, 8)], [(0, 3)], id="a hole of the past"),
    ],
)
def test_sorts_out(
    batch: list[tuple[int, int]],
    watermarks: dict[int, int],
    holes: dict[int, int],
    fresh: list[tuple[int, int]],
    replayed: list[tuple[int, int]],
) -> None:
    assert sort_out(items(*batch), watermarks, holes) == (items(*fresh), items(*replayed))


@pytest.mark.parametrize(
    ("batch", "holes", "expected", "found"),
    [
        pytest.param([(0, 6)], {}, 5, 6, id="the first is missing"),
        pytest.param([(0, 5), (0, 7)], {}, 6, 7, id="one in the middle is missing"),
        pytest.param([(0, 4), (0, 7)], {}, 5, 7, id="behind what was written before"),
        pytest.param([(0, 9)], {0: 8}, 5, 9, id="beyond a hole that is known"),
        pytest.param([(0, 7)], {0: 8}, 5, 7, id="before a hole that is known"),
        pytest.param([(0, 8)], {1: 8}, 5, 8, id="a hole of another partition"),
    ],
)
def test_tells_what_is_missing(
    batch: list[tuple[int, int]], holes: dict[int, int], expected: int, found: int
) -> None:
    with pytest.raises(OffsetGap) as gap:
        sort_out(items(*batch), {0: 5, 1: 0}, holes)
    assert (gap.value.partition, gap.value.expected, gap.value.found) == (0, expected, found)


def test_the_watermarks_given_stay_as_they_are() -> None:
    watermarks = {0: 5}
    sort_out(items((0, 5)), watermarks, {})
    assert watermarks == {0: 5}


def test_the_end_of_each_partition_is_behind_its_last_item() -> None:
    assert ends(items((0, 5), (0, 6), (2, 0))) == {0: 7, 2: 1}

"""How far event time has come: the slowest source that has something to say decides."""

from chronos.windows import progress
from chronos.windows.progress import Progress


def heard(*told: tuple[int, int, bool]) -> Progress:
    found = Progress()
    for source, watermark, idle in told:
        found.heard(source, watermark, watermark + 1, idle)
    return found


def test_the_slowest_source_decides() -> None:
    assert heard((0, 100, False), (1, 70, False)).watermark_us == 100  # it was alone before, and time stays
    assert heard((1, 70, False), (0, 100, False), (1, 80, False)).watermark_us == 80


def test_an_idle_source_does_not_hold_it_back_and_one_that_comes_back_does() -> None:
    told = [(0, 100, False), (1, 70, False), (1, 70, True), (0, 200, False)]
    assert heard(*told).watermark_us == 200
    assert heard(*told, (1, 210, False), (0, 300, False)).watermark_us == 210


def test_when_all_are_idle_it_is_where_the_newest_came_to() -> None:
    assert heard((0, 100, False), (1, 70, False), (0, 100, True), (1, 70, True)).watermark_us == 100


def test_it_never_goes_back() -> None:
    found = heard((0, 100, False), (1, 50, False), (1, 60, False))
    assert found.watermark_us == 100
    found.heard(0, 20, 20, False)
    assert (found.sources[0].watermark_us, found.sources[0].time_us) == (100, 101)


def test_it_survives_being_written_and_read() -> None:
    found = heard((0, 100, False), (3, 50, True))
    found.next_offset = 12
    assert progress.decode(progress.encode(found)) == found

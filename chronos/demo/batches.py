"""Cuts a visit into batches, one for each beacon, as the tracker does: each five seconds, and each page."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from chronos.demo.acts import Act, PageVisit, Visit

FLUSH_SECONDS = 5.0


@dataclass(slots=True)
class Batch:
    """What one beacon holds: acts in order, and ``at`` which second of the visit it is sent."""

    at: float
    visit: Visit
    page: PageVisit
    acts: list[Act]

    @property
    def rows(self) -> int:
        """How many events it stands for: each place of the mouse is one."""
        return sum(rows_of(act) for act in self.acts)


def rows_of(act: Act) -> int:
    """How many events an act stands for."""
    return 1 + len(act.behind[0]) // 3 if act.type == "mouse_moves" else 1


def batches(visit: Visit) -> Iterator[Batch]:
    """The beacons of a visit, in the order in which they are sent."""
    for page in visit.pages:
        begin = page.begin
        for end in _flushes(page):
            acts = [act for act in page.acts if begin <= act.at < end]
            acts += [*_moves(page, begin, end), *_seen(page, begin, end)]
            acts.append(Act(end, "visible_times", (round((end - begin) * 1000),)))
            yield Batch(end, visit, page, sorted(acts, key=lambda act: act.at))
            begin = end


def _flushes(page: PageVisit) -> Iterator[float]:
    """When beacons are closed: some seconds after the first event that waits, and at the page's end."""
    waiting = sorted([act.at for act in page.acts] + [at for at, _, _ in page.mouse])
    flush = 0.0
    for at in waiting:
        if at >= flush:
            flush = at + FLUSH_SECONDS
            if flush >= page.end:
                break
            yield flush
    yield page.end


def _moves(page: PageVisit, begin: float, end: float) -> list[Act]:
    """One event for all places of the mouse: the first, and the way from each to the next."""
    places = [place for place in page.mouse if begin <= place[0] < end]
    if not places:
        return []
    path: list[int] = []
    for (t0, x0, y0), (t1, x1, y1) in pairwise(places):
        path += (x1 - x0, y1 - y0, int(t1 * 1000) - int(t0 * 1000))
    first, x, y = places[0]
    return [Act(first, "mouse_moves", (x, y), (path,))]


def _seen(page: PageVisit, begin: float, end: float) -> list[Act]:
    deepest = [depth for at, depth in page.scrolled if begin <= at < end]
    return [Act(end, "scroll_depths", (max(deepest),))] if deepest else []

"""What is known of a visit before beacons are made of it: visits, pages, acts."""

from dataclasses import dataclass, field
from typing import Any

from chronos.demo.shop import Page, Source
from chronos.demo.visitors import Visitor


@dataclass(slots=True)
class Act:
    """Something that happened ``at`` so many seconds after the visit began, in the words of the wire.

    ``before`` and ``behind`` are the values around the client time.
    """

    at: float
    type: str
    before: tuple[Any, ...]
    behind: tuple[Any, ...] = ()


@dataclass(slots=True)
class PageVisit:
    """What happened on one page, from second ``begin`` to ``end`` of the visit.

    ``mouse`` are the places where it was, as (at, x, y); ``scrolled`` are (at, per cent of the page seen).
    """

    page: Page
    url: str
    referrer: str
    begin: float
    end: float = 0.0
    acts: list[Act] = field(default_factory=list)
    mouse: list[tuple[float, int, int]] = field(default_factory=list)
    scrolled: list[tuple[float, int]] = field(default_factory=list)


@dataclass(slots=True)
class Visit:
    """A visit of somebody: its pages in order, and what the tracker calls it."""

    visitor: Visitor
    session: str
    tab: str
    source: Source
    pages: list[PageVisit]

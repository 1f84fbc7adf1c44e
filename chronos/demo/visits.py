"""One visit to the shop: which pages somebody goes to, in which order."""

import math
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from urllib.parse import quote

from chronos.demo import shop
from chronos.demo.acts import PageVisit, Visit
from chronos.demo.doings import Doings
from chronos.demo.visitors import Visitor, random_uuid

MOST_PAGES = 14
MEAN_PAGES = 4.5
WORDS = ("green", "pot", "cup", "gift")


def visit(rng: Random, visitor: Visitor, origin: str) -> Visit:
    """Make up a visit to the shop at ``origin`` (``https://shop.example``)."""
    source = rng.choices(shop.SOURCES, [one.weight for one in shop.SOURCES])[0]
    made = Visit(visitor, random_uuid(rng), random_uuid(rng), source, [])
    referrer, now = source.referrer, 0.0
    for (path, query), (following, asked) in pairwise([*_way(rng, visitor, source), ("", "")]):
        url = f"{origin}{quote(path)}{query}"
        one = PageVisit(shop.PAGES[path], url, referrer, now)
        doings = Doings(rng, visitor, one)
        doings.arrive(None if made.pages else made.session)
        doings.look()
        doings.leave(origin, None if asked else following)
        made.pages.append(one)
        referrer, now = url, one.end + rng.uniform(0.05, 0.4)
    return made


def _way(rng: Random, visitor: Visitor, source: shop.Source) -> Iterator[tuple[str, str]]:
    """The paths of a visit, each with its query."""
    entries = [path for path in shop.PAGES if path not in (shop.CART, shop.CHECKOUT, shop.THANKS)]
    path = rng.choice([shop.HOME, *entries]) if source.referrer else shop.HOME
    query = f"?{source.query}" if source.query else ""
    for _ in range(min(MOST_PAGES, 1 + int(-math.log(1 - rng.random()) * MEAN_PAGES))):
        yield path, query
        if path == shop.SEARCH and not query.startswith("?q=") and rng.random() < 0.6:
            query = f"?q={rng.choice(WORDS)}"
        else:
            path, query = _next(rng, visitor, path), ""


def _next(rng: Random, visitor: Visitor, path: str) -> str:
    if path == shop.CART:
        return rng.choice([shop.LOGIN if visitor.user else shop.CHECKOUT, shop.CHECKOUT, shop.HOME])
    if path == shop.LOGIN:
        return shop.CHECKOUT
    if path == shop.CHECKOUT:
        return shop.THANKS if rng.random() < 0.6 else shop.HOME
    if shop.PAGES[path].price and rng.random() < 0.3:
        return shop.CART
    return rng.choice([link.target for link in shop.PAGES[path].links if link.target in shop.PAGES])

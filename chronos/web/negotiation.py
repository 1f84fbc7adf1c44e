"""Chooses the coding in which a request gets a file, and tells whether it has it already."""

import re
from collections.abc import Iterable, Mapping, Sequence

from aiohttp import ETag

IDENTITY = "identity"
# The smallest first: where a browser likes several alike, it gets that one.
CODINGS = ("br", "gzip")
WEIGHT = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII)


def best_coding(accepted: str) -> str:
    """The coding that ``Accept-Encoding`` asks for; ``identity`` where it likes none, or that one more.

    Source: RFC 9110, 12.5.3. A part that cannot be read is passed over.
    """
    found = filter(None, map(WEIGHT.fullmatch, accepted.lower().split(",")))
    weights = {part[1]: float(part[2] or 1) for part in found}
    # `*` speaks of codings; the body as it is has a weight of its own only where it is named.
    liked = {coding: weights.get(coding, weights.get("*", 0.0)) for coding in CODINGS}
    liked[IDENTITY] = weights.get(IDENTITY, 0.0)
    best = max(liked, key=lambda coding: liked[coding])
    return best if liked[best] else IDENTITY


def has_it(known: Iterable[ETag] | None, etag: str) -> bool:
    """Whether ``If-None-Match`` names the tag (without quotes), as a weak one, too: RFC 9110, 13.1.2."""
    return any(one.value in (etag, "*") for one in known or ())


def best_type(accepted: str, offered: Sequence[str]) -> str | None:
    """The media type among ``offered`` that ``Accept`` likes best, the first of equals; or None.

    Source: RFC 9110, 12.5.1. A part that cannot be read is passed over; without any, all are liked.
    """
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        kind, *parameters = (one.strip() for one in part.split(";"))
        found = WEIGHT.fullmatch(";".join(["q", *(one for one in parameters if one.startswith("q="))]))
        if kind and found:
            weights[kind] = float(found[2] or 1)
    if not weights:
        return offered[0]
    liked = {kind: _weight(kind, weights) for kind in offered}
    best = max(offered, key=lambda kind: liked[kind])
    return best if liked[best] else None


def _weight(kind: str, weights: Mapping[str, float]) -> float:
    for name in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if name in weights:
            return weights[name]
    return 0.0

"""The synthetic visitors: each with a browser, a language, a clock that may be off, and habits."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

SKEWED = 0.06  # of all visitors have a clock that is off by more than the server lets pass
KNOWN = 0.25  # sign in at some time


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser as it tells of itself; ``width`` and ``height`` of the screen, in CSS pixels."""

    agent: str
    width: int
    height: int
    touch: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who visits; ``skew`` is how many seconds the clock is ahead, ``haste`` how fast they are, about 1."""

    uuid: str
    browser: Browser
    language: str
    timezone: str
    skew: float
    haste: float
    user: str | None


BROWSERS = (
    Browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36", 1920, 1080, False, 34),
    Browser(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.6 Safari/605.1", 1512, 982, False, 12
    ),
    Browser("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", 2560, 1440, False, 8),
    Browser("Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36", 412, 915, True, 26),
    Browser("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Mobile Safari/604.1", 393, 852, True, 20),
)
PLACES = (
    ("en-GB", "Europe/London"),
    ("en-US", "America/New_York"),
    ("de", "Europe/Berlin"),
    ("fr", "Europe/Paris"),
    ("pl", "Europe/Warsaw"),
    ("pt-BR", "America/Sao_Paulo"),
    ("ja", "Asia/Tokyo"),
)
CLOCKS = (-90_000.0, -3_600.0, -240.0, -75.0, 75.0, 300.0, 3_600.0)


def visitors(rng: Random, number: int) -> Sequence[Visitor]:
    """That many, the same again for the same random numbers."""
    return [_visitor(rng) for _ in range(number)]


def random_uuid(rng: Random) -> str:
    """A uuid of the random kind, from ``rng``."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def _visitor(rng: Random) -> Visitor:
    uuid = random_uuid(rng)
    language, timezone = rng.choice(PLACES)
    return Visitor(
        uuid,
        rng.choices(BROWSERS, [one.weight for one in BROWSERS])[0],
        language,
        timezone,
        skew=rng.choice(CLOCKS) if rng.random() < SKEWED else round(rng.gauss(0, 1.5), 3),
        haste=min(2.0, max(0.5, rng.gauss(1, 0.25))),
        user=f"customer-{uuid[:8]}" if rng.random() < KNOWN else None,
    )

"""An endless stream of beacons of many visitors, the same for the same seed; some late, some sent twice."""

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from chronos.demo.batches import Batch, batches
from chronos.demo.visitors import Visitor, visitors
from chronos.demo.visits import visit

NATURAL_RATE = 2.0  # events per second of somebody who goes through the shop, pauses included
PAUSE_SECONDS = 12.0  # mean time until the next visit
MOST_SEATS = 1_000  # browsers at a time; more events than these would make come faster than people act
LONGEST_DELAY = 7_200.0  # seconds that a late beacon waited in a browser

ONCE, TWICE, RETRIED = "once", "twice", "retried"


@dataclass(frozen=True, slots=True)
class Mix:
    """Which shares of the beacons are out of the ordinary, each from 0 to 1.

    ``late`` ones hold events of up to two hours ago; ``twice`` are sent again at once, ``retried`` some
    seconds later, as by a tracker that did not get the answer.
    """

    late: float = 0.03
    twice: float = 0.01
    retried: float = 0.01


@dataclass(frozen=True, slots=True)
class Sending:
    """A beacon that is to be sent when ``before`` events were; its events are ``delay`` seconds older.

    ``seat`` tells which beacons come from one browser; of one seat the order counts.
    """

    batch: Batch
    before: int
    seat: int
    delay: float
    fate: str


def traffic(seed: int, origin: str, rate: float, people: int, mix: Mix) -> Iterator[Sending]:
    """Beacons in the order in which they are sent, at about ``rate`` events per second, of ``people``."""
    rng = Random(seed)
    known = visitors(rng, people)
    before = 0
    for seat, batch in _merged(rng, known, origin, min(MOST_SEATS, max(1, int(rate / NATURAL_RATE)))):
        delay = _delay(rng) if rng.random() < mix.late else 0.0
        fate = rng.choices((TWICE, RETRIED, ONCE), (mix.twice, mix.retried, 1 - mix.twice - mix.retried))[0]
        yield Sending(batch, before, seat, delay, fate)
        before += batch.rows


def _merged(rng: Random, known: Sequence[Visitor], origin: str, seats: int) -> Iterator[tuple[int, Batch]]:
    """What comes from so many browsers at a time, by time; in each, one visit follows the other."""
    # The first ones are in the middle of it: nobody waits for the other.
    waiting = [(rng.uniform(0, PAUSE_SECONDS), seat) for seat in range(seats)]
    heapq.heapify(waiting)
    under_way: dict[int, tuple[float, Iterator[Batch], Batch]] = {}
    while True:
        now, seat = waiting[0]
        if seat in under_way:
            begin, rest, batch = under_way.pop(seat)
            yield seat, batch
        else:
            begin, rest = now, batches(visit(rng, rng.choice(known), origin))
        following = next(rest, None)
        if following is None:
            heapq.heapreplace(waiting, (now + rng.expovariate(1 / PAUSE_SECONDS), seat))
        else:
            under_way[seat] = begin, rest, following
            heapq.heapreplace(waiting, (begin + following.at, seat))


def _delay(rng: Random) -> float:
    """From a minute to two hours, short ones more often."""
    return math.exp(rng.uniform(math.log(60), math.log(LONGEST_DELAY)))

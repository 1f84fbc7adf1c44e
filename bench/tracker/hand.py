"""The way of a hand that moves a mouse: from one thing to the next, in arcs, and slower at both ends."""

import math
import random
from collections.abc import Iterator

WIDTH, HEIGHT = 1280, 720
HERTZ = 60
SEED = 7

Place = tuple[float, float]


def way(moves: int, seed: int = SEED) -> list[Place]:
    """Where the mouse is at each tick of the screen; all of them in the window, the same for one seed."""
    rng = random.Random(seed)
    places: list[Place] = [(WIDTH / 2, HEIGHT / 2)]
    while len(places) <= moves:
        target = (rng.uniform(20, WIDTH - 20), rng.uniform(20, HEIGHT - 20))
        places += _reach(places[-1], target, rng)
    return places[1 : moves + 1]


def _reach(start: Place, target: Place, rng: random.Random) -> Iterator[Place]:
    """One reach. It takes longer the farther it is (Fitts, 1954); its speed rises and falls as in "The
    coordination of arm movements" (Flash and Hogan, 1985, minimum jerk); and a hand trembles.
    """
    distance = math.dist(start, target)
    ticks = max(6, round(HERTZ * (0.15 + 0.12 * math.log2(1 + distance / 40))))
    bend = rng.gauss(0, 0.08) * distance
    across = ((start[1] - target[1]) / (distance or 1), (target[0] - start[0]) / (distance or 1))
    for tick in range(1, ticks + 1):
        part = tick / ticks
        done = part**3 * (10 - 15 * part + 6 * part**2)
        arc = bend * math.sin(math.pi * done)
        x = start[0] + (target[0] - start[0]) * done + across[0] * arc + rng.gauss(0, 0.6)
        y = start[1] + (target[1] - start[1]) * done + across[1] * arc + rng.gauss(0, 0.6)
        yield min(max(round(x), 0), WIDTH - 1), min(max(round(y), 0), HEIGHT - 1)

"""Fills a worker's windows with the counts of a day, as topic `window_deltas` would have brought them."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.windows.alone import connected
from bench.windows.deployment import PARTITIONS, Deployment
from chronos.models.message import Message
from chronos.windows.bundles import COUNT, DISTINCT, Bundle, PaneDelta, bucket_of, messages, partition_of
from chronos.windows.slots import MICROSECONDS, SECONDS

SLOTS = 8_640  # of a day
KEYS = 20_000
VISITORS = 20_000
AT_ONCE = 60  # slots of a message
PIECES = 2  # times that a slot is added to
SOURCE = 999  # a partition that topic `events` does not have
URL = "https://shop.example/products/{}?campaign=autumn"


@dataclass
class Day:
    """The day before ``end``, a slot: what was sent of it, and how much there is to be counted."""

    end: int
    rng: np.random.Generator
    counts: int = 0
    events: int = 0
    sent: int = 0
    names: list[str] = field(default_factory=lambda: [URL.format(number) for number in range(KEYS)])

    @property
    def start(self) -> int:
        """Its first slot."""
        return self.end - SLOTS

    @property
    def seconds(self) -> tuple[int, int]:
        """Its bounds, in seconds since 1970."""
        return self.start * SECONDS, self.end * SECONDS

    async def fill(self, deployment: Deployment, counts: int) -> None:
        """Add pageviews of which the most favoured pages have the most: about ``counts`` counts."""
        await self._send(deployment, self._pageviews(_skewed(KEYS), counts / SLOTS))

    async def fill_visitors(self, deployment: Deployment, at_once: int) -> None:
        """Add visitors, ``at_once`` different ones a slot."""
        await self._send(deployment, self._visitors(at_once))

    async def _send(self, deployment: Deployment, parts: Iterator[dict[int, list[PaneDelta]]]) -> None:
        topic = deployment.topics["window_deltas_topic"]
        async with connected(deployment.kafka) as producer:
            for deltas in parts:
                sent = [
                    Message(topic, None, value, partition=place)
                    for place, some in deltas.items()
                    for value in messages([self._bundle(some)])
                ]
                self.sent += 1
                await asyncio.gather(*map(producer.send, sent))
            idle = next(messages([self._bundle([], idle=True)]))
            await asyncio.gather(
                *(producer.send(Message(topic, None, idle, partition=n)) for n in range(PARTITIONS))
            )

    def _bundle(self, deltas: list[PaneDelta], idle: bool = False) -> Bundle:
        at = self.end * MICROSECONDS
        return Bundle(SOURCE, self.sent, self.sent, at, at, deltas, idle)

    def _pageviews(
        self, weights: NDArray[np.float64], different: float
    ) -> Iterator[dict[int, list[PaneDelta]]]:
        draws = _draws(weights, different)
        bounds = np.cumsum(weights)
        for first in range(self.start, self.end, AT_ONCE):
            seen: set[tuple[int, int]] = set()
            for piece in range(PIECES):
                deltas: dict[int, list[PaneDelta]] = {}
                for slot in range(first, min(first + AT_ONCE, self.end)):
                    number = draws // PIECES + (piece < draws % PIECES)
                    drawn = np.searchsorted(bounds, self.rng.random(number)).tolist()
                    seen.update((slot, key) for key in drawn)
                    self.events += number
                    for bucket, rows in self._by_bucket(drawn).items():
                        delta = PaneDelta("pageview_urls", bucket, slot, COUNT, rows)
                        place = partition_of("pageview_urls", bucket, PARTITIONS)
                        deltas.setdefault(place, []).append(delta)
                yield deltas
            self.counts += len(seen)

    def _by_bucket(self, drawn: list[int]) -> dict[int, dict[str, list[int]]]:
        buckets: dict[int, dict[str, list[int]]] = {}
        for key, number in Counter(drawn).items():
            name = self.names[min(key, KEYS - 1)]
            buckets.setdefault(bucket_of(name), {})[name] = [0, number, 0]
        return buckets

    def _visitors(self, at_once: int) -> Iterator[dict[int, list[PaneDelta]]]:
        place = partition_of("visitors", 0, PARTITIONS)
        for first in range(self.start, self.end, AT_ONCE):
            yield {
                place: [
                    PaneDelta("visitors", 0, slot, DISTINCT, self._some(at_once))
                    for slot in range(first, min(first + AT_ONCE, self.end))
                ]
            }

    def _some(self, number: int) -> dict[str, list[int]]:
        found = self.rng.choice(VISITORS, number, replace=False).tolist()
        return {f"visitor-{one}": [0, 1, 0] for one in found}


def yesterday(seed: int) -> Day:
    """The day up to now."""
    return Day(int(time.time()) // SECONDS, np.random.default_rng(seed))


def _skewed(keys: int) -> NDArray[np.float64]:
    """Zipf's law: the second most favoured has half of the first, the third a third."""
    weights = 1 / np.arange(1, keys + 1)
    scaled: NDArray[np.float64] = weights / weights.sum()
    return scaled


def _draws(weights: NDArray[np.float64], different: float) -> int:
    """How many draws give that many different keys, on the average."""
    low, high = 1, 10_000_000
    while low < high:
        middle = (low + high) // 2
        if float((1 - np.exp(-middle * weights)).sum()) < different:
            low = middle + 1
        else:
            high = middle
    return low

"""Tells of incidents: the log at once, each channel in order and again until it takes them."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from chronos.watch.channels import Channel
from chronos.watch.errors import AlertFailed
from chronos.watch.notice import Notice, Place

log = logging.getLogger(__name__)

WAITING = 200  # notices that may wait for a channel
SLOWEST_RETRY = 300.0
TRIES = 200  # of one notice: half a day and more
LEVELS = {"warning": logging.WARNING, "critical": logging.ERROR}


def backoff(attempt: int) -> float:
    """Seconds before try number ``attempt`` (from 1): doubling from 1 to 300, with jitter."""
    slowest: float = min(SLOWEST_RETRY, 2.0 ** min(attempt - 1, 10))
    return slowest * random.uniform(0.5, 1)


class Teller:
    """``told`` is called with each notice that no channel waits for any more."""

    def __init__(
        self,
        channels: Sequence[Channel],
        told: Callable[[Notice], Awaitable[None]],
        retry: Callable[[int], float] = backoff,
    ) -> None:
        self._outlets = [_Outlet(channel, self._settled, retry) for channel in channels]
        self._told = told
        self._left: dict[Place, int] = {}

    async def tell(self, notice: Notice) -> None:
        """Write it to the log, and see to it that every channel gets it."""
        _log(notice)
        await self.send(notice)

    async def send(self, notice: Notice) -> None:
        """See to it that every channel gets what is in the log already."""
        if notice.place in self._left:
            return
        if not self._outlets:
            await self._told(notice)
            return
        self._left[notice.place] = len(self._outlets)
        for outlet in self._outlets:
            for dropped in outlet.put(notice):
                await self._settled(dropped)

    async def run(self) -> None:
        """Send what is to be sent, until cancelled."""
        await asyncio.gather(*(outlet.run() for outlet in self._outlets))

    async def _settled(self, notice: Notice) -> None:
        self._left[notice.place] -= 1
        if not self._left[notice.place]:
            del self._left[notice.place]
            await self._told(notice)


class _Outlet:
    def __init__(
        self,
        channel: Channel,
        settled: Callable[[Notice], Awaitable[None]],
        retry: Callable[[int], float],
    ) -> None:
        self._channel = channel
        self._settled = settled
        self._retry = retry
        self._waiting: deque[Notice] = deque()
        self._has_some = asyncio.Event()

    def put(self, notice: Notice) -> list[Notice]:
        """Take a notice; those that have to go for it."""
        dropped = []
        # The first is under way.
        if len(self._waiting) >= WAITING:
            dropped.append(self._waiting[1])
            del self._waiting[1]
            log.error("%s: too many wait, and one is dropped: %s", self._channel.name, dropped[0].title)
        self._waiting.append(notice)
        self._has_some.set()
        return dropped

    async def run(self) -> None:
        while True:
            await self._has_some.wait()
            while self._waiting:
                await self._deliver(self._waiting[0])
                await self._settled(self._waiting.popleft())
            self._has_some.clear()

    async def _deliver(self, notice: Notice) -> None:
        said = None
        for attempt in range(1, TRIES + 1):
            try:
                await self._channel.send(notice)
            except AlertFailed as error:
                if said != str(error):
                    log.warning("%s; it is tried again", error)
                said = str(error)
            except Exception:  # a channel's own mistake must not keep others from being told
                log.exception("%s: something that was not expected", self._channel.name)
            else:
                return
            await asyncio.sleep(self._retry(attempt))
        log.error("%s: given up: %s", self._channel.name, notice.title)


def _log(notice: Notice) -> None:
    name = f"{notice.incident} {notice.subject}".strip()
    if notice.state == "ended":
        log.warning("incident %s is over: %s", name, notice.summary)
    else:
        level = LEVELS[notice.severity]
        log.log(level, "incident %s has begun: %s. %s", name, notice.summary, notice.what_to_do)

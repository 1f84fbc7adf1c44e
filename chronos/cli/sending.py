"""Sends made up beacons as trackers do: at a rate, again where need be; counts what became of them."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from uuid import UUID, uuid4

import aiohttp

from chronos.cli.errors import NotTaken
from chronos.demo import wire
from chronos.demo.traffic import ONCE, RETRIED, TWICE, Sending

AT_ONCE = 64  # beacons under way
PATIENCE = 60.0  # seconds that a beacon is tried
LONGEST_PAUSE = 30.0  # seconds, whatever Retry-After says
ANSWER_SECONDS = 20.0
RETRY_SECONDS = 3.0  # after which a tracker without an answer tries again
LEAVE_SECONDS = 10.0  # for what is under way when everything ends
HOPELESS = (401, 404, 405)  # the next one would not be taken either


@dataclass
class Tally:
    """What was sent, and what became of it; ``events`` by type are of the beacons that were taken."""

    beacons: int = 0
    events: Counter[str] = field(default_factory=Counter)
    late: int = 0
    twice: int = 0
    again: Counter[str] = field(default_factory=Counter)  # tries after an answer such as 503, by what it was
    refused: Counter[str] = field(default_factory=Counter)  # beacons, by what the worker said
    given_up: int = 0
    ids: list[UUID] = field(default_factory=list)
    seconds: float = 0.0
    behind: float = 0.0  # seconds behind the plan, at the end

    @property
    def rows(self) -> int:
        """All events that were taken."""
        return self.events.total()


@dataclass(frozen=True)
class Plan:
    """How fast and how long: events per second; until ``seconds`` have passed or ``events`` were sent."""

    rate: float
    seconds: float | None = None
    events: int | None = None


class Sender:
    """Sends beacons to ``urls`` in turn, with ``key`` and ``origin``; all of them carry ``mark``."""

    def __init__(
        self, http: aiohttp.ClientSession, urls: list[str], *, key: str, origin: str, mark: str
    ) -> None:
        self.tally = Tally()
        self.stopping = asyncio.Event()
        self._http = http
        self._urls = cycle(urls)
        self._headers = {"Origin": origin, "Content-Type": "text/plain;charset=UTF-8"}
        self._key, self._mark = key, mark
        self._room = asyncio.Semaphore(AT_ONCE)
        self._seats: dict[int, tuple[float, asyncio.Task[None]]] = {}
        self._hopeless: NotTaken | None = None
        self._unanswered = 0

    async def run(self, sendings: Iterator[Sending], plan: Plan) -> None:
        """Send until the plan is fulfilled or `stopping` is set; raise NotTaken where nothing is taken."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        end = begin + plan.seconds if plan.seconds is not None else float("inf")
        tasks: set[asyncio.Task[None]] = set()
        for sending in sendings:
            if plan.events is not None and sending.before >= plan.events:
                break
            # By what was sent since the beginning, and not since the last one: so it does not drift.
            due = begin + sending.before / plan.rate
            await self._pause(min(due, end) - loop.time())
            await self._room.acquire()
            self.tally.behind = max(0.0, loop.time() - due)
            if self.stopping.is_set() or loop.time() >= end:
                break
            task = asyncio.create_task(self._one(sending, self._seats.get(sending.seat)))
            self._seats[sending.seat] = time.time(), task
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            task.add_done_callback(lambda _: self._room.release())
        self.tally.seconds = loop.time() - begin
        await self._finish(tasks)

    async def _finish(self, tasks: set[asyncio.Task[None]]) -> None:
        waiting = PATIENCE if not self.stopping.is_set() else LEAVE_SECONDS
        if tasks:
            _, left = await asyncio.wait(set(tasks), timeout=waiting)
            self.tally.given_up += self._unanswered
            for task in left:
                task.cancel()
        if self._hopeless is not None:
            raise self._hopeless

    async def _one(self, sending: Sending, before: tuple[float, asyncio.Task[None]] | None) -> None:
        not_before, previous = before or (0.0, None)
        closed, beacon_id = time.time(), uuid4()
        if previous is not None:
            await asyncio.wait([previous])  # a tracker sends one after the other

        def body() -> bytes:
            return wire.body(
                sending.batch,
                key=self._key,
                mark=self._mark,
                beacon_id=str(beacon_id),
                closed=closed,
                sent=time.time(),
                delay=sending.delay,
                not_before=not_before,
            )

        first = body()
        self._unanswered += 1
        taken = await self._until_taken(first)
        self._unanswered -= 1
        if not taken:
            return
        self._count(sending, beacon_id)
        if sending.fate == TWICE:
            await self._until_taken(first)
        elif sending.fate == RETRIED:
            await self._pause(RETRY_SECONDS)
            await self._until_taken(body())

    def _count(self, sending: Sending, beacon_id: UUID) -> None:
        tally = self.tally
        tally.beacons += 1
        tally.events += wire.counted(sending.batch)
        tally.ids.append(beacon_id)
        tally.late += bool(sending.delay)
        tally.twice += sending.fate != ONCE

    async def _until_taken(self, body: bytes) -> bool:
        deadline = time.monotonic() + PATIENCE
        attempt = 0
        while True:
            attempt += 1
            url = next(self._urls)
            problem, pause = await self._post(url, body)
            if problem is None:
                return True
            if pause is None:
                self.tally.refused[problem] += 1
                return False
            if self.stopping.is_set() or time.monotonic() + pause > deadline:
                self.tally.given_up += 1
                return False
            self.tally.again[problem] += 1
            await self._pause(pause or min(5.0, 0.25 * 2**attempt))

    async def _post(self, url: str, body: bytes) -> tuple[str | None, float | None]:
        """What was wrong, None where nothing was; and after how many seconds to try again, None for never."""
        patience = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with self._http.post(url, data=body, headers=self._headers, timeout=patience) as answer:
                text = await answer.text(errors="replace")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return f"no answer ({type(error).__name__})", 0.0
        if answer.status == 200:
            return None, None
        if answer.status in (408, 429) or answer.status >= 500:
            return str(answer.status), _retry_after(answer.headers.get("Retry-After"))
        reason = _reason(text)
        if answer.status in HOPELESS:
            self._hopeless = NotTaken(worker=url, status=answer.status, reason=reason)
            self.stopping.set()
        return f"{answer.status}: {reason}", None

    async def _pause(self, seconds: float) -> None:
        """Wait, and no longer than until everything stops."""
        if seconds > 0:
            try:
                async with asyncio.timeout(seconds):
                    await self.stopping.wait()
            except TimeoutError:
                pass


def _retry_after(header: str | None) -> float:
    try:
        return min(LONGEST_PAUSE, max(0.0, float(header or 0)))
    except ValueError:
        return 0.0


def _reason(text: str) -> str:
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return text[:200] or "no reason given"

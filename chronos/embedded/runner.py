"""Keeps one service running: starts or adopts it, waits until it is ready, restarts it when it dies."""

import asyncio
import logging
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

from chronos.embedded import logs
from chronos.embedded.errors import EndedEarly
from chronos.embedded.process import Child
from chronos.embedded.service import Service
from chronos.embedded.state import (
    RESTARTING,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    WAITING,
    ServiceState,
)
from chronos.errors import ChronosError

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
HEALTH_SECONDS = 10.0
SECOND_LOOK_SECONDS = 1.0
PATIENCE = 3
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STABLE_SECONDS = 30.0
EXPECTED = (ChronosError, OSError, subprocess.SubprocessError, psutil.Error)

Gate = Callable[["Runner"], Awaitable[None]]


async def open_gate(_: "Runner") -> None:
    """For a service that waits for no other."""


class Runner:
    """One service, its process and its state.

    ``changed`` is called whenever that state changes, ``moved`` when the service has another address than
    before or began anew, and ``gate`` is awaited before each start. ``has_run`` says whether its process was
    there since it was to run.
    """

    def __init__(
        self,
        make: Callable[[], Service],
        changed: Callable[[], None],
        gate: Gate = open_gate,
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        self._make = make
        self._changed = changed
        self._gate = gate
        self._moved = moved
        self.service = make()
        self.has_run = False
        self.state = ServiceState(self.service.name)
        self._child: Child | None = None
        self._task: asyncio.Task[None] | None = None
        self._preparing: asyncio.Future[None] | None = None
        self._aftermath: asyncio.Task[None] | None = None
        self._nudged = asyncio.Event()
        self._pause = FIRST_PAUSE_SECONDS
        self._failures = 0

    @property
    def name(self) -> str:
        """The name of the service."""
        return self.service.name

    def start(self) -> None:
        """Run it from now on; where it waits for its next try, try now."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name=self.name)
        elif self.state.state == RESTARTING:
            self.state.restarts = 0
            self._pause = FIRST_PAUSE_SECONDS
            self._nudged.set()

    async def stop(self) -> None:
        """End it, also one that an earlier supervisor started."""
        await self._cancel()
        child = self._child or await asyncio.to_thread(Child.find, self.service.program, self.service.marker)
        if child and child.alive():
            self.say(STOPPING)
            if not await child.stop(self.service.stop_signal, self.service.stop_seconds):
                log.warning(
                    "%s did not stop within %.0f s and was killed", self.name, self.service.stop_seconds
                )
        self._forget()
        self.has_run = False
        self.say(STOPPED)

    def end_process(self) -> None:
        """Have it start anew."""
        if self._child:
            self._child.send(self.service.stop_signal)

    def process_lives(self) -> bool:
        """Whether its process is there."""
        return self._child is not None and self._child.alive()

    def say(self, state: str, error: str | None = None) -> None:
        """Change what is known of it, and log that."""
        if (state, error) != (self.state.state, self.state.error):
            log.info("%s: %s%s", self.name, state, f" ({error})" if error else "")
        self.state.state, self.state.error = state, error
        self._changed()

    async def _cancel(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if self._preparing:
            # A thread cannot be cancelled, and must not go on beside the next start.
            await asyncio.wait([self._preparing])

    async def _run(self) -> None:
        while True:
            try:
                await self._live()
            except EXPECTED as error:
                self._forget()
                self.state.restarts += 1
                self.say(RESTARTING, str(error) or type(error).__name__)
            except Exception:  # the edge of the process: a bug here must not end the others
                log.exception("%s: unexpected", self.name)
                self._forget()
                self.state.restarts += 1
                self.say(RESTARTING, "an unexpected error, see the supervisor's log")
            await self._rest()

    async def _live(self) -> None:
        """One life of the process; always ends in an exception."""
        self.service = self._make()
        self._child = await asyncio.to_thread(Child.find, self.service.program, self.service.marker)
        log_begins = logs.size(self._log)
        if self._child is None:
            await self._gate(self)
            self.say(STARTING)
            await self._prepare()
            log_begins = logs.size(self._log)
            self._child = Child.start(self.service.launch(), self._log)
        self._remember(self._child)
        born = time.monotonic()
        try:
            await self._watch(self._child)
        finally:
            await self._end_aftermath()
            if time.monotonic() - born > STABLE_SECONDS:
                self._pause = FIRST_PAUSE_SECONDS
        said = logs.reason(self._log, log_begins) if self._child.ended_by_itself() else ""
        raise EndedEarly(name=self.name, how=self._child.ending(), log=f": {said}" if said else "")

    async def _prepare(self) -> None:
        self._preparing = asyncio.ensure_future(asyncio.to_thread(self.service.prepare))
        try:
            await asyncio.shield(self._preparing)
        finally:
            if self._preparing.done():
                self._preparing = None

    async def _settle(self) -> None:
        try:
            await self.service.settled()
        except EXPECTED as error:
            log.warning("%s: %s", self.name, error)

    async def _end_aftermath(self) -> None:
        task, self._aftermath = self._aftermath, None
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(self, child: Child) -> None:
        """Look after the process until it ends: often until it is ready, then from time to time."""
        looked = 0.0
        self._failures = 0
        while child.alive():
            if time.monotonic() - looked >= self._interval():
                problem = await self.service.problem() or self._impostor(child)
                looked = time.monotonic()
                if child.alive():
                    self._judge(problem)
            await asyncio.sleep(POLL_SECONDS)

    def _impostor(self, child: Child) -> str | None:
        # Two that start at the same moment may choose the same port; the one that lost it will end soon.
        port = self.service.port
        if self.state.state == RUNNING or port is None or child.listens_on(port):
            return None
        return f"another program answers on port {port}"

    def _interval(self) -> float:
        if self.state.state != RUNNING:
            return 0.0
        return SECOND_LOOK_SECONDS if self._failures else HEALTH_SECONDS

    def _judge(self, problem: str | None) -> None:
        if problem is None:
            self._failures = 0
            if self.state.state != RUNNING:
                self.say(RUNNING)
                self._aftermath = self._aftermath or asyncio.create_task(self._settle())
        elif self.state.state != RUNNING:
            self.say(self.state.state, problem)
        else:
            # A busy machine may be late with one answer.
            self._failures += 1
            if self._failures >= PATIENCE:
                self.say(WAITING, problem)

    async def _rest(self) -> None:
        self._nudged.clear()
        try:
            await asyncio.wait_for(self._nudged.wait(), self._pause)
        except TimeoutError:
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def _remember(self, child: Child) -> None:
        self.has_run = True
        self.state.pid, self.state.create_time = child.pid, child.create_time
        if self.service.note:
            log.info("%s: %s", self.name, self.service.note)
        if self.service.began_anew or self.state.address not in (None, self.service.address):
            self._moved()
        self.state.address, self.state.note = self.service.address, self.service.note
        self.say(STARTING)

    def _forget(self) -> None:
        self._child = None
        self.state.pid = self.state.create_time = None

    @property
    def _log(self) -> Path:
        return self.service.home.log(self.name)

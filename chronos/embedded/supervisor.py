"""The supervisor: one detached process for each state directory, which keeps what should run running."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Iterable
from functools import partial

import psutil

from chronos import log_output
from chronos import settings as settings_module
from chronos.embedded import backends, files, services, state
from chronos.embedded.brokers import is_broker
from chronos.embedded.home import Home
from chronos.embedded.kafka import Kafka
from chronos.embedded.runner import Runner
from chronos.embedded.service import Service
from chronos.embedded.state import RUNNING, STOPPED, WAITING, Desired, State
from chronos.embedded.worker import choose_again
from chronos.errors import ChronosError
from chronos.settings import Settings

log = logging.getLogger("chronos.supervisor")

POLL_SECONDS = 0.2
LOCK_SECONDS = 2.0
LOOK_SECONDS = 10.0
PATIENCE_SECONDS = 20.0


class Supervisor:
    """Follows ``desired.json`` and writes ``state.json``; ends when nothing should run any more."""

    def __init__(self, settings: Settings, lock: int) -> None:
        self.settings = settings
        self.home = Home(settings.home)
        self._lock = lock
        self._runners: dict[str, Runner] = {}
        self._revision = -1
        self._wanted: frozenset[str] = frozenset()
        before = State.read(self.home)
        self._acted_on = before.revision
        self._addresses_before = {service.name: service.address for service in before.services}
        self._backends_ready = asyncio.Lock()
        self._ready_for = -1
        self._wake = asyncio.Event()
        self._ending = False
        self._next_look = 0.0

    async def run(self) -> None:
        """Until nothing should run, or a signal ends it and all that it runs."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._wake.set)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        while not self._ending:
            desired = Desired.read(self.home)
            if desired.revision != self._revision:
                await self._follow(desired)
            if not desired.services and self._leave():
                return
            self._tell_brokers()
            await self._sleep()
        await self._stop(self._runners.values())

    async def _follow(self, desired: Desired) -> None:
        log.info("revision %d: %s", desired.revision, " ".join(desired.services) or "nothing")
        self._read_settings(desired)
        self._wanted = frozenset(desired.services)
        for name in self._known() | set(desired.services):
            if name not in self._runners:
                self._runners[name] = self._runner(name)
        self._drop_old_workers(desired)
        await self._stop(runner for name, runner in self._runners.items() if name not in desired.services)
        if not any(services.is_worker(name) and one.process_lives() for name, one in self._runners.items()):
            choose_again(self.settings)
        for name in desired.services:
            self._runners[name].start()
        self._revision = desired.revision
        # Only now: whoever waits for this revision must not see the state of an earlier one.
        self._acted_on = desired.revision
        self._write()

    def _read_settings(self, desired: Desired) -> None:
        for name in [name for name in os.environ if name.startswith(settings_module.ENV_PREFIX)]:
            del os.environ[name]
        os.environ.update(desired.environment)
        try:
            self.settings = settings_module.load()
        except ChronosError as error:
            log.error("the settings from before are kept: %s", error)

    def _known(self) -> set[str]:
        """Names of what may still run, from an earlier supervisor."""
        left = set(self._addresses_before) | set(services.backends(self.settings))
        return left if self._revision < 0 else set()

    def _drop_old_workers(self, desired: Desired) -> None:
        for name, runner in list(self._runners.items()):
            unwanted = services.is_worker(name) and name not in desired.services
            if unwanted and self._revision >= 0 and runner.state.state == STOPPED:
                del self._runners[name]

    def _runner(self, name: str) -> Runner:
        make = partial(self._make, name)
        if services.is_worker(name):
            return Runner(make, self._write, self._workers_gate)
        runner = Runner(make, self._write, self._brokers_gate, self._restart_workers)
        runner.state.address = self._addresses_before.get(name)
        return runner

    def _make(self, name: str) -> Service:
        return services.make(name, self.settings)

    def _restart_workers(self) -> None:
        """They know only the address that was true when they started."""
        log.info("a service has another address now, or lost its data: the workers start anew")
        self._ready_for = -1
        for runner in self._runners.values():
            if services.is_worker(runner.name):
                runner.end_process()

    async def _workers_gate(self, worker: Runner) -> None:
        """Wait until Kafka and the database are there, with topics and schema.

        One that ran before need not wait for what was stopped or is away: without Kafka it takes beacons into
        its spool, without the database into Kafka, and makes itself what is missing.
        """
        began = time.monotonic()
        while waits := self._missing(patient=time.monotonic() - began < PATIENCE_SECONDS):
            if worker.has_run and self._ready_for >= 0:
                return
            if worker.service.ran_before and not self._wanted & set(waits):
                return
            if worker.state.state != WAITING:
                worker.say(WAITING, f"waits for {' and '.join(waits)}")
            await asyncio.sleep(POLL_SECONDS)
        async with self._backends_ready:
            if self._ready_for != self._revision:
                try:
                    await self._make_ready()
                except ChronosError as error:
                    if not worker.service.ran_before:
                        raise
                    log.warning("%s starts though not everything is there: %s", worker.name, error)

    async def _make_ready(self) -> None:
        for done in await backends.make_ready(self.settings):
            log.info("made ready for workers: %s", done)
        self._ready_for = self._revision

    def _missing(self, patient: bool) -> list[str]:
        """What workers wait for: all, when they are ``patient``, else as many brokers as are enough."""
        here = services.backends(self.settings)
        missing = [name for name in here if not self._runs(name)]
        brokers = [name for name in missing if is_broker(name)]
        enough = 2 * len(brokers) < sum(map(is_broker, here))
        return [name for name in missing if name not in brokers] if enough and not patient else missing

    async def _brokers_gate(self, broker: Runner) -> None:
        """A broker that lost its data waits for the others, from which it gets it again."""
        while waits := [name for name in broker.service.waits_for() if not self._runs(name)]:
            broker.say(WAITING, f"its data is gone: waits for {' and '.join(waits)}, to get it from there")
            await asyncio.sleep(POLL_SECONDS)

    def _tell_brokers(self) -> None:
        """Have a broker start anew that was not told the ports of the others, one after the other."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_SECONDS
        here = [self._runners.get(name) for name in services.backends(self.settings) if is_broker(name)]
        brokers = [runner for runner in here if runner]
        if len(brokers) == len(here) and all(runner.state.state == RUNNING for runner in brokers):
            for runner in brokers:
                if isinstance(runner.service, Kafka) and not runner.service.knows_others():
                    log.info("%s starts anew: another broker has another port now", runner.name)
                    runner.end_process()
                    return

    def _runs(self, name: str) -> bool:
        return name in self._runners and self._runners[name].state.state == RUNNING

    async def _stop(self, runners: Iterable[Runner]) -> None:
        """Workers first, because they need the others to stop well."""
        unwanted = list(runners)
        for workers in (True, False):
            batch = [runner for runner in unwanted if services.is_worker(runner.name) is workers]
            await asyncio.gather(*(runner.stop() for runner in batch))

    def _write(self) -> None:
        try:
            State(self._acted_on, [self._runners[name].state for name in self._sorted()]).write(self.home)
        except OSError as error:
            log.error("what runs cannot be written down, but goes on running: %s", error)

    def _sorted(self) -> list[str]:
        return sorted(self._runners, key=services.in_order)

    def _leave(self) -> bool:
        """Let go of the lock, unless something should run again by now."""
        with files.locked(self.home.desired_lock):
            if Desired.read(self.home).revision != self._revision:
                return False
            self._write()
            os.close(self._lock)
            log.info("nothing should run any more")
            return True

    def _end(self) -> None:
        self._ending = True
        self._wake.set()

    async def _sleep(self) -> None:
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)


def main() -> None:
    """Run it, unless another one does already."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # aiokafka reports each broker that does not answer yet; ours say that themselves.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    settings = state.settings()
    for handler in logging.root.handlers:
        log_output.set_up(handler, settings.log)
    home = Home(settings.home)
    home.make()
    lock = files.hold(home.supervisor_lock, LOCK_SECONDS)
    if lock is None:
        sys.exit("another supervisor runs already")
    own = psutil.Process()
    files.sign(lock, json.dumps({"pid": own.pid, "create_time": own.create_time()}))
    asyncio.run(Supervisor(settings, lock).run())


if __name__ == "__main__":
    main()

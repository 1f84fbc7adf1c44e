"""What the commands do with the supervisor: tell it what should run, wait for it, ask what runs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from chronos.embedded import files, logs
from chronos.embedded.errors import NotReadyInTime, NotStarted, SupervisorFailed
from chronos.embedded.home import Home
from chronos.embedded.process import same
from chronos.embedded.state import RESTARTING, RUNNING, STOPPED, Desired, ServiceState, State

POLL_SECONDS = 0.1
SUPERVISOR_SECONDS = 15.0
HOPELESS_RESTARTS = 3


@dataclass(frozen=True)
class Overview:
    """What should run, what does, and whether somebody looks after it."""

    desired: Desired
    services: list[ServiceState]
    supervised: bool

    @property
    def anything_left(self) -> bool:
        """Whether there is something to stop."""
        return self.supervised or bool(self.desired.services) or any(one.pid for one in self.services)

    @property
    def not_running(self) -> list[str]:
        """Names of the services that should run and do not."""
        running = {service.name for service in self.services if service.state == RUNNING}
        return [name for name in self.desired.services if name not in running]


def overview(home: Home) -> Overview:
    """What is true now: a state whose process is gone is corrected."""
    supervised = files.is_held(home.supervisor_lock)
    state = State.read(home)
    return Overview(
        Desired.read(home), [_true(service, supervised) for service in state.services], supervised
    )


def change(home: Home, edit: Callable[[set[str]], set[str]]) -> Desired:
    """Change what should run, and see to it that a supervisor acts on that."""
    home.make()
    with files.locked(home.desired_lock):
        desired = Desired.read(home)
        desired = desired.changed(edit(set(desired.services)))
        desired.write(home)
    if not files.is_held(home.supervisor_lock):
        _spawn(home)
    return desired


@contextmanager
def paused(home: Home, names: Collection[str], seconds: float) -> Iterator[None]:
    """Stop ``names`` for a while; they run again afterwards, with the environment that they had.

    Whoever else would change what should run waits meanwhile. NotReadyInTime, NotStarted or SupervisorFailed
    where they do not run again within ``seconds``.
    """
    with files.locked(home.desired_lock):
        try:
            revision = _again(home, lambda services: services - set(names))
            wait_stopped(home, revision, names, seconds)
            yield
        finally:
            revision = _again(home, lambda services: services | set(names))
            wait_running(home, revision, names, seconds, lambda service: None)


def wait_running(
    home: Home, revision: int, names: Collection[str], seconds: float, tell: Callable[[ServiceState], None]
) -> None:
    """Wait until all ``names`` run, ``tell`` of each that does; NotStarted or NotReadyInTime otherwise."""
    left = set(names)
    deadline = time.monotonic() + seconds
    for services in _states(home, revision):
        for service in (service for service in services if service.name in left):
            if service.state == RUNNING and same(service.pid, service.create_time):
                left.remove(service.name)
                tell(service)
            elif service.state == RESTARTING and service.restarts >= HOPELESS_RESTARTS:
                raise NotStarted(name=service.name, service=service.name, reason=service.error)
            elif time.monotonic() > deadline:
                problem = service.error or logs.reason(home.log(service.name), 0) or service.state
                raise NotReadyInTime(name=service.name, seconds=seconds, problem=problem)
        if not left:
            return


def wait_stopped(home: Home, revision: int, names: Collection[str], seconds: float) -> None:
    """Wait until none of ``names`` runs, and the supervisor has ended when nothing else should run."""
    deadline = time.monotonic() + seconds
    ends = not Desired.read(home).services
    for services in _states(home, revision):
        stopped = not any(service.pid for service in services if service.name in names)
        if stopped and not (ends and _supervisor_lives(home)):
            return
        if time.monotonic() > deadline:
            raise SupervisorFailed(what="stop the services", seconds=seconds, log=home.log("supervisor"))


def _again(home: Home, edit: Callable[[set[str]], set[str]]) -> int:
    """Change what should run, not with which environment, under the lock; return the new revision."""
    before = Desired.read(home)
    services = tuple(sorted(edit(set(before.services))))
    desired = replace(before, services=services, revision=before.revision + 1)
    desired.write(home)
    if not files.is_held(home.supervisor_lock):
        _spawn(home)
    return desired.revision


def _states(home: Home, revision: int) -> Iterator[list[ServiceState]]:
    """Yield the services again and again, from when the supervisor has acted on ``revision``."""
    deadline = time.monotonic() + SUPERVISOR_SECONDS
    while True:
        state = State.read(home)
        supervised = files.is_held(home.supervisor_lock)
        if state.revision >= revision:
            yield state.services
        if supervised or state.revision >= revision:
            deadline = time.monotonic() + SUPERVISOR_SECONDS
        elif time.monotonic() > deadline:
            raise SupervisorFailed(what="start", seconds=SUPERVISOR_SECONDS, log=home.log("supervisor"))
        time.sleep(POLL_SECONDS)


def _supervisor_lives(home: Home) -> bool:
    """Whether it holds its lock, or has let go of it and is about to end."""
    if files.is_held(home.supervisor_lock):
        return True
    holder = json.loads(home.supervisor_lock.read_text() or "{}")
    return same(holder.get("pid"), holder.get("create_time"))


def _true(service: ServiceState, supervised: bool) -> ServiceState:
    if service.pid is None or same(service.pid, service.create_time):
        return service
    service.pid = service.create_time = None
    service.state = RESTARTING if supervised else STOPPED
    service.error = service.error or "its process is gone"
    return service


def _spawn(home: Home) -> None:
    with logs.open_for_append(home.log("supervisor")) as output:
        subprocess.Popen(
            [sys.executable, "-m", "chronos.embedded.supervisor"],
            cwd=home.path,
            env={**os.environ, **Desired.read(home).environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

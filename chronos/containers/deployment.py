"""The containers of one state directory, by the Compose file that ships."""

import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from chronos import resources
from chronos.containers import engine, logs, mounted, names, progress, publishing, seen, working
from chronos.containers.errors import NotInContainers, NotInTime
from chronos.containers.record import Record
from chronos.embedded.client import Overview
from chronos.embedded.errors import NotInSync
from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, Desired
from chronos.settings import Settings
from chronos.settings.paths import pixel_path, tracker_paths

MARGIN_SECONDS = 12
BODY_MARGIN = 65_536
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Deployment:
    """What was told last, and how to make it so."""

    settings: Settings
    record: Record

    @cached_property
    def home(self) -> Home:
        """The state directory."""
        return Home(self.settings.home)

    @property
    def web(self) -> str:
        """The address at which browsers of this machine reach the proxy."""
        return publishing.web(self.settings, self.record.site)

    def start(self, chosen: Sequence[str], seconds: int, tell: Callable[[str], None]) -> None:
        """Start the services ``chosen``, all without any, and wait until they work."""
        deadline = time.monotonic() + seconds
        mounted.make_secrets(self.home)
        mounted.publish(self.home, self.settings)
        publishing.choose(self.settings, self.record.site, self._running())
        idle = self._idle(chosen)
        self.record.but(runs=True, stopped=tuple(idle - names.expanded(chosen, idle))).write(self.home)
        hear = progress.teller(tell, self.record.project)
        if alone := self._containers_of(names.single(chosen)):
            engine.run(["docker", "start", *alone])
        if names.compose(chosen) or not alone:
            self._up(["pull", "--policy", "missing", "--ignore-buildable"], None, hear)
            self._up(["up", "--detach", "--no-build", "--wait", *names.compose(chosen)], seconds, hear)
        running = self._running()
        self.record.but(runs=True, stopped=tuple(sorted(idle - running))).write(self.home)
        self._wait(names.expanded(chosen or ["worker"], running), deadline, seconds)
        if "grafana" in self.record.profiles and (not chosen or "grafana" in chosen):
            self._make_reader(seconds)

    def _idle(self, chosen: Sequence[str]) -> set[str]:
        """What should not run but for ``chosen``."""
        if not chosen:
            return set()
        return set(self.record.stopped if self.record.runs else self._all())

    def _all(self) -> list[str]:
        there = [one.name for one in self.overview().services]
        return names.all_of(self.record.workers, self.record.profiles, there)

    def _wait(self, chosen: Collection[str], deadline: float, seconds: float) -> None:
        """Until all of them work: Compose knows of workers only that they take beacons."""
        for name in sorted(chosen, key=names.in_order):
            while problem := self._problem(name):
                if time.monotonic() > deadline:
                    raise NotInTime(names=name, name=name, seconds=seconds, problem=problem)
                time.sleep(PAUSE_SECONDS)

    def _problem(self, name: str) -> str | None:
        found = next((one for one in self.overview().services if one.name == name), None)
        return working.problem(found, self.container(name), self.settings)

    def container(self, name: str) -> str:
        """What Docker calls the container of a service, or of one worker."""
        return f"{self.record.project}-{name}" + ("" if names.is_one_worker(name) else "-1")

    def _containers_of(self, workers: Sequence[str]) -> list[str]:
        """The containers of single workers; NotInContainers where one of them has none."""
        there = [one.name for one in self.overview().services] if workers else []
        for name in workers:
            if name not in there:
                raise NotInContainers(
                    name=name, known=", ".join(filter(names.is_one_worker, there)) or "none"
                )
        return [self.container(name) for name in workers]

    def _up(self, arguments: list[str], seconds: float | None, hear: Callable[[str], None]) -> None:
        command = self._compose("--progress", "plain", *arguments)
        *said, code = engine.stream(command, self._environment(), hear, seconds)
        if code == engine.LATE:
            raise self._late(seconds or 0)
        if code != "0":
            raise progress.wrong("\n".join(said), self.record.project, self.record.image, self._reason)

    def _make_reader(self, seconds: float) -> None:
        """Make the role by which Grafana reads; a worker does it, which has the database's address."""
        password = f"/run/secrets/{mounted.READER_PASSWORD}"
        command = ["exec", "--no-TTY", "worker", "chronos", "dashboards", "role", "--password-file", password]
        engine.run(self._compose(*command), self._environment(), seconds=seconds)

    def _late(self, seconds: float) -> Exception:
        seen_now = self.overview()
        there = {one.name: one for one in seen_now.services}
        well = {name for name, one in there.items() if one.state == RUNNING and not one.error}
        late = [name for name in self._all() if name not in well]
        problem = next((there[name].error for name in late if name in there and there[name].error), None)
        return NotInTime(
            names=", ".join(late) or "Containers",
            name=late[0] if late else "worker",
            seconds=seconds,
            problem=problem or "still starting",
        )

    def stop(self, chosen: Sequence[str], seconds: float) -> list[str]:
        """Stop the services ``chosen``, all without any; return the names of those that ran."""
        alone, ran = self._containers_of(names.single(chosen)), self._running()
        if chosen:
            stopped = {*self.record.stopped, *names.expanded(chosen, self._all())}
            self.record.but(stopped=tuple(sorted(stopped))).write(self.home)
        else:
            self.record.but(runs=False, stopped=()).write(self.home)
        if alone:
            engine.run(["docker", "stop", *alone], seconds=seconds + MARGIN_SECONDS)
        if names.compose(chosen) or not alone:
            command = self._compose("stop", *names.compose(chosen))
            engine.run(command, self._environment(), seconds=seconds + MARGIN_SECONDS)
        return sorted(names.expanded(chosen, ran) if chosen else ran, key=names.in_order)

    def restart(self, chosen: Sequence[str], seconds: int, tell: Callable[[str], None]) -> None:
        """Restart the services ``chosen``, or all that should run, one by one, and wait until each works."""
        began, wanted = time.time(), self.overview()
        # What changed in the settings makes new containers, which need not be restarted again.
        self.start(chosen or wanted.desired.services, seconds, lambda text: None)
        old = [one.name for one in self.overview().services if one.create_time and one.create_time < began]
        meant = names.expanded(chosen, old) if chosen else {*old} & {*wanted.desired.services}
        left = sorted(meant, key=names.in_order)
        for place, name in enumerate(left):
            if name in names.BROKERS:
                self._wait_for_others(name, left[place:], seconds)
            engine.run(["docker", "restart", self.container(name)], seconds=seconds)
            self._wait([name], time.monotonic() + seconds, seconds)
            tell(f"{name:<12} works")

    def _wait_for_others(self, broker: str, left: Sequence[str], seconds: float) -> None:
        """Until no other broker lacks anything; NotInSync where that does not come, and ``left`` stays."""
        deadline = time.monotonic() + seconds
        while why := working.lacked(broker, self.settings):
            if time.monotonic() > deadline:
                what = f"Not restarted, so that beacons are still taken: {', '.join(left)}"
                raise NotInSync(what=what, why=why)
            time.sleep(PAUSE_SECONDS)

    def overview(self) -> Overview:
        """What should run, and what does."""
        states = seen.states(
            self._containers(), self.record.project, self.web, publishing.kept(self.settings)
        )
        wanted = names.all_of(self.record.workers, self.record.profiles, [one.name for one in states])
        desired = Desired(tuple(one for one in wanted if one not in self.record.stopped and self.record.runs))
        return Overview(desired, sorted(states, key=lambda one: names.in_order(one.name)), supervised=True)

    def log(
        self, services: Sequence[str], options: Sequence[str], *, follow: bool
    ) -> Iterator[tuple[str, str]]:
        """(service, line) of the logs of ``services``; become Docker's own command for one, or to follow."""
        names.check(services)
        self._containers_of(names.single(services))
        there = sorted((one.name for one in self.overview().services), key=names.in_order)
        meant = [name for name in there if name in names.expanded(services, there)]
        if len(meant) == 1:
            more = ["--follow"] if follow else []
            self._become(["docker", "logs", *options, *more, self.container(meant[0])])
        if follow:
            # Compose knows no single worker: beside others all of them are shown.
            both = [*services, *(["worker"] if names.single(services) else [])]
            self._become(self._compose("logs", "--follow", *options, *names.compose(both)))
        return logs.merged({name: self.container(name) for name in meant}, options)

    def psql(self, arguments: Sequence[str]) -> None:
        """Become PostgreSQL's client in the container of the database."""
        terminal = [] if sys.stdin.isatty() and sys.stdout.isatty() else ["--no-TTY"]
        command = ["exec", *terminal, "timescaledb", "psql", "-U", "chronos", "-d", "chronos", *arguments]
        self._become(self._compose(*command))

    def _become(self, command: list[str]) -> None:
        engine.check()
        sys.stdout.flush()
        os.execvpe(command[0], command, self._environment())

    def _containers(self) -> list[dict[str, object]]:
        filters = ["--filter", f"label=com.docker.compose.project={self.record.project}"]
        ids = engine.run(["docker", "ps", "--all", "--quiet", *filters]).split()
        return engine.objects(engine.run(["docker", "inspect", *ids])) if ids else []

    def _running(self) -> set[str]:
        return {one.name for one in self.overview().services if one.pid}

    def _compose(self, *arguments: str) -> list[str]:
        profiles = [word for profile in self.record.profiles for word in ("--profile", profile)]
        file = str(resources.docker("compose.yml"))
        return [
            "docker",
            "compose",
            "--project-name",
            self.record.project,
            "--file",
            file,
            *profiles,
            *arguments,
        ]

    def _environment(self) -> dict[str, str]:
        web, limits = self.settings.web, self.settings.limits
        public = [web.events_path, pixel_path(web.events_path), *tracker_paths(web.tracker_path)]
        folder = mounted.root(self.home)
        own = {
            "IMAGE": self.record.image,
            "WORKERS": str(self.record.workers),
            "CPUS": str(os.cpu_count() or 1),
            "PARTITIONS": str(self.settings.kafka.partitions),
            "SECRETS_DIR": str(folder / "secrets"),
            "CONFIG_DIR": str(folder / "config"),
            "PUBLIC_PATHS": " ".join(public),
            "BODY_BYTES": str(limits.beacon_bytes + BODY_MARGIN),
            "STOP_SECONDS": str(round(limits.stop_seconds) + MARGIN_SECONDS),
            "PIPELINEDB_URL_FILE": "/run/secrets/pipelinedb_url"
            if "pipelinedb" in self.record.profiles
            else "",
            "SITE": self.record.site or ":80",
            **publishing.variables(self.settings, self.record.site),
        }
        return {**os.environ, **own, "COMPOSE_PROFILES": "", "COMPOSE_FILE": "", "COMPOSE_ANSI": "never"}

    def _reason(self, service: str) -> str | None:
        return next((one.error for one in self.overview().services if one.name == service), None)

"""Everything in containers of this machine's Docker, behind a proxy."""

from collections.abc import Sequence
from pathlib import Path

import click

from chronos.cli.ways.way import Way
from chronos.cli.ways.workers import ContainerWorker, Worker
from chronos.containers import mounted, names, publishing
from chronos.containers.deployment import Deployment
from chronos.containers.errors import InContainers
from chronos.embedded.client import Overview
from chronos.embedded.home import Home
from chronos.errors import ServiceError
from chronos.settings import Settings

MARGIN_SECONDS = 60.0


class Containers(Way):
    """What `chronos start --docker` brought up."""

    data_place = "in Docker's volumes, see `docker system df -v`"

    def __init__(self, settings: Settings, deployment: Deployment) -> None:
        super().__init__(settings)
        self.deployment = deployment

    def look(self) -> Overview:
        """As Docker says it."""
        return self.deployment.overview()

    @property
    def web(self) -> str:
        """That of the proxy."""
        return self.deployment.web

    @property
    def moved_port(self) -> tuple[int, int] | None:
        """Of the proxy, where it runs and is no site's."""
        if "proxy" not in self._running() or self.deployment.record.site is not None:
            return None
        return publishing.moved_port(self.settings)

    @property
    def reader_password(self) -> Path:
        """The secret that Grafana's container reads, too."""
        return mounted.root(Home(self.settings.home)) / "secrets" / mounted.READER_PASSWORD

    @property
    def kafka_runs(self) -> bool:
        """Whether one of the brokers does."""
        return bool(self._running() & set(names.BROKERS))

    @property
    def database_runs(self) -> bool:
        """Whether its container does."""
        return "timescaledb" in self._running()

    def workers(self) -> list[Worker]:
        """Each in its container."""
        return [
            ContainerWorker(name, self.deployment.container(name))
            for name in sorted(filter(names.is_one_worker, self._running()), key=names.in_order)
        ]

    def any_worker(self) -> Worker:
        """The first that runs."""
        found = self.workers()
        if not found:
            raise ServiceError(service="The workers", reason="none runs; `chronos start` starts them")
        return found[0]

    def entrances(self) -> list[str]:
        """The proxy: no other way leads to a worker."""
        return [self.web]

    def names(self) -> list[str]:
        """The services, and what the other ways call them."""
        record = self.deployment.record
        return [*names.ALIASES, "worker", *names.all_of(record.workers, record.profiles)]

    def stop(self, names: Sequence[str], quiet: bool) -> list[str]:
        """Stop the containers, and keep them."""
        return self.deployment.stop(names, self.settings.limits.stop_seconds + MARGIN_SECONDS)

    def restart(self, names: Sequence[str], seconds: int, quiet: bool) -> None:
        """Restart the containers, one by one."""
        self.deployment.restart(names, seconds, (lambda text: None) if quiet else click.echo)

    def log(self, names: Sequence[str], lines: int | None, since: float | None, follow: bool) -> None:
        """Show what Docker has of them."""
        from chronos.cli.logfiles import printer

        options = [] if lines is None else [f"--tail={lines}"]
        options += [] if since is None else [f"--since={int(since)}"]
        found = list(self.deployment.log(names, options, follow=follow))
        show = printer(list(dict.fromkeys(name for name, _ in found)) or [""])
        for name, line in found:
            show(name, [line])

    def psql(self, arguments: Sequence[str]) -> None:
        """Become the client in the container of the database."""
        self.deployment.psql(arguments)

    def check_is_here(self, command: str) -> None:
        """It is not."""
        raise InContainers(command=command)

    def publish(self) -> None:
        """Copy it to where containers look."""
        mounted.publish(Home(self.settings.home), self.settings)

    def _running(self) -> set[str]:
        return {one.name for one in self.seen.services if one.pid}

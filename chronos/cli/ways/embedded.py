"""Services of this machine, without containers, looked after by the supervisor; some may be elsewhere."""

from collections.abc import Sequence

from chronos.cli.errors import StrangeWorker
from chronos.cli.ways.way import Way
from chronos.cli.ways.workers import HttpWorker, Worker
from chronos.embedded import brokers, client
from chronos.embedded.errors import UnknownService
from chronos.embedded.home import Home
from chronos.embedded.services import KNOWN, POSTGRES, backends, in_order, is_backend, is_worker
from chronos.embedded.state import Desired, ServiceState
from chronos.embedded.worker import moved_port, public_address, reachable

SUPERVISOR = "supervisor"


class Embedded(Way):
    """What `chronos start` runs, and what its settings name an address for."""

    def look(self) -> client.Overview:
        """As the supervisor last wrote it, corrected where a process is gone."""
        return client.overview(Home(self.settings.home))

    @property
    def services(self) -> list[ServiceState]:
        """Without those that the settings meanwhile have elsewhere."""
        here = backends(self.settings)
        return [one for one in self.seen.services if one.pid or one.name in here or not is_backend(one.name)]

    @property
    def web(self) -> str:
        """That which all workers share; where none runs, what it was."""
        return public_address(self.settings)

    @property
    def moved_port(self) -> tuple[int, int] | None:
        """Of workers that run."""
        return moved_port(self.settings) if self._workers() else None

    @property
    def kafka_runs(self) -> bool:
        """Whether one of the brokers of this machine does; one elsewhere is asked."""
        stopped = set(backends(self.settings)) - self._running()
        return not any(map(brokers.is_broker, stopped)) or any(map(brokers.is_broker, self._running()))

    @property
    def database_runs(self) -> bool:
        """Whether that of this machine does; one elsewhere is asked."""
        return POSTGRES not in set(backends(self.settings)) - self._running()

    def workers(self) -> list[Worker]:
        """Each at its own address."""
        return [HttpWorker(self.settings, one.name, one.address or "") for one in self._workers()]

    def any_worker(self) -> Worker:
        """Whoever answers at the address that all share; one that was started by hand has what is set."""
        if self._workers():
            return HttpWorker.at(self.settings, self.web)
        web = self.settings.web
        by_hand = HttpWorker.at(self.settings, f"http://{reachable(web.host)}:{web.port}")
        if by_hand.is_strange:
            raise StrangeWorker(address=by_hand.address)
        return by_hand

    def entrances(self) -> list[str]:
        """Those of the workers, so that each gets its part."""
        found = [one.address for one in self._workers() if one.address]
        return found or [self.any_worker().place()]

    def names(self) -> list[str]:
        """With the brokers and workers that should run."""
        desired = Desired.read(Home(self.settings.home)).services
        several = [name for name in desired if name not in KNOWN and in_order(name)]
        return [*KNOWN, *sorted(several, key=in_order)]

    def logs(self) -> list[str]:
        """That of the supervisor, too."""
        return [*self.names(), SUPERVISOR]

    def stop(self, names: Sequence[str], quiet: bool) -> list[str]:
        """Have the supervisor stop them."""
        from chronos.cli import stopping

        self.check(names)
        return stopping.here(self.settings, tuple(names), quiet)

    def restart(self, names: Sequence[str], seconds: int, quiet: bool) -> None:
        """Have the supervisor do it, one by one."""
        from chronos.cli import restarting

        self.check(names)
        restarting.here(self.settings, tuple(names), seconds, quiet)

    def log(self, names: Sequence[str], lines: int | None, since: float | None, follow: bool) -> None:
        """Show files of the folder `log`."""
        from chronos.cli import logfiles

        logfiles.here(self.settings, tuple(names), lines, since, follow)

    def psql(self, arguments: Sequence[str]) -> None:
        """Become the client that came with the embedded database, or that of this machine."""
        from chronos.cli import psql

        psql.here(self.settings, arguments)

    def check_is_here(self, command: str) -> None:
        """It is."""

    def publish(self) -> None:
        """Workers read the file itself."""

    @staticmethod
    def check(names: Sequence[str]) -> None:
        """Raise UnknownService for a service that there is in containers only."""
        for name in names:
            if name not in KNOWN and not is_worker(name) and not brokers.is_broker(name):
                raise UnknownService(name=name, known=", ".join(KNOWN))

    def _running(self) -> set[str]:
        return {one.name for one in self.seen.services if one.pid}

    def _workers(self) -> list[ServiceState]:
        return [one for one in self.seen.services if is_worker(one.name) and one.pid and one.address]

"""What each way of running answers, and does: commands ask one of these, and not which it is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from chronos import addresses
from chronos.cli.errors import DoesNotRun
from chronos.cli.ways.workers import Worker
from chronos.embedded.client import Overview
from chronos.embedded.state import ServiceState
from chronos.settings import Settings


class Way(ABC):
    """A deployment, as it is reached from here."""

    data_place: str | None = None
    """Where the data and the spool lie, in words; None for the state directory of this machine."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def seen(self) -> Overview:
        """What should run here and what does; looked at once."""
        return self.look()

    @abstractmethod
    def look(self) -> Overview:
        """What should run here and what does, now."""

    @property
    def services(self) -> list[ServiceState]:
        """The services that run here, or would."""
        return self.seen.services

    @property
    @abstractmethod
    def web(self) -> str:
        """The public address, as browsers call it."""

    @property
    @abstractmethod
    def moved_port(self) -> tuple[int, int] | None:
        """The port that [web] names and the one at which the pages are, where another program has that."""

    @property
    def kafka(self) -> str | None:
        """``host:port[,host:port]`` as it is reached from here; None where nobody knows."""
        return self.settings.kafka.bootstrap or addresses.embedded(self.settings).get("kafka")

    @property
    def database(self) -> str | None:
        """The URL of TimescaleDB as it is reached from here, with its password; None where nobody knows."""
        return self.settings.timescaledb.url or addresses.embedded(self.settings).get("timescaledb")

    def running_kafka(self) -> str:
        """Like ``kafka``; raise MissingAddress where nobody knows, DoesNotRun where it was stopped.

        Another project's may have got its port since.
        """
        found = addresses.kafka(self.settings)
        if not self.kafka_runs:
            raise DoesNotRun(what="Kafka", service="kafka")
        return found

    def running_database(self) -> str:
        """Like ``database``; raises like `running_kafka`."""
        found = addresses.timescaledb(self.settings)
        if not self.database_runs:
            raise DoesNotRun(what="The database", service="postgres")
        return found

    @property
    def reader_password(self) -> Path:
        """The file with the password by which Grafana reads, where no other is named."""
        return self.settings.home / "reader.password"

    @property
    @abstractmethod
    def kafka_runs(self) -> bool:
        """Whether there is a broker to ask, as far as that is known here."""

    @property
    @abstractmethod
    def database_runs(self) -> bool:
        """Whether there is a database to ask, as far as that is known here."""

    @abstractmethod
    def workers(self) -> list[Worker]:
        """The workers that run, each to be asked by itself."""

    @abstractmethod
    def any_worker(self) -> Worker:
        """One that answers for all of them; ServiceError where it is known that none runs."""

    @abstractmethod
    def entrances(self) -> list[str]:
        """The addresses by which beacons are sent: each worker's, or the one before all of them."""

    @abstractmethod
    def names(self) -> list[str]:
        """What `chronos start`, `stop` and `restart` know by name; nobody is asked."""

    def logs(self) -> list[str]:
        """What `chronos log` knows by name; nobody is asked."""
        return self.names()

    @abstractmethod
    def stop(self, names: Sequence[str], quiet: bool) -> list[str]:
        """Stop services, all without any, and return which ran."""

    @abstractmethod
    def restart(self, names: Sequence[str], seconds: int, quiet: bool) -> None:
        """Stop services and start them again, all that should run without any."""

    @abstractmethod
    def log(self, names: Sequence[str], lines: int | None, since: float | None, follow: bool) -> None:
        """Show the last ``lines`` of logs, or what was written after ``since``, or all with neither."""

    @abstractmethod
    def psql(self, arguments: Sequence[str]) -> None:
        """Become PostgreSQL's client on the events."""

    @abstractmethod
    def check_is_here(self, command: str) -> None:
        """Raise InContainers where ``command`` is only for what runs without containers."""

    @abstractmethod
    def publish(self) -> None:
        """Have workers see the ``chronos.toml`` of now, where they do not read that file itself."""

    def where(self) -> Mapping[str, str | None]:
        """Where everything is: addresses, and the state directory."""
        return {
            "web": self.web,
            "tracker": f"{self.web}{self.settings.web.tracker_path}",
            "events": f"{self.web}{self.settings.web.events_path}",
            "kafka": self.kafka,
            "timescaledb": self.database,
            "pipelinedb": self.settings.pipelinedb.url,
            "home": str(self.settings.home),
        }

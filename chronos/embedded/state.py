"""What should run and what does: the two files between `chronos start` and the supervisor."""

import os
from dataclasses import asdict, dataclass, field
from typing import Any

from chronos.embedded import files
from chronos.embedded.home import Home
from chronos.errors import ConfigurationError
from chronos.settings import CONFIG_VARIABLE, ENV_PREFIX, Settings, config_path, load, to_stop

STARTING = "starting"
WAITING = "waiting"
RUNNING = "running"
RESTARTING = "restarting"
STOPPING = "stopping"
STOPPED = "stopped"


@dataclass(frozen=True)
class Desired:
    """Names of the services that should run, and the ``CHRONOS_…`` environment of whoever said so."""

    services: tuple[str, ...] = ()
    revision: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home) -> "Desired":
        """What was last said; nothing where nothing was."""
        content = files.read_json(home.desired)
        if not content:
            return cls()
        return cls(tuple(content["services"]), content["revision"], content["environment"])

    def changed(self, services: set[str]) -> "Desired":
        """The next revision, with these services and the environment of this process."""
        environment = {name: value for name, value in os.environ.items() if name.startswith(ENV_PREFIX)}
        environment[CONFIG_VARIABLE] = str(config_path())
        return Desired(tuple(sorted(services)), self.revision + 1, environment)

    def write(self, home: Home) -> None:
        """Say it; the file may hold passwords from the environment."""
        files.write_json(home.desired, asdict(self))


@dataclass
class ServiceState:
    """One service: a state from the names above, its process and its address."""

    name: str
    state: str = STOPPED
    pid: int | None = None
    create_time: float | None = None
    address: str | None = None
    restarts: int = 0
    error: str | None = None
    note: str | None = None


@dataclass
class State:
    """All services as the supervisor last saw them, and the revision of Desired that it has acted on."""

    revision: int = 0
    services: list[ServiceState] = field(default_factory=list)

    @classmethod
    def read(cls, home: Home) -> "State":
        """What the supervisor last wrote; nothing where it never did, as in a copy of another's folder."""
        content: dict[str, Any] = files.read_json(home.state)
        if content.get("home", str(home.path)) != str(home.path):
            return cls()
        found = [ServiceState(**service) for service in content.get("services", [])]
        return cls(content.get("revision", 0), found)

    def write(self, home: Home) -> None:
        """Replace the file."""
        files.write_json(home.state, {"home": str(home.path), **asdict(self)})


def settings() -> Settings:
    """Those with which a supervisor begins: where they cannot be read and nothing should run, to stop."""
    try:
        return load()
    except ConfigurationError:
        usual = to_stop()
        if Desired.read(Home(usual.home)).services:
            raise
        return usual

"""A Faust worker: web views and agents."""

import asyncio
import os
import sys
from pathlib import Path

from chronos import probing
from chronos.embedded.chosen import Chosen
from chronos.embedded.home import Home
from chronos.embedded.process import Launch
from chronos.embedded.service import Service
from chronos.public_port import PublicPort
from chronos.settings import Settings, config_path

PUBLIC = "web"
KILL_AFTER = 2.0
PROBE_SECONDS = 3.0


class Worker(Service):
    """Worker number N: with the public port, a port and a data folder of its own."""

    program = "python"
    ready_seconds = 120.0

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__(name, settings)
        self.stop_seconds = settings.limits.stop_seconds + KILL_AFTER

    @property
    def marker(self) -> str:
        """The path of its data folder."""
        return str(self.settings.home / "faust" / self.name)

    @property
    def ran_before(self) -> bool:
        """Whether a worker ran in this state directory: topics and schema were made for it."""
        return Path(self.marker).parent.exists()

    @property
    def address(self) -> str | None:
        """Its own address, at which no other worker answers."""
        return f"http://{reachable(self.settings.web.host)}:{self.port}" if self.port else None

    def prepare(self) -> None:
        """Make the data folder and choose its port, and the public one where no other worker has."""
        Path(self.marker).mkdir(parents=True, exist_ok=True)
        web = self.settings.web
        self.chosen.port(PUBLIC, web.port, web.host, self._is_shared)
        self.chosen.port(self.name, web.port + number(self.name), web.host)

    def launch(self) -> Launch:
        """Faust's own command, in the project's folder."""
        command = faust(self.settings, "--datadir", self.marker)
        config = config_path()
        environment = {
            **os.environ,
            "CHRONOS_CONFIG": str(config),
            "CHRONOS_WEB_PORT": str(self.chosen.kept_port(PUBLIC)),
            "CHRONOS_WEB_OWN_PORT": str(self.port),
        }
        return Launch(command, config.parent, environment)

    async def problem(self) -> str | None:
        """What ``/health`` says."""
        return await asyncio.to_thread(probing.problem, f"{self.address}/health", PROBE_SECONDS)

    def _is_shared(self, port: int) -> bool:
        return PublicPort(self.home.run, self.settings.web.host, port).is_shared()


def faust(settings: Settings, *options: str) -> list[str]:
    """Faust's own command, `faust -A chronos worker`, with more ``options`` of it before the last word."""
    # Otherwise it begins with a table of what it runs.
    quiet = ["--quiet"] if settings.log.format == "json" else []
    return [sys.executable, "-m", "faust", *quiet, "-A", "chronos", *options, "worker"]


def public_address(settings: Settings) -> str:
    """Where all workers of this machine answer, as a browser on it calls that."""
    port = Chosen(Home(settings.home)).kept_port(PUBLIC) or settings.web.port
    return f"http://{reachable(settings.web.host)}:{port}"


def moved_port(settings: Settings) -> tuple[int, int] | None:
    """The port of [web] and that of all workers of this machine, where it is another."""
    return Chosen(Home(settings.home)).moved(PUBLIC)


def choose_again(settings: Settings) -> None:
    """Have the next worker try the port of [web] first, unless workers share another by now."""
    chosen = Chosen(Home(settings.home))
    moved = chosen.moved(PUBLIC)
    if moved and not PublicPort(chosen.path.parent / "run", settings.web.host, moved[1]).is_shared():
        chosen.forget(PUBLIC)


def number(name: str) -> int:
    """The N of worker-N."""
    return int(name.rpartition("-")[2])


def reachable(host: str) -> str:
    """An address by which ``host``, which may stand for all addresses, is reached from here."""
    known = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}
    return known.get(host, f"[{host}]" if ":" in host else host)

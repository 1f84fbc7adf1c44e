"""Services that tests kill."""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
from typing import Any

from project import Project
from worker import until

BACK_SECONDS = 90.0


USUAL_PORTS = {"kafka": 9092, "controller": 9093, "postgres": 5432}
USUAL_PORTS |= {f"kafka-{number}": 9090 + 2 * number for number in (1, 2, 3)}
USUAL_PORTS |= {f"controller-{number}": 9091 + 2 * number for number in (1, 2, 3)}


def keep_ports(project: Project) -> None:
    """Have it choose ports that nobody takes while a service is dead: far from the usual ones."""
    chosen = {name: [usual, _quiet_port()] for name, usual in USUAL_PORTS.items()}
    project.home.mkdir(exist_ok=True)
    (project.home / "addresses.json").write_text(json.dumps({"ports": chosen}))


def _quiet_port() -> int:
    # Not one that the system gives to clients, and not near those that other projects choose.
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(15_000, 30_000)))
            return int(probe.getsockname()[1])


class Doomed:
    """Kafka and PostgreSQL, supervised by `chronos start`, that tests kill."""

    def __init__(self, project: Project) -> None:
        self.project = project
        status = project.status()
        self.kafka, self.timescaledb = status["kafka"], status["timescaledb"]

    def kill(self, name: str) -> int:
        """SIGKILL a service; return the pid that it had."""
        pid = self._state(name)["pid"]
        if pid:
            os.kill(pid, signal.SIGKILL)
        return pid or 0

    def pid(self, name: str) -> int:
        """The process of a service that runs."""
        return int(self._state(name)["pid"])

    async def until_back(self, name: str, pid: int) -> None:
        """Wait until it runs in another process than ``pid``; `chronos start` spares us long pauses."""

        async def seen() -> bool:
            return bool(self._state(name)["pid"] != pid)

        await until(seen, BACK_SECONDS, f"the supervisor sees that {name} is dead")
        await self.start(name)

        async def back() -> bool:
            state = self._state(name)
            return state["state"] == "running" and state["pid"] != pid

        await until(back, BACK_SECONDS, f"{name} back")

    async def stop(self, name: str) -> None:
        await asyncio.to_thread(self.project.run, "stop", name)

    async def start(self, *names: str) -> None:
        await asyncio.to_thread(self.project.run, "start", *names)

    def _state(self, name: str) -> dict[str, Any]:
        states = json.loads((self.project.home / "run" / "state.json").read_text())["services"]
        return next(one for one in states if one["name"] == name)  # type: ignore[no-any-return]

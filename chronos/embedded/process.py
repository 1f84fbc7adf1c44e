"""A child process: started, or found again after its supervisor was killed."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from chronos.embedded import logs

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Launch:
    """How to start a process; ``user`` and ``group`` are ids, or None for ours."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: int | None = None
    group: int | None = None


class Child:
    """A process that is ours, whether this supervisor started it or an earlier one."""

    def __init__(self, process: psutil.Process, popen: "subprocess.Popen[bytes] | None" = None) -> None:
        self._process = process
        self._popen = popen
        self.pid = process.pid
        self.create_time = process.create_time()

    @classmethod
    def start(cls, launch: Launch, log: Path) -> "Child":
        """Start it in a session of its own, so that only we stop it; its output goes to ``log``."""
        with logs.open_for_append(log) as output:
            popen = subprocess.Popen(
                launch.command,
                cwd=launch.folder,
                env=dict(launch.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=launch.user,
                group=launch.group,
                extra_groups=None if launch.user is None else [],
            )
        return cls(psutil.Process(popen.pid), popen)

    @classmethod
    def find(cls, program: str, marker: str) -> "Child | None":
        """The living process of ``program`` that has ``marker`` among its arguments."""
        for process in psutil.process_iter(["name", "cmdline", "status"]):
            info = process.info
            if program in (info["name"] or "") and marker in (info["cmdline"] or []) and _lives(process):
                with contextlib.suppress(psutil.NoSuchProcess):
                    return cls(process)
        return None

    def alive(self) -> bool:
        """Whether it runs; a process that has ended and was not waited for does not."""
        if self._popen is not None:
            return self._popen.poll() is None
        return _lives(self._process)

    def listens_on(self, port: int) -> bool:
        """Whether it is this process that listens on ``port``."""
        try:
            connections = self._process.net_connections("tcp")
        except psutil.NoSuchProcess:
            return False
        return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections)

    def ending(self) -> str:
        """How it ended, in words."""
        code = self._popen.returncode if self._popen is not None else None
        if code is None:
            return "nobody saw how"
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

    def ended_by_itself(self) -> bool:
        """Whether it ended without a signal, so that its last words may say why."""
        return self._popen is not None and (self._popen.returncode or 0) >= 0

    def send(self, number: int) -> None:
        """Send a signal, if it is still there."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
                self._process.send_signal(number)

    async def wait(self, seconds: float = float("inf")) -> bool:
        """Wait until it has ended; False where it has not within ``seconds``."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(POLL_SECONDS)
        return True

    async def stop(self, number: int, seconds: float) -> bool:
        """Ask it to end, kill it after ``seconds``; whether it ended by itself."""
        self.send(number)
        if await self.wait(seconds):
            return True
        self.kill()
        await self.wait(10)
        return False

    def kill(self) -> None:
        """End it and what it started, at once."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


def same(pid: int | None, create_time: float | None) -> bool:
    """Whether the process that had this pid at this time still runs."""
    if pid is None or create_time is None:
        return False
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - create_time) < 0.1 and _lives(process)
    except psutil.NoSuchProcess:
        return False


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False

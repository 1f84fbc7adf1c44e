"""A Chronos project as a person has it: a folder, a chronos.toml, commands."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from aiokafka.admin import AIOKafkaAdminClient

from chronos.embedded import files
from chronos.embedded.process import same

COMMAND_SECONDS = 150
PREFIX = "chronos-test-"
OWNER = "owner.json"


class Project:
    """A folder with a chronos.toml, on which commands are run as a person would run them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / ".chronos"
        self.config = folder / "chronos.toml"
        self.ballast = self.home / "ballast"  # of a test that fills the disk

    def run(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Run `chronos ARGUMENTS`, check its exit code, and return what it printed."""
        result = subprocess.run(
            [sys.executable, "-m", "chronos", *arguments],
            cwd=self.folder,
            env={**os.environ, **environment, "CHRONOS_CONFIG": str(self.config)},
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        said = result.stdout + result.stderr
        assert result.returncode == code, said
        assert "Traceback" not in said, said
        return said

    def status(self, code: int = 0) -> dict[str, Any]:
        """What `chronos status --json` says."""
        return json.loads(self.run("status", "--json", code=code))  # type: ignore[no-any-return]

    def pid(self, name: str) -> int:
        """The process of a service that runs."""
        return next(one["pid"] for one in self.status()["services"] if one["name"] == name)  # type: ignore[no-any-return]

    def processes(self) -> list[psutil.Process]:
        """All that runs for this folder: the supervisor and the services, with their children."""
        found = []
        for process in psutil.process_iter():
            try:
                words = [*process.cmdline(), process.cwd(), process.environ().get("CHRONOS_CONFIG", "")]
            except (psutil.Error, OSError):
                continue
            if process.pid != os.getpid() and any(word.startswith(str(self.folder)) for word in words):
                found.append(process)
        return found

    def remove(self) -> None:
        """Stop everything; fail when a process is left."""
        try:
            self.run("stop")
            assert within(5, lambda: not self.processes()), self.processes()
        finally:
            for process in self.processes():
                process.kill()
            if self.home.is_mount():  # a disk of its own, left there by a run that was killed
                subprocess.run(["umount", "--lazy", str(self.home)], check=True)
            shutil.rmtree(self.folder)


def within(seconds: float, condition: Callable[[], Any]) -> Any:
    """The first true value of ``condition``, asked again and again; its last one when time is up."""
    deadline = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def new_project() -> Project:
    """A project that other accounts can enter, which pytest's own temporary folders forbid."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    folder.chmod(0o711)
    own = psutil.Process()
    (folder / OWNER).write_text(json.dumps([own.pid, own.create_time()]))
    project = Project(folder)
    project.run("init")
    return project


def remove_orphans() -> None:
    """Stop what a test run that was killed has left running; of several processes one does."""
    folder = Path(tempfile.gettempdir())
    with files.locked(folder / f"{PREFIX}{os.geteuid()}.lock"):
        for owner in folder.glob(f"{PREFIX}*/{OWNER}"):
            if os.access(owner.parent, os.W_OK) and not same(*json.loads(owner.read_text())):
                Project(owner.parent.resolve()).remove()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def delete_topics(bootstrap: str, prefix: str) -> None:
    """Delete the topics whose names begin with ``prefix``."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        own = [name for name in await client.list_topics() if name.startswith(prefix)]
        if own:
            await client.delete_topics(own)
    finally:
        await client.close()

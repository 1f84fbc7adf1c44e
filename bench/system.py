"""Starts a Chronos for the measurement, in a folder of its own, and reads what it costs."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import tomlkit

BOUND = 300
POLL = 0.05
LAST_BYTES = 2_000_000  # of a disk that are filled by writing: what a file system sets aside is not told


@dataclass(frozen=True)
class System:
    """A running Chronos: where it is, and the processes of each part."""

    port: int
    key: str
    timescaledb: str
    pids: dict[str, int]

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time used so far by worker, PostgreSQL and Kafka, their children included."""
        return {name: sum(map(_cpu, _family(pid))) for name, pid in self.pids.items()}

    async def stored_beacons(self) -> int:
        """How far the raw events are, over all partitions."""
        connection = await asyncpg.connect(self.timescaledb)
        try:
            return int(
                await connection.fetchval(
                    "select coalesce(sum(next_offset), 0) from watermarks where sink = 'store_events'"
                )
            )
        finally:
            await connection.close()

    async def wait_until_stored(self, beacons: int) -> None:
        """Return when that many are stored."""
        while await self.stored_beacons() < beacons:
            await asyncio.sleep(POLL)


@contextmanager
def running_system() -> Iterator[System]:
    """Kafka, PostgreSQL and one worker; stopped and removed at the end."""
    with embedded() as (folder, status):
        yield _system(folder, status)


class CannotMount(Exception):
    """This machine gives no disk of its own to a measurement."""


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """A file system of ``size`` bytes at ``place``, a folder, in a file beside it; raise CannotMount."""
    image = place.with_name(f"{place.name}.img")
    with image.open("wb") as file:
        file.truncate(size)
    place.mkdir(exist_ok=True)
    try:
        _as_root("mkfs.ext4", "-q", "-m", "0", str(image))
        _as_root("mount", "-o", "loop", str(image), str(place))
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        image.unlink()
        raise CannotMount(str(reason).strip()) from error
    try:
        place.chmod(0o755)  # the account of PostgreSQL has to reach its data
        yield
    finally:
        _as_root("umount", "--lazy", str(place))
        image.unlink()


def _as_root(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


def fill(disk: Path, ballast: Path) -> None:
    """Write to ``ballast`` until its disk, that of ``disk``, has not a byte left."""
    with ballast.open("ab", buffering=0) as file:
        with contextlib.suppress(OSError, ValueError):
            free = shutil.disk_usage(disk).free
            os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), free - LAST_BYTES)
        file.seek(0, os.SEEK_END)
        for block in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(block)):
                    pass


@contextmanager
def embedded(
    *services: str, brokers: int = 1, disk_bytes: int | None = None
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Start these services, all without any, in a folder of their own; yield that, and what `status` says.

    With ``disk_bytes`` the state directory is a file system of its own; raises CannotMount.
    """
    # PostgreSQL does not run as root: its account has to reach the folder.
    with tempfile.TemporaryDirectory(prefix="chronos-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        if disk_bytes is not None:
            stack.enter_context(small_disk(folder / ".chronos", disk_bytes))
        try:
            run_chronos(folder, "init")
            if brokers > 1:
                run_chronos(folder, "install-kafka", "--brokers", str(brokers), "--quiet")
            run_chronos(folder, "start", *services)
            yield folder, json.loads(run_chronos(folder, "status", "--json"))
        finally:
            run_chronos(folder, "stop")


@contextmanager
def bare_view() -> Iterator[int]:
    """A bare view in a process of its own; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "bench.bare_view", str(port)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _system(folder: Path, status: dict[str, Any]) -> System:
    pids = {service["name"]: service["pid"] for service in status["services"]}
    keys = tomlkit.parse((folder / "chronos.toml").read_text())["write_keys"]
    return System(
        port=int(status["web"].rsplit(":", 1)[1]),
        key=str(keys[0]["key"]),  # type: ignore[index]
        timescaledb=status["timescaledb"],
        pids={"worker": pids["worker-1"], "PostgreSQL": pids["postgres"], "Kafka": pids["kafka"]},
    )


def run_chronos(folder: Path, *arguments: str) -> str:
    """Run a command of Chronos there; return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHRONOS_")}
    command = [sys.executable, "-m", "chronos", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=BOUND)
    if done.returncode:
        raise SystemExit(f"chronos {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _wait_for(port: int) -> None:
    for _ in range(500):
        with socket.socket() as probe:
            probe.settimeout(0.02)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("the bare view did not start")

"""The faults: each is done, and heals, as far as `chronos start` and its supervisor heal it."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from bench.system import fill, run_chronos
from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, State

BROKERS = ("kafka-1", "kafka-2", "kafka-3")
BOUND = 300.0
HANG_SECONDS = 20.0
FULL_SECONDS = 40.0
EVENTS = "events"
OF_WINDOWS = ("window_deltas", "chronos-window_panes-changelog")


@dataclass
class Site:
    """A Chronos that runs in ``folder``, with three brokers."""

    folder: Path
    status: dict[str, Any]

    @property
    def home(self) -> Path:
        return Path(self.status["home"])

    async def chronos(self, *arguments: str) -> None:
        await asyncio.to_thread(run_chronos, self.folder, *arguments)

    def pid(self, name: str) -> int | None:
        states = State.read(Home(self.home)).services
        return next((one.pid for one in states if one.name == name and one.state == RUNNING), None)

    async def killed(self, *names: str) -> None:
        """SIGKILL, and wait until the supervisor has them again."""
        pids = {name: self.pid(name) for name in names}
        for pid in pids.values():
            assert pid
            os.kill(pid, signal.SIGKILL)
        await self._until(lambda: all(self.pid(name) not in (None, pid) for name, pid in pids.items()))
        await self.in_sync()

    async def hung(self, name: str) -> None:
        """SIGSTOP, for a while."""
        pid = self.pid(name)
        assert pid
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(HANG_SECONDS)
        finally:
            os.kill(pid, signal.SIGCONT)
        await self.in_sync()

    async def emptied(self, name: str) -> None:
        """Stopped, its data deleted, started."""
        await self.chronos("stop", name)
        shutil.rmtree(self.home / name / "data")
        await self.chronos("start", name)
        await self.in_sync()

    async def restarted(self, *names: str) -> None:
        """In order, one after the other."""
        for name in names:
            await self.chronos("stop", name)
            await self.chronos("start", name)
            await self.in_sync()

    async def without(self, *topics: str) -> None:
        """Somebody deletes topics; wait until workers have made them again."""
        client = AIOKafkaAdminClient(bootstrap_servers=self.status["kafka"])
        await client.start()
        try:
            await client.delete_topics(list(topics))
            while not set(topics) <= set(await client.list_topics()):
                await asyncio.sleep(0.5)
        finally:
            await client.close()
        await self.in_sync()

    async def full(self) -> None:
        """Its disk is full for a while, and whatever can be written is taken again at once."""
        ballast = self.home / "ballast"
        ends = time.monotonic() + FULL_SECONDS
        try:
            while time.monotonic() < ends:
                await asyncio.to_thread(fill, self.home, ballast)
                await asyncio.sleep(1)
        finally:
            ballast.unlink(missing_ok=True)
        names = ("kafka", "postgres", "worker-1")
        await self._until(lambda: all(self.pid(name) for name in names))
        await self.in_sync()

    async def in_sync(self) -> None:
        """Wait until each partition has all its replicas, and a leader."""
        deadline = time.monotonic() + BOUND
        while not await self._whole():
            if time.monotonic() > deadline:
                raise SystemExit(f"not all replicas are in sync within {BOUND:g} s")
            await asyncio.sleep(0.2)

    async def _whole(self) -> bool:
        client = AIOKafkaAdminClient(bootstrap_servers=self.status["kafka"], request_timeout_ms=5_000)
        try:
            await client.start()
            topics = await client.describe_topics()
        except (KafkaError, OSError, TimeoutError):
            return False
        finally:
            await client.close()
        partitions = [one for topic in topics for one in topic["partitions"]]
        return all(one["leader"] >= 0 and len(one["isr"]) == len(one["replicas"]) for one in partitions)

    async def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + BOUND
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit(f"not healed within {BOUND:g} s")
            await asyncio.sleep(0.05)


Fault = Callable[[Site], Awaitable[None]]

FAULTS: dict[str, Fault] = {
    "nothing": lambda _: asyncio.sleep(5),
    "kafka-1 killed": lambda site: site.killed("kafka-1"),
    "kafka-2 killed": lambda site: site.killed("kafka-2"),
    "kafka-3 killed": lambda site: site.killed("kafka-3"),
    f"kafka-1 hangs for {HANG_SECONDS:.0f} s": lambda site: site.hung("kafka-1"),
    "kafka-2 restarted with an empty log directory": lambda site: site.emptied("kafka-2"),
    "all brokers restarted one by one": lambda site: site.restarted(*BROKERS),
    "two brokers killed at once": lambda site: site.killed("kafka-1", "kafka-3"),
    "all three brokers killed at once": lambda site: site.killed(*BROKERS),
    "topic events deleted": lambda site: site.without(EVENTS),
    "all topics deleted": lambda site: site.without(EVENTS, "dead_letters", *OF_WINDOWS),
    "PostgreSQL killed": lambda site: site.killed("postgres"),
    "the only worker killed": lambda site: site.killed("worker-1"),
}

# With one broker, and the state directory on a small disk of its own.
ALONE: dict[str, Fault] = {
    "one broker: topic events deleted": lambda site: site.without(EVENTS),
    f"one broker: the disk is full for {FULL_SECONDS:.0f} s": lambda site: site.full(),
}

"""Three brokers that tests kill, halt and rob of their data."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from doomed import Doomed
from worker import until

BROKERS = ("kafka-1", "kafka-2", "kafka-3")


class Cluster(Doomed):
    """What a test does to its brokers, each time until they are whole again."""

    async def kill_one(self, name: str) -> None:
        """SIGKILL; the supervisor starts it again."""
        await self.until_back(name, self.kill(name))
        await self.until_in_sync()

    async def kill_two(self, first: str, second: str) -> None:
        """Both at once: what is left is no majority."""
        pids = {name: self.kill(name) for name in (first, second)}
        await asyncio.gather(*(self.until_back(name, pid) for name, pid in pids.items()))
        await self.until_in_sync()

    async def lose_data(self, name: str) -> None:
        """Its data folder is deleted while it does not run."""
        await self.stop(name)
        shutil.rmtree(self.project.home / name / "data")
        await self.start(name)
        await self.until_in_sync()

    async def halt(self, name: str, seconds: float) -> None:
        """It answers nobody, and closes no connection, for a while."""
        async with self.halted(name):
            await asyncio.sleep(seconds)
        await self.until_in_sync()

    @asynccontextmanager
    async def halted(self, name: str) -> AsyncIterator[None]:
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    async def restart(self, name: str) -> None:
        """In order."""
        await self.stop(name)
        await self.start(name)
        await self.until_in_sync()

    async def until_in_sync(self) -> None:
        """Wait until each partition has all its replicas again."""
        await until(self.in_sync, 90, "all replicas in sync", 0.3)

    async def in_sync(self) -> bool:
        client = AIOKafkaAdminClient(bootstrap_servers=self.kafka, request_timeout_ms=5_000)
        try:
            await client.start()
            topics = await client.describe_topics()
        except (KafkaError, TimeoutError):
            return False
        finally:
            await client.close()
        partitions = [one for topic in topics for one in topic["partitions"]]
        return all(one["leader"] >= 0 and len(one["isr"]) == len(one["replicas"]) for one in partitions)

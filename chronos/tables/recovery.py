"""Brings partitions of the table back from the changelog, beside everything else that a worker does.

Faust's own recovery stops all of a worker's agents until it is over, and takes some 100 µs a message; raw
events would wait for windows.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from chronos.errors import KafkaUnavailable, LocalStoreFailed
from chronos.kafka_reader import Between
from chronos.windows.shard import Shard

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
END = 2**62  # of a topic, wherever that is


class Recovery:
    """Reads what shards lack with ``between(partition, start, end)``, which yields batches of messages.

    ``persisted`` is told of a partition up to which offset its shard has all of the changelog.
    """

    def __init__(
        self,
        between: Between,
        persisted: Callable[[int, int], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._between = between
        self._persisted = persisted
        self._sleep = sleep
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def begin(self, partition: int, shard: Shard, end: int) -> None:
        """Bring a shard up to ``end``, or where the changelog then ends; until that it is not ready."""
        self.end(partition)
        shard.is_current = False
        self._tasks[partition] = asyncio.create_task(self._run(partition, shard, end))

    def end(self, partition: int) -> None:
        """Leave a partition alone."""
        if (task := self._tasks.pop(partition, None)) is not None:
            task.cancel()

    def end_all(self) -> None:
        """Leave all of them alone."""
        for partition in list(self._tasks):
            self.end(partition)

    async def _run(self, partition: int, shard: Shard, end: int) -> None:
        while not shard.ready:
            try:
                if shard.held + 1 < end:
                    await self._read(partition, shard)
                    self._note(partition, shard, max(shard.held, end - 1))  # what is not there was deleted
                await shard.load()
                shard.is_current = True
            except (KafkaUnavailable, LocalStoreFailed) as error:
                log.warning("partition %d of windows is not brought back yet: %s", partition, error)
                await self._sleep(RETRY_SECONDS)
            except Exception:  # nobody awaits this task; without another try the partition would be lost
                log.exception("partition %d of windows is not brought back yet", partition)
                await self._sleep(RETRY_SECONDS)

    async def _read(self, partition: int, shard: Shard) -> None:
        async with aclosing(self._between(partition, shard.held + 1, END)) as batches:
            async for batch in batches:
                shard.restore((message.key, message.value) for message in batch)
                self._note(partition, shard, batch[-1].offset)
                await asyncio.sleep(0)

    def _note(self, partition: int, shard: Shard, held: int) -> None:
        shard.held = held
        self._persisted(partition, held)

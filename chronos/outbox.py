"""Puts messages for the same partition into one batch while an earlier one is under way.

The producer's own way costs a future, a timer and a look at the metadata for each message. Here a
message costs an entry in a batch; the batch has one acknowledgement and one timer for all of them.
A batch waits a few milliseconds for company: each request costs Kafka as much as many messages.
"""

import asyncio
from collections import deque
from functools import lru_cache
from random import choice
from time import monotonic

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from chronos.errors import KafkaUnavailable, MessageTooLarge
from chronos.models.message import Message

KEYS_REMEMBERED = 65_536
LINGER = 0.005  # seconds
LOOK_AGAIN = 30.0  # seconds, for how many partitions a topic has


Failure = KafkaUnavailable | MessageTooLarge


class _Batch:
    """Messages for one partition, and who waits for them."""

    def __init__(self, builder: BatchBuilder) -> None:
        self.builder = builder
        self.messages: list[Message] = []
        self.waiting: list[asyncio.Future[int]] = []

    def add(self, message: Message, done: asyncio.Future[int]) -> bool:
        """Take a message, and finish ``done`` with the batch; False where it is full."""
        added = self.builder.append(
            timestamp=None, key=message.key, value=message.value, headers=list(message.headers)
        )
        if added is None:
            return False
        self.messages.append(message)
        self.waiting.append(done)
        return True

    def finish(self, result: Failure | int) -> None:
        """Tell all who wait the offset, the first of which is ``result``, or what went wrong."""
        for number, done in enumerate(self.waiting):
            if done.done():  # given up, as when its connection was closed
                continue
            if isinstance(result, int):
                done.set_result(result + number)
            else:
                done.set_exception(result)


class Outbox:
    """Sends with ``producer``, which is started; a batch has ``timeout`` seconds to be acknowledged.

    ``broken`` says that the producer won't send any more and another one is needed.
    """

    def __init__(self, producer: AIOKafkaProducer, timeout: float) -> None:
        self._producer = producer
        self._timeout = timeout
        self._partitions: dict[str, list[int]] = {}
        self._learned: dict[str, float] = {}
        self._queues: dict[tuple[str, int], deque[_Batch]] = {}
        self._senders: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._partition_of_key = lru_cache(maxsize=KEYS_REMEMBERED)(self._hash)
        self.broken = False

    async def send(self, message: Message) -> int:
        """Return its offset when Kafka has the message; raise KafkaUnavailable if that is not known.

        Raises MessageTooLarge for one that Kafka will never take.
        """
        place = message.topic, await self._partition(message)
        queue = self._queues.setdefault(place, deque())
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        if not (queue and queue[-1].add(message, done)):
            queue.append(self._batch(message, done))
        if place not in self._senders:
            self._senders[place] = asyncio.create_task(self._send_all(place, queue))
        return await done

    async def partitions(self, topic: str) -> list[int]:
        """The partitions of a topic; raise KafkaUnavailable where it is not known."""
        return self._partitions.get(topic) or await self._learn(topic)

    async def close(self) -> None:
        """Wait for what is under way, within the timeout."""
        if self._senders:
            await asyncio.wait(self._senders.values(), timeout=self._timeout)

    async def _send_all(self, place: tuple[str, int], queue: deque[_Batch]) -> None:
        # One after the other, so that a batch fills while the one before is under way.
        try:
            while queue:
                await asyncio.sleep(LINGER)
                result = await self._send_one(place, queue.popleft())
                if isinstance(result, KafkaUnavailable):
                    self._give_up(queue, result)  # what was not sent yet need not wait as long again
        finally:
            del self._senders[place]
            self._give_up(queue, KafkaUnavailable(reason="it ended while the message was under way"))

    def _give_up(self, queue: deque[_Batch], error: KafkaUnavailable) -> None:
        while queue:
            queue.popleft().finish(error)

    def _batch(self, message: Message, done: asyncio.Future[int]) -> _Batch:
        batch = _Batch(self._producer.create_batch())
        if not batch.add(message, done):
            raise MessageTooLarge(topic=message.topic, size=len(message.value))
        return batch

    async def _send_one(self, place: tuple[str, int], batch: _Batch) -> Failure | int:
        result: Failure | int = KafkaUnavailable(reason="it ended while the message was under way")
        try:
            result = await self._deliver(place, batch)
            if isinstance(result, MessageTooLarge) and len(batch.messages) > 1:
                # A topic's limit holds for whole batches: one by one, all but those that are too large pass.
                for message, done in zip(batch.messages, batch.waiting, strict=True):
                    result = await self._send_one(place, self._batch(message, done))
        finally:
            batch.finish(result)  # whatever happened, nobody is left waiting
        return result

    async def _deliver(self, place: tuple[str, int], batch: _Batch) -> Failure | int:
        topic, partition = place
        try:
            async with asyncio.timeout(self._timeout):
                acknowledged = await self._producer.send_batch(batch.builder, topic, partition=partition)
                # Shielded: a batch whose time is up may still arrive, and then its beacons' ids tell.
                first: int = (await asyncio.shield(acknowledged)).offset
        except TimeoutError:
            return KafkaUnavailable(reason=f"no answer within {self._timeout:g} s")
        except MessageSizeTooLargeError:
            return MessageTooLarge(topic=topic, size=sum(len(message.value) for message in batch.messages))
        except KafkaError as error:
            self.broken = self.broken or not error.retriable
            return KafkaUnavailable(reason=f"{type(error).__name__}: {error}")
        return first

    async def _partition(self, message: Message) -> int:
        if message.partition is not None:
            return message.partition
        now = monotonic()
        if now - self._learned.get(message.topic, now) > LOOK_AGAIN:
            # Topics get more of them; the metadata that the producer holds is never older than this.
            self._learned[message.topic] = now  # others go on with what is known meanwhile
            await self._learn(message.topic)
        partitions = await self.partitions(message.topic)
        if message.key is None:
            return choice(partitions)
        return self._partition_of_key(message.topic, message.key)

    async def _learn(self, topic: str) -> list[int]:
        try:
            async with asyncio.timeout(self._timeout):
                partitions = sorted(await self._producer.partitions_for(topic))
        except (KafkaError, TimeoutError) as error:
            raise KafkaUnavailable(reason=f"topic {topic} is not known there ({error!r})") from error
        self._learned[topic] = monotonic()
        if partitions != self._partitions.get(topic):
            self._partitions[topic] = partitions
            self._partition_of_key.cache_clear()
        return partitions

    def _hash(self, topic: str, key: bytes) -> int:
        partitions = self._partitions[topic]
        partition: int = DefaultPartitioner()(key, partitions, partitions)
        return partition

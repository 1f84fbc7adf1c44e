"""The producer: idempotent, waits for Kafka's acknowledgement, comes back after any failure."""

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from mode import Service
from mode.utils.locks import Event

from chronos.errors import KafkaUnavailable
from chronos.models.message import Message
from chronos.outbox import LOOK_AGAIN, Outbox

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0


class Producer(Service):
    """Sends messages to ``bootstrap``; a message has ``timeout`` seconds to be acknowledged by all replicas.

    Faust's own producer is not idempotent: a retry of its repeats the message.
    """

    def __init__(self, bootstrap: str, timeout: float, max_message_bytes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._bootstrap = bootstrap
        self._timeout = timeout
        self._max_message_bytes = max_message_bytes
        self._producer: AIOKafkaProducer | None = None
        self._outbox: Outbox | None = None
        self._broken = Event()

    @property
    def connected(self) -> bool:
        """Whether there is a producer to send with."""
        return self._outbox is not None and not self._outbox.broken

    async def send(self, message: Message) -> int:
        """Return its offset when Kafka has the message; raise KafkaUnavailable if that is not known."""
        outbox = self._connected()
        try:
            return await outbox.send(message)
        except KafkaUnavailable:
            if outbox.broken:
                self._broken.set()
            raise

    async def partitions(self, topic: str) -> list[int]:
        """The partitions of a topic; raise KafkaUnavailable where it is not known."""
        return await self._connected().partitions(topic)

    def _connected(self) -> Outbox:
        if self._outbox is None or self._outbox.broken:
            raise KafkaUnavailable(reason="not connected")
        return self._outbox

    @Service.task
    async def _keep_connected(self) -> None:
        while not self.should_stop:
            await self._connect()
            if self._producer is not None:
                await self.wait(self._broken)
                await self._disconnect()
            await self.sleep(RECONNECT_SECONDS)

    async def on_stop(self) -> None:
        """Send what is under way, within the timeout."""
        await self._disconnect()

    async def _connect(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap.split(","),
            enable_idempotence=True,
            acks="all",
            max_batch_size=self._max_message_bytes,
            max_request_size=self._max_message_bytes,
            request_timeout_ms=int(self._timeout * 1000),
            metadata_max_age_ms=int(LOOK_AGAIN * 1000),
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            log.warning("no connection to Kafka at %s: %s", self._bootstrap, error)
            await producer.stop()
            return
        self._broken.clear()
        self._producer, self._outbox = producer, Outbox(producer, self._timeout)

    async def _disconnect(self) -> None:
        producer, outbox = self._producer, self._outbox
        self._producer = self._outbox = None
        if producer is None or outbox is None:
            return
        await outbox.close()
        try:
            async with asyncio.timeout(self._timeout):
                await producer.stop()
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("the producer did not stop in order: %r", error)

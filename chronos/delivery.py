"""Brings a beacon where it is safe: to Kafka, or to the spool on disk while Kafka is away."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mode import Service

from chronos.errors import (
    KafkaUnavailable,
    MessageTooLarge,
    NowhereToKeep,
    SpoolError,
    SpoolFull,
    TooLargeForKafka,
)
from chronos.metrics import SPOOLED_BEACONS, UNDELIVERABLE_BEACONS
from chronos.models.message import BEACON_ID, TIME, Message
from chronos.producer import Producer
from chronos.spool import Spool, disk

log = logging.getLogger(__name__)

RETRY_AFTER = 5.0
REFUSED_SECONDS = 10.0  # after which whoever could take a beacon again is tried again


class Delivery(Service):
    """Keeps messages; ``spool`` is None where [limits] spool_bytes is 0.

    ``undeliverable`` is the folder for what waited in the spool and turns out to be too large for Kafka;
    ``remember`` is told what Kafka has acknowledged.
    """

    def __init__(
        self,
        producer: Producer,
        spool: Spool | None,
        undeliverable: Path,
        clock: Callable[[], float] = time.monotonic,
        remember: Callable[[Message], None] = lambda message: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._producer = producer
        self._spool = spool
        self._undeliverable = undeliverable
        self._clock = clock
        self._remember = remember
        self._kafka_problem: str | None = None
        self._refused: tuple[str, float] | None = None
        self._drain: asyncio.Task[None] | None = None

    @property
    def problem(self) -> str | None:
        """What is in the way, for `/health`; None when all is well."""
        if not self._producer.connected:
            return "no connection to Kafka"
        return self._kafka_problem

    @property
    def refusal(self) -> str | None:
        """Why no beacon is taken at the moment, for `/health/ready`; None where Kafka or the spool does.

        A full spool has room again when Kafka takes something of it; all else is tried again after
        REFUSED_SECONDS, since nobody may send a beacon meanwhile.
        """
        if not self.started:
            return "the worker is starting"
        if self._spool is None and not self._producer.connected:
            return "no connection to Kafka, and no spool: [limits] spool_bytes is 0"
        if self._refused is None or self._clock() >= self._refused[1]:
            return None
        return self._refused[0]

    @property
    def spooled(self) -> int:
        """Beacons on disk that wait for Kafka."""
        return self._spool.pending if self._spool else 0

    @property
    def spool_bytes(self) -> tuple[int, int]:
        """Bytes of the spool, and how many it may have; both 0 where there is none."""
        return (self._spool.bytes, self._spool.limit) if self._spool else (0, 0)

    async def keep(self, message: Message) -> None:
        """Return when the message is safe; raise NowhereToKeep when it is not, TooLarge when it never is."""
        # Once Kafka has failed, the spool's own tries tell when it is back; nobody else waits for it.
        if self._spool is None or not self._kafka_problem or not self._spool.pending:
            try:
                await self._producer.send(message)
            except KafkaUnavailable as error:
                self._failed(error)
            except MessageTooLarge as error:
                log.error("a beacon was refused: %s", error)
                raise TooLargeForKafka(reason=str(error)) from error
            else:
                self._remember(message)
                self._recovered()
                return
        await self._put(message)

    async def on_start(self) -> None:
        """Open the spool, and start to empty it."""
        SPOOLED_BEACONS.set_function(lambda: self.spooled)
        await self.add_runtime_dependency(self._producer)
        if self._spool is not None:
            await self._spool.open()
            self._drain = asyncio.create_task(self._spool.drain(self._send_spooled))

    async def on_stop(self) -> None:
        """Close the spool; what is in it is sent by the next worker."""
        if self._drain is not None:
            self._drain.cancel()
            await asyncio.wait([self._drain])
        if self._spool is not None:
            await self._spool.close()

    async def _put(self, message: Message) -> None:
        until = self._clock() + REFUSED_SECONDS
        if self._spool is None:
            self._refused = f"{self._kafka_problem}, and no spool: [limits] spool_bytes is 0", until
            raise NowhereToKeep(reason=self._kafka_problem, retry_after=RETRY_AFTER)
        try:
            await self._spool.put(message)
            self._refused = None
        except SpoolError as error:
            log.error("a beacon was refused: %s", error)
            until = float("inf") if isinstance(error, SpoolFull) else until
            self._refused = f"Kafka is away, and the spool takes no more: {error}", until
            raise NowhereToKeep(
                reason="Kafka is away and the spool takes no more", retry_after=RETRY_AFTER
            ) from error

    async def _send_spooled(self, message: Message) -> None:
        try:
            await self._producer.send(message)
        except MessageTooLarge as error:
            await self._set_aside(message, error)
        else:
            self._remember(message)
        self._recovered()

    async def _set_aside(self, message: Message, error: MessageTooLarge) -> None:
        # It was answered with success when the topic still took more. It must not hold up what is behind it.
        path = await asyncio.to_thread(_write, self._undeliverable, message)
        UNDELIVERABLE_BEACONS.inc()
        log.error("a beacon of the spool was set aside in %s: %s", path, error)

    def _recovered(self) -> None:
        self._refused = None
        if self._kafka_problem is not None:
            log.info("Kafka takes beacons again")
            self._kafka_problem = None

    def _failed(self, error: KafkaUnavailable) -> None:
        if self._kafka_problem is None:
            log.warning("%s; beacons go to the spool", error)
        self._kafka_problem = str(error)


def _write(folder: Path, message: Message) -> Path:
    headers = dict(message.headers)
    disk.make_folder(folder)
    path = folder / f"{headers[TIME].decode()}-{headers[BEACON_ID].hex()}.json"
    with path.open("wb") as file:
        file.write(message.value)
        file.flush()
        os.fsync(file.fileno())
    disk.sync_folder(folder)
    return path

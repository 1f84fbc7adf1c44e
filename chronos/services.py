"""The parts of a worker that run beside its agents, one of each."""

import logging
import os
import threading
from typing import Any

from mode import Service

from chronos import addresses
from chronos.app import app, config
from chronos.delivery import Delivery
from chronos.health import Health
from chronos.models.dead_letter import DeadLetter
from chronos.producer import Producer
from chronos.spool import Spool
from chronos.web.access import Access

log = logging.getLogger(__name__)

HEADERS_BYTES = 65_536
RELOAD_SECONDS = 1.0


def _spool() -> Spool | None:
    limit = config.limits.spool_bytes
    return Spool(config.home / "spool" / f"worker-{config.web.port}", limit) if limit else None


producer = Producer(
    addresses.resolve(config).kafka,
    config.limits.kafka_timeout_seconds,
    config.limits.beacon_bytes + HEADERS_BYTES,
)
delivery = Delivery(producer, _spool())
access = Access(config)


async def send_letter(letter: DeadLetter) -> None:
    """Send a dead letter to its topic; raise KafkaUnavailable when it is not known to be there."""
    await producer.send(letter.to_message(config.kafka.dead_letters_topic))


health = Health(
    delivery_problem=lambda: delivery.problem,
    spooled=lambda: delivery.spooled,
    has_started=lambda: bool(app.consumer.assignment()) and not app.rebalancing,
)


@app.service
class Intaking(Service):
    """Starts what the web view needs, and reads keys and origins again when they change."""

    async def on_start(self) -> None:
        """Connect to Kafka and open the spool."""
        await self.add_runtime_dependency(delivery)

    @Service.task
    async def _reload_access(self) -> None:
        while not self.should_stop:
            access.reload()
            await self.sleep(RELOAD_SECONDS)


@app.on_before_shutdown.connect
async def bound_the_stop(app: Any, /, *args: Any, signal: Any, **kwargs: Any) -> None:
    """End the process when an orderly stop takes too long: what is not committed is read again."""

    def end() -> None:
        log.warning(
            "not stopped within %g s; ending here, nothing is lost by that", config.limits.stop_seconds
        )
        os._exit(0)

    timer = threading.Timer(config.limits.stop_seconds, end)
    timer.daemon = True
    timer.start()

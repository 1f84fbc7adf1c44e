"""The parts of a worker that run beside its agents, one of each."""

from mode import Service

from chronos import addresses, kafka_reader
from chronos.app import app, config
from chronos.delivery import Delivery
from chronos.errors import MessageTooLarge
from chronos.health import Health
from chronos.kafka_admin import HEADERS_BYTES, WINDOW_BYTES
from chronos.loop_lag import LoopLag
from chronos.models.dead_letter import DeadLetter
from chronos.producer import Producer
from chronos.recall import Memory, Recall, Stored
from chronos.sinks.timescaledb.raw_events import RawEvents
from chronos.spool import Spool
from chronos.tables.window_panes import window_panes
from chronos.web.access import Access

LETTER_BYTES = 100_000
RELOAD_SECONDS = 1.0


def _spool() -> Spool | None:
    limit = config.limits.spool_bytes
    return Spool(config.home / "spool" / config.worker_name, limit) if limit else None


producer = Producer(
    addresses.resolve(config).kafka,
    config.limits.kafka_timeout_seconds,
    config.limits.beacon_bytes + HEADERS_BYTES,
)
# Of its own, so that beacons don't wait behind windows.
window_producer = Producer(addresses.resolve(config).kafka, config.limits.kafka_timeout_seconds, WINDOW_BYTES)
memory = Memory(config.limits.recall_bytes)
delivery = Delivery(producer, _spool(), config.home / "undeliverable", remember=memory.add)
recall = Recall(
    memory,
    Stored(addresses.resolve(config).timescaledb, config.kafka.events_topic, RawEvents.name),
    ranges=lambda: kafka_reader.ranges(addresses.resolve(config).kafka, config.kafka.events_topic, 0, None),
    send=delivery.keep,
)
access = Access(config)


async def send_letter(letter: DeadLetter) -> None:
    """Send a dead letter to its topic, cut where that takes no more; raise KafkaUnavailable if it is away."""
    topic = config.kafka.dead_letters_topic
    try:
        await producer.send(letter.to_message(topic))
    except MessageTooLarge as error:
        # The beginning, and how long it was, is more than nothing; the beacon itself is in topic `events`.
        await producer.send(letter.cut(LETTER_BYTES, str(error)).to_message(topic))


def _consumes() -> bool:
    # A worker may have no partition, when there are more workers than partitions, and be well.
    return app.has_joined and not app.rebalancing


health = Health(
    deployment=config.deployment,
    delivery_problem=lambda: delivery.problem,
    refusal=lambda: delivery.refusal,
    spooled=lambda: delivery.spooled,
    has_started=_consumes,
    is_stopping=lambda: app.should_stop,
    recovering=lambda: window_panes.recovering,
    refused_origins=access.refused_origins,
)


class Intaking(Service):
    """Starts what the web view needs, and reads keys and origins again when they change."""

    async def on_start(self) -> None:
        """Connect to Kafka and open the spool."""
        await self.add_runtime_dependency(LoopLag())
        await self.add_runtime_dependency(delivery)
        await self.add_runtime_dependency(recall)
        if config.windows.enabled:
            await self.add_runtime_dependency(window_producer)

    @Service.task
    async def _reload_access(self) -> None:
        while not self.should_stop:
            access.reload()
            await self.sleep(RELOAD_SECONDS)


app.intake.append(Intaking())

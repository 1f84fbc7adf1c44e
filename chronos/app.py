"""Builds the Faust application, and nothing else: ``faust -A chronos worker`` runs it."""

import pkgutil
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from typing import Any, cast

import click
import faust
from aiokafka.errors import KafkaError
from faust.types import TP
from mode import Service

from chronos import addresses, settings
from chronos.consumer import Transport
from chronos.errors import ChronosError, KafkaUnavailable
from chronos.extensions import events, modules, sinks, views
from chronos.lifecycle import Tables, TopicsReady, Worker, calm_garbage_collection, end_within
from chronos.listening import Listening
from chronos.metrics import ASSIGNED_PARTITIONS, REBALANCES
from chronos.public_port import PublicPort
from chronos.windows.declared import declared

HEARTBEATS = 5  # in the time after which a silent worker counts as gone; some may be late
# A broker that hangs closes no connection: who waits for its answer learns only by this that others lead now.
REQUEST_SECONDS = 20.0
PACKAGES = ["chronos.agents", "chronos.tables", "chronos.web"]


class Chronos(faust.App):
    """Faust's application, which takes beacons from the first moment on, whether Kafka is there or not.

    ``intake`` are the services that the web view needs for that; ``has_joined`` says whether the consumer
    group has given this worker its partitions, which may be none.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intake: list[Service] = []
        self.has_joined = False
        self.on_partitions_assigned.connect(self._joined)

    def on_init_dependencies(self) -> Iterable[Any]:
        """In the order in which they start: the intake and the web, then, with Kafka, all the rest."""
        usual = list(super().on_init_dependencies())
        if self.client_only or self.producer_only:
            return usual
        web = [self.cache, self.web] if self.conf.web_enabled else []
        first = [*self.intake, *web]
        topics = TopicsReady(addresses.resolve(config).kafka, config, loop=self.loop, beacon=self.beacon)
        return [*first, topics, *(service for service in usual if service not in first)]

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    def assigned(self, topic: str) -> set[int]:
        """The partitions of ``topic`` that are this worker's."""
        return {place.partition for place in self.assignor.assigned_actives() if place.topic == topic}

    async def ends(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """The offset behind the last message of each of these partitions; KafkaUnavailable."""
        places = [TP(topic, partition) for partition in partitions]
        try:
            ends = await self.consumer.highwaters(*places) if places else {}
        except KafkaError as error:
            raise KafkaUnavailable(reason=f"nobody tells where {topic} ends ({error})") from error
        return {place.partition: end for place, end in ends.items()}

    def _joined(self, *args: Any, **kwargs: Any) -> None:
        self.has_joined = True
        REBALANCES.inc()
        ASSIGNED_PARTITIONS.clear()
        for topic, count in Counter(place.topic for place in self.assignor.assigned_actives()).items():
            ASSIGNED_PARTITIONS.labels(topic).set(count)

    def _new_web(self) -> Listening:
        web = config.web
        return Listening(self, PublicPort(config.home / "run", web.host, web.port) if web.is_shared else None)

    async def on_first_start(self) -> None:
        """Make the folder above Faust's own, which it does not."""
        (config.home / "faust").mkdir(parents=True, exist_ok=True)
        await super().on_first_start()

    async def stop(self) -> None:
        """Stop, in bounded time."""
        end_within(config.limits.stop_seconds, code=int(self.crashed))
        if self.conf.web_enabled:
            await cast(Listening, self.web).leave()
        await super().stop()


def create(config: settings.Settings) -> Chronos:
    """The application for ``config``; raise MissingAddress where it does not say where Kafka is."""
    return Chronos(
        config.kafka.consumer_group,
        broker=[f"kafka://{server}" for server in addresses.resolve(config).kafka.split(",")],
        datadir=str(config.home / "faust" / config.worker_name),
        store=f"{config.windows.store}://",
        # A topic that was made anew is shorter than what a local store has of it; that is no reason to end.
        recovery_consistency_check=False,
        TableManager=Tables,
        Worker=type("Worker", (Worker,), {"settings": config}),
        autodiscover=PACKAGES,
        origin="chronos.app",  # otherwise Faust would import every module, the command line among them
        topic_allow_declare=False,  # they are created with their partitions before (chronos.kafka_admin)
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=500,
        broker_commit_interval=1.0,
        broker_request_timeout=max(REQUEST_SECONDS, 2 * config.kafka.session_timeout_seconds),
        broker_session_timeout=config.kafka.session_timeout_seconds,
        broker_heartbeat_interval=config.kafka.session_timeout_seconds / HEARTBEATS,
        consumer_metadata_max_age_ms=5_000,  # a broker that has just started may not know its topics yet
        stream_buffer_maxsize=1024,
        stream_wait_empty=False,  # what is not acknowledged comes again; the watermark knows what is stored
        web_host=config.web.host,
        web_bind=config.web.host,
        web_port=config.web.worker_port,
        canonical_url=config.web.own_url,
        # Otherwise a body of unknown length ends at aiohttp's own limit.
        web_application_options={"client_max_size": config.limits.beacon_bytes},
        worker_redirect_stdouts=False,
    )


try:
    config = settings.load()
    # A mistake in what is not ours is said before anything starts.
    events.load(config)
    views.files()
    declared(config)
    data_sinks = sinks.declared(config)
    app = create(config)
except ChronosError as error:
    # Faust's command line shows this as one line; as any other error it would be a traceback.
    raise click.ClickException(str(error)) from error


@app.on_worker_init.connect
def import_all(app: Any, /, *args: Any, signal: Any, **kwargs: Any) -> None:
    """Make sure that every agent and view was found."""
    # Discovery only warns of a module that fails; a worker without its agents must not start.
    for package in map(import_module, PACKAGES):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(found.name)
    try:
        modules.import_all(config)
    except ChronosError as error:
        raise click.ClickException(str(error)) from error
    calm_garbage_collection()

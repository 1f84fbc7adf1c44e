"""``server.properties`` of one broker, which is a controller, too."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chronos.embedded import brokers
from chronos.embedded.chosen import Chosen
from chronos.settings import Settings


def text(settings: Settings, chosen: Chosen, name: str, data: Path) -> str:
    """For the broker ``name``, with its data in ``data``; all ports are chosen."""
    from chronos.kafka_admin import HEADERS_BYTES

    all_brokers = brokers.names(settings)
    broker, controller = chosen.kept_port(name), brokers.controller_port(chosen, name)
    content = {
        "process.roles": "broker,controller",
        "node.id": brokers.node(name),
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{broker}",
        "log.dirs": data,
        "message.max.bytes": settings.limits.beacon_bytes + HEADERS_BYTES,
        **FIXED,
        **(ALONE if len(all_brokers) == 1 else REPLICATED),
    }
    lines = [voters(chosen, all_brokers), *(f"{key}={value}" for key, value in content.items())]
    return "".join(f"{line}\n" for line in lines)


def voters(chosen: Chosen, names: Sequence[str]) -> str:
    """The line that says where all controllers are."""
    return f"controller.quorum.voters={','.join(brokers.voter(chosen, name) for name in names)}"


def _replicas(count: int, in_sync: int) -> dict[str, Any]:
    return {
        "default.replication.factor": count,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": count,
        "transaction.state.log.replication.factor": count,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": count,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


ALONE = {
    **_replicas(1, 1),
    # A killed broker may register again only when its former session has run out (9 s by default).
    "broker.session.timeout.ms": 3_000,
}
REPLICATED = {
    **_replicas(3, 2),
    # A busy machine is late with heartbeats, and each broker that seems gone moves partitions.
    "broker.session.timeout.ms": 6_000,
    "unclean.leader.election.enable": "false",
    # The first one waits for the others as long as somebody takes to start them.
    "initial.broker.registration.timeout.ms": 600_000,
}
FIXED = {
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    # Faust would meet topics that have the wrong number of partitions.
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": 0,
    # What [kafka] session_timeout_seconds may be; 6 s is Kafka's own minimum.
    "group.min.session.timeout.ms": 1_000,
    "broker.heartbeat.interval.ms": 500,
    # Few consumers share these topics.
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.num.partitions": 4,
    # Small beside a worker and a database: threads, buffers, and files that are mapped whole.
    "num.network.threads": 2,
    "num.io.threads": 4,
    "log.cleaner.dedupe.buffer.size": 33_554_432,
    "log.segment.bytes": 268_435_456,
    # How late a budget of bytes is kept; five minutes by default, in which a disk may fill.
    "log.retention.check.interval.ms": 10_000,
    "log.index.size.max.bytes": 2_097_152,
}

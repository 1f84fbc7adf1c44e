"""Says whether a service in a container works, which is more than that it runs."""

import asyncio

from chronos import addresses, probing
from chronos.containers import inside, names
from chronos.embedded.brokers import node
from chronos.embedded.state import RUNNING, ServiceState
from chronos.errors import ServiceError
from chronos.kafka_look import under_replicated
from chronos.settings import Settings

ASK_SECONDS = 15.0


def problem(found: ServiceState | None, container: str, settings: Settings) -> str | None:
    """Why what ``container`` runs does not work yet; None where it does."""
    if found is None or found.state != RUNNING or found.error:
        return (found and found.error) or "still starting"
    if names.is_one_worker(found.name):
        return _of_worker(container)
    return _of_broker(node(found.name), settings) if found.name in names.BROKERS else None


def lacked(broker: str, settings: Settings) -> str | None:
    """What other brokers lack of that which ``broker`` has, in words: until then it must not end."""
    try:
        lacking = asyncio.run(under_replicated(addresses.kafka(settings)))
    except ServiceError as error:
        return str(error)
    behind = [one for one in lacking if node(broker) in one.in_sync]
    return f"other brokers lack what is new in {len(behind)} partitions" if behind else None


def _of_worker(container: str) -> str | None:
    """Its health check says only that it takes beacons."""
    try:
        answer = inside.ask(container, "/health", ASK_SECONDS)
    except OSError as error:
        return str(error)
    return None if answer.status == 200 else probing.reasons(answer) or "still starting"


def _of_broker(number: int, settings: Settings) -> str | None:
    """One that has not caught up yet must not be the only one that lacks nothing when the next one ends."""
    try:
        lacking = asyncio.run(under_replicated(addresses.kafka(settings)))
    except ServiceError as error:
        return str(error)
    behind = [one for one in lacking if number in one.replicas and number not in one.in_sync]
    return f"{len(behind)} of its partitions are not in sync yet" if behind else None

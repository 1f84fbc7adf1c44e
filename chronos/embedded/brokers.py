"""Which brokers run here, one or three, and the ports that they have."""

import re
from collections.abc import Callable

from chronos.embedded.chosen import Chosen
from chronos.settings import Settings

KAFKA = "kafka"
NAME = re.compile(r"kafka(-[1-3])?")
FIRST_PORT = 9092  # a broker's, its controller's, the next broker's, and so on


def is_broker(name: str) -> bool:
    """Whether ``name`` is that of one broker."""
    return NAME.fullmatch(name) is not None


def names(settings: Settings) -> tuple[str, ...]:
    """``kafka`` where there is one; ``kafka-1``, ``kafka-2`` and ``kafka-3`` where there are three."""
    count = settings.kafka.brokers
    return (KAFKA,) if count == 1 else tuple(f"{KAFKA}-{number}" for number in range(1, count + 1))


def node(name: str) -> int:
    """Its id in the cluster: 1 for ``kafka``, N for ``kafka-N``."""
    return int(name.partition("-")[2] or 1)


def choose_ports(chosen: Chosen, brokers: tuple[str, ...], lives: Callable[[str], bool]) -> None:
    """Choose ports for all that do not live: each has to know where the others will be."""
    for name in brokers:
        if not lives(name):
            usual = FIRST_PORT + 2 * (node(name) - 1)
            chosen.port(name, usual)
            chosen.port(_controller(name), usual + 1)
    chosen.publish(KAFKA, ",".join(address(chosen, name) for name in brokers))


def address(chosen: Chosen, name: str) -> str:
    """Where clients reach it, as host:port."""
    return f"127.0.0.1:{chosen.kept_port(name)}"


def voter(chosen: Chosen, name: str) -> str:
    """Where other brokers reach its controller, as id@host:port."""
    return f"{node(name)}@127.0.0.1:{chosen.kept_port(_controller(name))}"


def controller_port(chosen: Chosen, name: str) -> int | None:
    """The port of its controller."""
    return chosen.kept_port(_controller(name))


def _controller(name: str) -> str:
    return name.replace(KAFKA, "controller")

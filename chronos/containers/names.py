"""How services in containers are called: by people, by Compose, and by Docker."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from chronos.containers.errors import NotInContainers

BROKERS = ("kafka-1", "kafka-2", "kafka-3")
FIRST = (*BROKERS, "timescaledb")
OF_PROFILES = {"pipelinedb": ("pipelinedb",), "grafana": ("prometheus", "grafana")}
# What the other ways call them.
ALIASES = {"kafka": BROKERS, "postgres": ("timescaledb",)}
KNOWN = (*ALIASES, *FIRST, "pipelinedb", "worker", "proxy", "prometheus", "grafana")
ONE_WORKER = re.compile(r"worker-[1-9]\d{0,2}")


def all_of(count: int, profiles: Iterable[str], there: Iterable[str] = ()) -> list[str]:
    """All services of a deployment with ``count`` workers, some of which may be ``there``."""
    more = [name for profile in profiles for name in OF_PROFILES[profile]]
    return [*FIRST, *workers(count, there), "proxy", *more]


def workers(count: int, there: Iterable[str]) -> list[str]:
    """How ``count`` workers are called: those that are there, whatever their numbers, and the next free."""
    found = sorted(filter(is_one_worker, there), key=in_order)[:count]
    free = (f"worker-{number}" for number in range(1, 2 * count + 1) if f"worker-{number}" not in found)
    return sorted([*found, *islice(free, count - len(found))], key=in_order)


def check(names: Iterable[str]) -> None:
    """Raise NotInContainers for a name that stands for nothing."""
    for name in names:
        if name not in KNOWN and not is_one_worker(name):
            raise NotInContainers(name=name, known=", ".join((*KNOWN, "worker-N")))


def is_one_worker(name: str) -> bool:
    """Whether ``name`` is that of a worker with its number."""
    return ONE_WORKER.fullmatch(name) is not None


def compose(names: Sequence[str]) -> list[str]:
    """The services that Compose knows by the names that a person gave: all but single workers."""
    check(names)
    found = [one for name in names if not is_one_worker(name) for one in ALIASES.get(name, (name,))]
    return list(dict.fromkeys(found))


def single(names: Sequence[str]) -> list[str]:
    """The workers that a person named one by one, where not all of them are meant."""
    return [] if "worker" in names else [name for name in dict.fromkeys(names) if is_one_worker(name)]


def expanded(names: Sequence[str], services: Iterable[str]) -> set[str]:
    """Those of ``services`` that ``names`` mean."""
    meant = {*compose(names), *single(names)}
    return {name for name in services if name in meant or (is_one_worker(name) and "worker" in meant)}


def of_container(name: str) -> str:
    """The service of a container ``kafka-1-1`` or ``worker-2``, without the name of the project."""
    return name if is_one_worker(name) else re.sub(r"-\d+$", "", name)


def in_order(name: str) -> tuple[int, int]:
    """Sorts services as they depend on each other, workers by number."""
    base = "worker" if is_one_worker(name) else name
    number = int(name.rpartition("-")[2]) if is_one_worker(name) else 0
    return (KNOWN.index(base) if base in KNOWN else len(KNOWN), number)

"""Which services a command means, by the names that it was given."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from chronos.embedded import brokers, services
from chronos.embedded.errors import UnknownService
from chronos.settings import Settings

ELSEWHERE = {
    brokers.KAFKA: "kafka      is given by [kafka] bootstrap: {}",
    services.POSTGRES: "postgres   is given by [timescaledb] url",
}


@dataclass(frozen=True)
class Selection:
    """Names of services, how they change what should run, and a line for each that runs elsewhere."""

    names: frozenset[str]
    edit: Callable[[set[str]], set[str]]
    elsewhere: list[str]


def to_start(
    given: Collection[str], workers: int | None, settings: Settings, desired: Collection[str]
) -> Selection:
    """What `chronos start` is to start: what was named, and what that needs."""
    _refuse_unknown(given, settings)
    asked = services.expanded(given or services.KNOWN, settings)
    if workers or services.WORKER in asked:
        asked |= _workers(workers, desired)
    if any(services.is_worker(name) for name in asked):
        asked |= set(services.backends(settings))
    names = frozenset(_here(asked, settings))
    elsewhere = [_elsewhere(name, settings) for name in ELSEWHERE if name in asked - names]

    def edit(before: set[str]) -> set[str]:
        kept = {name for name in before if not (workers and services.is_worker(name))}
        return set(_here(kept, settings)) | names

    return Selection(names, edit, elsewhere)


def to_restart(given: Collection[str], settings: Settings, desired: Collection[str]) -> Selection:
    """What `chronos restart` is to restart: what was named, and what that needs and does not run."""
    _refuse_unknown(given, settings)
    asked = services.expanded(given or desired, settings)
    if services.WORKER in asked:
        asked = asked - {services.WORKER} | _workers(None, desired)
    if any(services.is_worker(name) for name in asked):
        asked |= set(services.backends(settings)) - set(desired)
    names = frozenset(_here(asked, settings))
    elsewhere = [_elsewhere(name, settings) for name in given if _is_elsewhere(name, settings)]
    return Selection(names, lambda before: before | names, elsewhere)


def to_stop(given: Collection[str], known: Collection[str], settings: Settings) -> Selection:
    """What `chronos stop` is to stop: what was named, and nothing else."""
    asked = services.expanded(given or (*services.KNOWN, *known), settings)
    if services.WORKER in asked:
        asked |= {name for name in known if services.is_worker(name)}
    if brokers.KAFKA in given:  # also those of which the settings do not know
        asked |= {name for name in known if brokers.is_broker(name)}
    names = frozenset(name for name in asked if name != services.WORKER)
    elsewhere = [_elsewhere(name, settings) for name in given if _is_elsewhere(name, settings)]
    return Selection(names, lambda before: set() if not given else before - names, elsewhere)


def _workers(count: int | None, desired: Collection[str]) -> set[str]:
    running = {name for name in desired if services.is_worker(name)}
    return {f"worker-{number}" for number in range(1, count + 1)} if count else running or {"worker-1"}


def _here(names: Collection[str], settings: Settings) -> set[str]:
    here = services.backends(settings)
    return {name for name in names if name in here or services.is_worker(name)}


def _is_elsewhere(name: str, settings: Settings) -> bool:
    here = set(services.backends(settings))
    return name in ELSEWHERE and not services.expanded({name}, settings) & here


def _refuse_unknown(names: Collection[str], settings: Settings) -> None:
    there = brokers.names(settings)
    for name in names:
        if brokers.is_broker(name) and name not in (brokers.KAFKA, *there):
            raise UnknownService(name=name, known=", ".join(there))


def _elsewhere(name: str, settings: Settings) -> str:
    return ELSEWHERE[name].format(settings.kafka.bootstrap)

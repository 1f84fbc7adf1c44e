"""Waits, while brokers are restarted one after the other, until no other one lacks anything."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import click

from chronos import addresses
from chronos.cli.progress import waiting
from chronos.embedded import brokers, client
from chronos.embedded.errors import NotInSync
from chronos.embedded.home import Home
from chronos.errors import ServiceError
from chronos.kafka_look import under_replicated
from chronos.kafka_state import Partition
from chronos.settings import Settings

POLL_SECONDS = 0.3


@dataclass(frozen=True)
class Rolling:
    """Of three brokers one may be away, or partitions take nothing; of one alone nothing is waited for."""

    settings: Settings
    seconds: float
    quiet: bool

    def before(self, name: str, left: Sequence[str]) -> None:
        """Wait until ``name`` may be stopped; NotInSync where that does not come, and ``left`` stays.

        It may where it has nothing that another broker lacks: also where it is itself the one that lacks it.
        """
        node = brokers.node(name)
        self._wait(left, lambda one: node in one.in_sync)

    def after(self, name: str, left: Sequence[str]) -> None:
        """Wait until ``name``, which runs again, has all that it missed; NotInSync where it does not."""
        node = brokers.node(name)
        self._wait(left, lambda one: node in one.replicas and node not in one.in_sync)

    def _wait(self, left: Sequence[str], matters: Callable[[Partition], bool]) -> None:
        if len(brokers.names(self.settings)) == 1:
            return
        deadline, told = time.monotonic() + self.seconds, self.quiet
        with waiting("Waiting until all replicas are in sync", self.quiet):
            while why := self._lack(matters):
                if time.monotonic() > deadline or self._is_hopeless(why.lacking):
                    raise NotInSync(what=_rest(left), why=why.says)
                if not told:
                    click.echo(f"{'':<10} waits: {why.says}")
                    told = True
                time.sleep(POLL_SECONDS)

    def _lack(self, matters: Callable[[Partition], bool]) -> "_Lack | None":
        try:
            found = asyncio.run(under_replicated(addresses.kafka(self.settings)))
        except ServiceError as error:  # nobody knows what they have
            return _Lack((), str(error))
        behind = [one for one in found if matters(one)]
        if not behind:
            return None
        nodes = sorted({node for one in behind for node in one.replicas if node not in one.in_sync})
        names = tuple(f"{brokers.KAFKA}-{node}" for node in nodes)
        lack = "lacks" if len(names) == 1 else "lack"
        return _Lack(names, f"{' and '.join(names)} {lack} what is new in {len(behind)} partitions")

    def _is_hopeless(self, names: Collection[str]) -> bool:
        """Whether nobody will start what lacks something."""
        desired = client.overview(Home(self.settings.home)).desired.services
        return bool(names) and not set(names) & set(desired)


@dataclass(frozen=True)
class _Lack:
    """Brokers that lack something, none where nobody knows, and that in words."""

    lacking: tuple[str, ...]
    says: str


def _rest(left: Sequence[str]) -> str:
    if not left:
        return "All was restarted, but not everything is in sync"
    return f"Not restarted, so that beacons are still taken: {', '.join(left)}"

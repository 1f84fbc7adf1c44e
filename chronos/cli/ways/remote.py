"""Kafka, the database and the workers are elsewhere: nothing was started from here."""

import asyncio
from functools import cached_property

from chronos import kafka_group
from chronos.cli.ways.embedded import Embedded
from chronos.cli.ways.workers import HttpWorker, Worker
from chronos.errors import ServiceError


class Remote(Embedded):
    """What the settings name; `chronos start` starts workers here, which makes it another way."""

    has_state_here = False

    @property
    def web(self) -> str:
        """What the settings say, else that of this machine."""
        return (self.settings.web.advertised_url or super().web).rstrip("/")

    def workers(self) -> list[Worker]:
        """Those of the consumer group, under the addresses by which they ask each other."""
        return [HttpWorker.at(self.settings, address) for address in self._addresses]

    def any_worker(self) -> Worker:
        """The first of the group; whoever answers at the public address where Kafka tells of none."""
        found = self.workers()
        return found[0] if found else super().any_worker()

    def entrances(self) -> list[str]:
        """Those of the workers, so that each gets its part."""
        return self._addresses or [self.web]

    @cached_property
    def _addresses(self) -> list[str]:
        try:
            group = self.settings.kafka.consumer_group
            return asyncio.run(kafka_group.addresses(self.settings.kafka.bootstrap or "", group))
        except ServiceError:
            # What is wrong with Kafka is said by whoever asks it for itself.
            return []

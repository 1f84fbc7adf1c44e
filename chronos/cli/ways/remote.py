"""Kafka, the database and the workers are elsewhere: nothing was started from here."""

import asyncio
from functools import cached_property

from chronos import kafka_group
from chronos.cli.ways.embedded import Embedded
from chronos.cli.ways.workers import HttpWorker, Worker
from chronos.embedded.state import RUNNING, ServiceState
from chronos.errors import ServiceError


class Remote(Embedded):
    """What the settings name; `chronos start` starts workers here, which makes it another way."""

    data_place = "where the services are"

    @property
    def web(self) -> str:
        """What the settings say, else that of this machine."""
        return (self.settings.web.advertised_url or super().web).rstrip("/")

    @property
    def services(self) -> list[ServiceState]:
        """The workers, numbered as they are sorted."""
        return [ServiceState(one.name, RUNNING, address=one.place()) for one in self._members]

    def workers(self) -> list[Worker]:
        """Those of the consumer group; whoever answers at the public address where Kafka tells of none."""
        return [*self._members] or [HttpWorker.at(self.settings, self.web)]

    def any_worker(self) -> Worker:
        """The first of them."""
        return self.workers()[0]

    def entrances(self) -> list[str]:
        """Those of the workers, so that each gets its part."""
        return [worker.place() for worker in self.workers()]

    @cached_property
    def _members(self) -> list[HttpWorker]:
        """Under the addresses by which they ask each other."""
        try:
            group = self.settings.kafka.consumer_group
            found = asyncio.run(kafka_group.addresses(self.settings.kafka.bootstrap or "", group))
        except ServiceError:
            # What is wrong with Kafka is said by whoever asks it for itself.
            found = []
        return [HttpWorker(self.settings, f"worker-{number}", one) for number, one in enumerate(found, 1)]

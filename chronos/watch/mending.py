"""Mends what it can in Kafka: missing topics, too few partitions, settings of topics that have changed."""

import logging
from dataclasses import dataclass, field

from chronos import kafka_admin
from chronos.errors import ServiceError, SinkUnavailable
from chronos.kafka_state import KafkaState
from chronos.settings import Settings
from chronos.watch import keeping
from chronos.watch.ledger import Ledger

log = logging.getLogger(__name__)

# Before a topic is made again, consumers have to see that it is gone, and commits of its offsets to be given
# up (chronos.consumer): otherwise they would go on in the new one where they were in the old one.
PATIENCE = 15.0


@dataclass
class Mender:
    """Works on the Kafka at ``bootstrap``; ``refused`` says why a topic has fewer partitions than asked."""

    bootstrap: str
    settings: Settings
    ledger: Ledger
    refused: dict[str, str] = field(default_factory=dict)
    _missing_since: dict[str, float] = field(default_factory=dict)
    _said: str | None = None

    async def mend(self, now: float, kafka: KafkaState) -> None:
        """Do what is to be done; what fails is said, and tried again at the next look."""
        try:
            await self._make_topics(now, kafka)
            await self._keep(kafka)
        except (ServiceError, SinkUnavailable) as error:
            if self._said != str(error):
                log.warning("topics are not as the settings say: %s", error)
            self._said = str(error)
        else:
            self._said = None

    async def _make_topics(self, now: float, kafka: KafkaState) -> None:
        missing = keeping.missing(kafka, self.settings)
        self._missing_since = {name: self._missing_since.get(name, now) for name in missing}
        if any(now - since >= PATIENCE for since in self._missing_since.values()):
            for name in await kafka_admin.create_topics(self.bootstrap, self.settings):
                log.warning("topic %s was not there any more, and was made again", name)

    async def _keep(self, kafka: KafkaState) -> None:
        plan = keeping.plan(kafka, self.settings, await self.ledger.said(list(kafka.topics)))
        for topic, total in plan.partitions.items():
            await self._add_partitions(topic, total)
        if not plan.partitions:
            self.refused.clear()
        for topic, values in plan.configure.items():
            await kafka_admin.configure(self.bootstrap, topic, values)
            shown = ", ".join(f"{name}={value or 'as the broker says'}" for name, value in values.items())
            log.warning("topic %s was set to what the settings say now: %s", topic, shown)
        for topic, values in plan.remember.items():
            await self.ledger.remember(topic, values)

    async def _add_partitions(self, topic: str, total: int) -> None:
        try:
            await kafka_admin.add_partitions(self.bootstrap, topic, total)
        except ServiceError as error:
            self.refused[topic] = str(error)
            raise
        log.warning("topic %s has %d partitions now, as [kafka] partitions asks for", topic, total)

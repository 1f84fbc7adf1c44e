"""What a worker sees at a moment: of Kafka, of what waits, of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chronos.kafka_state import KafkaState
from chronos.settings import Settings
from chronos.watch import lag
from chronos.watch.lag import Lag, SinkLag, Watermarks


@dataclass(frozen=True)
class Seen:
    """A look at ``time``, seconds since 1970; what could not be seen is None.

    Watermarks are from before the ends of Kafka: while beacons come, later ones would be beyond these. Where
    there is a ``database_problem`` they are the last that were known.
    """

    time: float
    kafka: KafkaState | None = None
    kafka_problem: str | None = None
    watermarks: Watermarks | None = None
    database_problem: str | None = None
    waiting: Mapping[str, str] = field(default_factory=dict)  # by sink of this worker, for what it waits
    spool: tuple[int, int] = (0, 0)  # bytes in it, and how many it may have; the latter 0 where there is none
    disk_free: int | None = None
    refused: Mapping[str, str] = field(
        default_factory=dict
    )  # by topic, why Kafka gives it no more partitions

    def sinks(self, settings: Settings) -> list[SinkLag]:
        """How far each sink is; empty where that is not known."""
        if self.kafka is None or self.watermarks is None:
            return []
        return lag.of_sinks(self.kafka, self.watermarks, settings)

    def lags(self, settings: Settings) -> list[Lag]:
        """What waits, by sink and partition, as far as that is known."""
        return [one for sink in self.sinks(settings) for one in sink.partitions]

"""What may need a person: the one table of incidents, from which docs/alerts.md is made."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["warning", "critical"]
Key = tuple[str, str]  # name and subject of an incident


@dataclass(frozen=True)
class Kind:
    """A kind of incident: begins when something is so for ``after`` seconds, ends when not for ``quiet``."""

    name: str
    severity: Severity
    after: float
    quiet: float
    meaning: str
    what_to_do: str
    everywhere: bool = False  # each worker looks for itself, not one for all


_KINDS = (
    Kind(
        "kafka_unreachable",
        "critical",
        15,
        15,
        "No broker answers. Beacons are taken and kept on disk until the spool is full.",
        "See to Kafka: `chronos status`, `chronos log kafka`. The spool empties itself when it is back.",
    ),
    Kind(
        "no_controller",
        "critical",
        30,
        15,
        "Brokers answer, but no controller leads them: leaders cannot change, topics cannot be made.",
        "Start the controllers that are away; more than half of them have to be there.",
    ),
    Kind(
        "broker_away",
        "warning",
        30,
        30,
        "A broker that holds replicas is not there.",
        "Start it again. Nothing is lost as long as others hold its partitions.",
    ),
    Kind(
        "partitions_offline",
        "critical",
        15,
        15,
        "Partitions have no leader: nobody can write or read them. Their beacons wait in the spool.",
        "Start the brokers that hold them, see `chronos topics`.",
    ),
    Kind(
        "partitions_refuse",
        "critical",
        15,
        15,
        "Too few replicas are in sync: these partitions can be read and take nothing.",
        "Start the brokers that are away, or see why they cannot keep up: a full disk, a slow network.",
    ),
    Kind(
        "partitions_under_replicated",
        "warning",
        30,
        30,
        "A replica is missing or behind: one more failure may cost what only one broker has.",
        "Start the broker that is away, or see why it cannot keep up.",
    ),
    Kind(
        "topic_missing",
        "critical",
        0,
        0,
        "A topic was not there any more; it is made again, empty. Workers send beacons again that were not"
        " stored and that they remember ([limits] recall_bytes); what else was in it is lost.",
        "Workers make it, or see `chronos log worker` why not. If it was there, find out who deleted it;"
        " `chronos windows check` says what windows lack.",
    ),
    Kind(
        "partitions_fewer",
        "warning",
        60,
        15,
        "A topic has fewer partitions than [kafka] partitions asks for, and Kafka refuses more.",
        "See `chronos log worker` for what Kafka said; give it room, or lower the setting.",
    ),
    Kind(
        "window_partitions_differ",
        "warning",
        60,
        15,
        "The topics of windows have another number of partitions than [kafka] partitions asks for."
        " It decides which partition has which keys, so it stays as it is.",
        "Set [kafka] partitions back, or count the windows anew: docs/alerts.md says how.",
    ),
    Kind(
        "database_away",
        "critical",
        30,
        15,
        "The database does not answer. Beacons wait in Kafka, and windows and views stand still.",
        "See to it: `chronos status`, `chronos log postgres`. Nothing is lost within Kafka's retention.",
    ),
    Kind(
        "sink_waits",
        "warning",
        30,
        15,
        "A sink cannot write, since what it needs is away; beacons wait in Kafka.",
        "See to what it names, the database as a rule. Nothing is lost within Kafka's retention.",
    ),
    Kind(
        "lag_growing",
        "warning",
        0,
        60,
        "What waits for a sink has grown for [alerts] lag_growing_minutes without a pause.",
        "Start more workers (as many as partitions are of use), or see what makes the database slow.",
    ),
    Kind(
        "lag_old",
        "warning",
        15,
        15,
        "Beacons wait for a sink longer than [alerts] lag_old_minutes.",
        "See why the sink does not come to them: `chronos status`, `chronos log worker`.",
    ),
    Kind(
        "unread_at_risk",
        "critical",
        15,
        60,
        "Kafka will delete beacons before a sink has read them: the budget [kafka] retention_bytes fills.",
        "Mend what holds up the sink, or raise [kafka] retention_bytes: workers apply it when they start.",
    ),
    Kind(
        "unread_deleted",
        "critical",
        0,
        60,
        "Kafka has deleted beacons before a sink had read them: they are lost to it.",
        "Raise [kafka] retention_bytes or retention_hours, and mend what holds up the sink.",
    ),
    Kind(
        "dead_letters_rising",
        "warning",
        0,
        300,
        "Far more events than usual do not fit and become dead letters.",
        "See why: `select reason, count(*) from dead_letters group by reason`. A new page may send them.",
    ),
    Kind(
        "spool_filling",
        "warning",
        0,
        60,
        "A worker's spool is more than half full of beacons that wait for Kafka.",
        "See to Kafka before it is full: `chronos status`.",
        everywhere=True,
    ),
    Kind(
        "spool_full",
        "critical",
        0,
        60,
        "A worker's spool is full: beacons are answered with 503, and browsers keep what they can.",
        "See to Kafka now, or raise [limits] spool_bytes.",
        everywhere=True,
    ),
    Kind(
        "disk_nearly_full",
        "critical",
        15,
        60,
        "The disk of the state directory has less free space than [alerts] disk_free_bytes.",
        "Make room, or give Kafka a budget: [kafka] retention_bytes. What ends on a full disk starts by"
        " itself then.",
        everywhere=True,
    ),
    Kind(
        "broker_disk_nearly_full",
        "critical",
        15,
        60,
        "The disk of a broker of [kafka] bootstrap has less free space than [alerts] disk_free_bytes.",
        "Make room there, or give Kafka a budget: [kafka] retention_bytes.",
    ),
)

KINDS = {kind.name: kind for kind in _KINDS}


def remark(incident: "Incident") -> str:
    """What /health says of it."""
    return f"{incident.summary}. {incident.kind.what_to_do}"


def read_remark(text: str) -> tuple[str, Kind | None]:
    """What such a sentence says, and of which kind; None where it is of something else."""
    kind = next((kind for kind in _KINDS if text.endswith(f". {kind.what_to_do}")), None)
    return (text.removesuffix(f". {kind.what_to_do}") if kind else text), kind


@dataclass(frozen=True)
class Condition:
    """Something that is so now; ``value`` is its number, where it has one."""

    name: str
    subject: str
    summary: str
    value: float | None = None

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return self.name, self.subject


@dataclass(frozen=True)
class Incident:
    """Something that was so for long enough; times are seconds since 1970, ``ended`` None while it lasts."""

    name: str
    subject: str
    summary: str
    begun: float
    ended: float | None = None
    value: float | None = None

    @property
    def key(self) -> Key:
        """What tells it from others that are open."""
        return self.name, self.subject

    @property
    def kind(self) -> Kind:
        """What is known of its kind."""
        return KINDS[self.name]

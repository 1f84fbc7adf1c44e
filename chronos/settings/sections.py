"""Tables of settings: Kafka, the databases and limits; each with its type, its default and what it is for."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)


def _postgres_url(text: str) -> str:
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("expected postgresql://user:password@host:port/database")
    try:
        _ = urlsplit(text).port
    except ValueError as error:
        raise ValueError(f"expected postgresql://user:password@host:port/database: {error}") from error
    return text


def _brokers(text: str) -> str:
    if not re.fullmatch(r"[^\s,:]+:\d+(,[^\s,:]+:\d+)*", text):
        raise ValueError("expected host:port, or host:port,host:port")
    return text


def _one_or_three(number: int) -> int:
    if number not in (1, 3):
        raise ValueError("expected 1 or 3: two could not do without either")
    return number


PostgresURL = Annotated[str, AfterValidator(_postgres_url)]
Brokers = Annotated[str, AfterValidator(_brokers)]
Positive = Annotated[int, Field(gt=0)]
LEAST_BYTES = 4_194_304  # of a partition on one broker: Kafka deletes whole segments, of 1 MiB at least


class Section(BaseModel):
    """A table of chronos.toml; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Kafka(Section):
    """Where Kafka is, and the topics that Chronos keeps there."""

    bootstrap: Brokers | None = Field(
        None,
        description="Brokers, as host:port,host:port; unset, `chronos start` runs a broker on this machine",
    )
    events_topic: str = Field("events", description="Topic of beacons as they came")
    dead_letters_topic: str = Field("dead_letters", description="Topic of events that did not fit")
    window_deltas_topic: str = Field("window_deltas", description="Topic of what is added to windows")
    partitions: Positive = Field(
        6, description="Partitions of a topic when it is created; topic `events` gets more when this grows"
    )
    brokers: Annotated[int, AfterValidator(_one_or_three)] = Field(
        1, description="Brokers that `chronos start` runs on this machine, 1 or 3: `chronos install-kafka`"
    )
    replication: Positive = Field(
        1, description="Replicas of a topic when it is created; unset, as many as `brokers` here"
    )
    retention_hours: int = Field(168, ge=1, description="How long Kafka keeps beacons, in hours")
    retention_bytes: int = Field(
        0,
        ge=0,
        description="Disk for topic `events`, all partitions and replicas together, in bytes; the oldest"
        " beacons go, whether they were stored or not; 0 is no limit",
        validate_default=True,
    )
    consumer_group: str = Field("chronos", description="Consumer group, and Faust's application id")
    session_timeout_seconds: float = Field(
        10.0,
        ge=1,
        le=60,
        description="How long a worker may be silent before its partitions go to others, in seconds; a broker"
        " takes 6 or more, unless its group.min.session.timeout.ms says otherwise",
    )

    @model_validator(mode="before")
    @classmethod
    def _replicas_follow_brokers(cls, given: Any) -> Any:
        usual = isinstance(given, dict) and not given.get("bootstrap") and "replication" not in given
        return {**given, "replication": 3} if usual and str(given.get("brokers")) == "3" else given

    @field_validator("retention_bytes")
    @classmethod
    def _has_room_for_two_segments(cls, budget: int, info: ValidationInfo) -> int:
        partitions, replication = info.data.get("partitions", 1), info.data.get("replication", 1)
        least = LEAST_BYTES * partitions * replication
        if 0 < budget < least:
            raise ValueError(
                f"expected 0 or at least {least}: {LEAST_BYTES} for each of {partitions} partitions with"
                f" {replication} replicas"
            )
        return budget


class TimescaleDB(Section):
    """Where raw events are stored, and for how long."""

    url: PostgresURL | None = Field(
        None,
        description="TimescaleDB or plain PostgreSQL; unset, `chronos start` runs a PostgreSQL",
    )
    retention_days: int = Field(0, ge=0, description="Older raw events are deleted; 0 keeps all for ever")
    compress_after_days: int = Field(
        7, ge=0, description="Chunks older than this are compressed (TimescaleDB only); 0 never compresses"
    )
    chunk_hours: Positive = Field(24, description="Event time covered by one chunk of a hypertable, in hours")


class PipelineDB(Section):
    """Where continuous views are kept."""

    mode: Literal["auto", "pipelinedb", "chronos"] = Field(
        "auto",
        description="Who keeps continuous views: PipelineDB, Chronos in TimescaleDB's database, or with auto"
        " PipelineDB where it has a url",
    )
    url: PostgresURL | None = Field(
        None, description="A PipelineDB of your own; unset, there is none", validate_default=True
    )
    views: Path = Field(
        Path("views"), description="Folder of your own continuous views, as seen from chronos.toml"
    )
    read_timeout_seconds: float = Field(
        5.0, gt=0, description="How long /api/views may read a view, in seconds; more is a 503"
    )

    @property
    def kept_by_chronos(self) -> bool:
        """Whether Chronos keeps the views itself, in the database of the raw events."""
        return self.mode == "chronos" or self.url is None

    @field_validator("url")
    @classmethod
    def _has_a_pipelinedb(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None and info.data.get("mode") == "pipelinedb":
            raise ValueError('mode = "pipelinedb" needs the address of one')
        return url


class Limits(Section):
    """What Chronos takes, and how much it holds."""

    beacon_bytes: Positive = Field(1_000_000, description="Largest body of a beacon, in bytes; more is a 413")
    text_length: Positive = Field(65_536, description="Longest text in an event, in characters")
    beacons_per_second: int = Field(
        0,
        ge=0,
        description="Beacons per second, write key and worker; more is a 429; 0 is no limit",
    )
    kafka_timeout_seconds: float = Field(
        5.0, gt=0, description="How long a beacon waits for Kafka before it goes to the spool"
    )
    spool_bytes: int = Field(
        256_000_000,
        ge=0,
        description="Disk for beacons that wait for Kafka, in bytes; full is a 503",
    )
    recall_bytes: int = Field(
        32_000_000,
        ge=0,
        description="Memory for beacons that Kafka has and the database not yet, in bytes, some 700 for each"
        " beside its body: what Kafka loses is sent again",
    )
    max_event_age_days: Positive = Field(30, description="Older client times give way to the time of arrival")
    skew_tolerance_seconds: float = Field(
        30.0, ge=0, description="A browser clock that is off by more is corrected by the difference"
    )
    beacon_id_days: Positive = Field(30, description="How long a beacon sent twice is recognised")
    batch_events: Positive = Field(25_000, description="Events written in one transaction, about")
    batch_milliseconds: Positive = Field(50, description="How long a batch waits for more beacons, in ms")
    stop_seconds: float = Field(8.0, gt=0, description="How long a worker may take to stop")

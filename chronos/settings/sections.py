"""The one table of settings: each with its type, its default and what it is for."""

import re
import socket
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from chronos.settings import paths
from chronos.settings.paths import EventsPath, TrackerPath


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
MOST_POSITIONS = 2_500  # of the mouse in a beacon; a path may have 3,000 (chronos.models.mouse_path)


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


class Web(Section):
    """What a worker answers, to whom, and where."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all")
    advertised_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+$",
        description="Where other workers reach this one, as http://host:port; unset, at its own port",
    )
    port: int = Field(
        6066,
        ge=1,
        le=65535,
        description="Port to listen on; the next free one where it is taken. The workers of `chronos start`"
        " share it",
    )
    own_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port at which this worker alone answers, while it shares `port` with others of its"
        " state directory; unset, it shares none. `chronos start` chooses it",
    )
    allowed_origins: list[str] = Field(
        default_factory=list,
        description="Origins that may send; `*` is one host label or any port, alone all",
    )
    require_origin: bool = Field(False, description="Refuse a request that has no Origin header")
    tracker_path: TrackerPath = Field(
        "/tracker.js", description="Path of the tracker's script; ends with .js"
    )
    events_path: EventsPath = Field("/api/events", description="Path to which the tracker sends beacons")

    @property
    def worker_port(self) -> int:
        """The port that no other worker of this machine has."""
        return self.own_port or self.port

    @property
    def is_shared(self) -> bool:
        """Whether other workers may listen on ``port``, too."""
        return self.worker_port != self.port

    @property
    def own_url(self) -> str:
        """Where other workers reach this one: ``http://127.0.0.1:6066``."""
        if self.advertised_url:
            return self.advertised_url
        host = socket.gethostname() if self.host in ("0.0.0.0", "::") else self.host
        return f"http://[{host}]:{self.worker_port}" if ":" in host else f"http://{host}:{self.worker_port}"

    @property
    def vitals_path(self) -> str:
        """Where the part of the tracker that measures web vitals is: ``/tracker.vitals.js``."""
        return paths.vitals_path(self.tracker_path)

    @property
    def pixel_path(self) -> str:
        """Where the picture is that a page without JavaScript asks for: ``/api/events.gif``."""
        return paths.pixel_path(self.events_path)

    @field_validator("events_path")
    @classmethod
    def _paths_are_distinct(cls, path: str, info: ValidationInfo) -> str:
        # Without a tracker path, that one is wrong itself, and said to be.
        tracker_path = info.data.get("tracker_path")
        return path if tracker_path is None else paths.distinct(path, tracker_path)

    @field_validator("allowed_origins")
    @classmethod
    def _origins_are_origins(cls, origins: list[str]) -> list[str]:
        for origin in origins:
            if origin not in ("*", "null") and ("://" not in origin or origin.count("/") != 2):
                raise ValueError(f"an origin is scheme://host[:port] without a path, got {origin!r}")
        return origins


class TrackerEvents(Section):
    """Which events the tracker captures."""

    pageviews: bool = Field(True, description="Pages that were opened")
    clicks: bool = Field(True, description="Clicks anywhere")
    link_clicks: bool = Field(True, description="Clicks on links")
    mouse_moves: bool = Field(True, description="Where the mouse went")
    key_presses: bool = Field(True, description="Keys that were pressed")
    form_submissions: bool = Field(True, description="Forms that were sent")
    form_abandonments: bool = Field(True, description="Forms that were begun and not sent")
    scroll_depths: bool = Field(True, description="How far down a page was seen")
    visible_times: bool = Field(True, description="How long a page was visible")
    sessions: bool = Field(True, description="Sessions that began")
    errors: bool = Field(True, description="Errors of the page's scripts")
    web_vitals: bool = Field(True, description="How fast a page loads, answers and settles")
    rage_clicks: bool = Field(True, description="Three clicks within a second on one spot")
    dead_clicks: bool = Field(True, description="Clicks after which nothing changed")
    custom_events: bool = Field(True, description="What the page reports with chronos.track")
    identities: bool = Field(True, description="Who the page says the visitor is, with chronos.identify")
    losses: bool = Field(True, description="What the browser had to drop, as counts")


class Tracker(Section):
    """How the browser captures and sends."""

    events: TrackerEvents = Field(default_factory=TrackerEvents, description="Events that are captured")
    flush_interval_ms: Positive = Field(5000, description="Longest wait of an event in the browser, in ms")
    mouse_interval_ms: Positive = Field(
        100, description="Shortest time between two mouse positions, in ms", validate_default=True
    )
    max_beacon_bytes: int = Field(
        60_000, ge=20_000, le=65_536, description="Largest beacon, in UTF-8 bytes; browsers take up to 65,536"
    )
    storage_bytes: int = Field(
        1_000_000,
        ge=65_536,
        description="Web storage for beacons that wait for the server, in bytes; the oldest have to go",
    )
    transport: Literal["fetch", "beacon"] = Field(
        "fetch",
        description="With fetch the tracker learns what became of a beacon; beacon is navigator.sendBeacon",
    )
    consent: Literal["implied", "required"] = Field(
        "implied",
        description="With required nothing is captured or stored in the browser before chronos.optIn()",
    )
    respect_gpc: bool = Field(True, description="Capture nothing where Global Privacy Control is on")
    respect_dnt: bool = Field(True, description="Capture nothing where Do Not Track is on")
    click_text: bool = Field(False, description="Send the text of what was clicked, too")
    form_values: list[str] = Field(
        default_factory=list,
        description="Form fields, by name, whose values are sent; never passwords, cards or hidden fields",
    )

    @field_validator("mouse_interval_ms")
    @classmethod
    def _paths_are_not_endless(cls, interval: int, info: ValidationInfo) -> int:
        shortest = -(-info.data.get("flush_interval_ms", 0) // MOST_POSITIONS)
        if interval < shortest:
            raise ValueError(
                f"expected at least {shortest} with this flush_interval_ms, for {MOST_POSITIONS} a beacon"
            )
        return interval


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
        description="Memory for beacons that Kafka has and the database not yet, in bytes: what Kafka loses"
        " is sent again",
    )
    max_event_age_days: Positive = Field(30, description="Older client times give way to the time of arrival")
    skew_tolerance_seconds: float = Field(
        30.0, ge=0, description="A browser clock that is off by more is corrected by the difference"
    )
    beacon_id_days: Positive = Field(30, description="How long a beacon sent twice is recognised")
    batch_events: Positive = Field(25_000, description="Events written in one transaction, about")
    batch_milliseconds: Positive = Field(50, description="How long a batch waits for more beacons, in ms")
    stop_seconds: float = Field(8.0, gt=0, description="How long a worker may take to stop")


def _key_from_text(value: object) -> object:
    return {"key": value} if isinstance(value, str) else value


class KeyFields(Section):
    """A key, and since when it is one."""

    key: str = Field(min_length=16, max_length=200, pattern=r"^[!#-\[\]-~]+$", description="The key itself")
    name: str = Field("default", min_length=1, max_length=100, description="What it is for")
    created: datetime | None = Field(None, description="When it was made")
    revoked: datetime | None = Field(None, description="Since when it is refused")


class WriteKeyFields(KeyFields):
    """A key that the tracker sends with each beacon; it lets a page write, never read."""

    name: str = Field("default", min_length=1, max_length=100, description="The project of its events")


class ReadKeyFields(KeyFields):
    """A key that lets people and programs read from elsewhere, never write."""

    name: str = Field("default", min_length=1, max_length=100, description="Who reads with it")


WriteKey = Annotated[WriteKeyFields, BeforeValidator(_key_from_text)]
ReadKey = Annotated[ReadKeyFields, BeforeValidator(_key_from_text)]

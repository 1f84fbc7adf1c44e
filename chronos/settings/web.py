"""The table of settings of what a worker answers: `[web]`."""

import socket

from pydantic import Field, ValidationInfo, field_validator

from chronos.settings import paths
from chronos.settings.paths import EventsPath, TrackerPath
from chronos.settings.sections import Section


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

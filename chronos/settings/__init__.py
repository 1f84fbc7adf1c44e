"""Settings: ``chronos.toml`` and the environment (``CHRONOS_…``), which wins."""

import hashlib
import os
import platform
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from chronos.errors import ConfigurationError
from chronos.settings import from_files, problems
from chronos.settings.alerts import Alerts
from chronos.settings.extensions import App, Sinks
from chronos.settings.keys import KeyFields, ReadKey, ReadKeyFields, WriteKey, WriteKeyFields
from chronos.settings.log import Log
from chronos.settings.sections import Kafka, Limits, PipelineDB, TimescaleDB
from chronos.settings.tracker import Tracker
from chronos.settings.web import Web
from chronos.settings.windows import Windows

__all__ = [
    "ENV_PREFIX",
    "KeyFields",
    "ReadKeyFields",
    "Settings",
    "WriteKeyFields",
    "config_path",
    "load",
    "to_stop",
    "usual_home",
]

ENV_PREFIX = "CHRONOS_"
CONFIG_VARIABLE = "CHRONOS_CONFIG"


class Environment(EnvSettingsSource):
    """The environment, and the files that it names: ``CHRONOS_TIMESCALEDB_URL_FILE``."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        known = [variable for variable, *_ in problems.variables(self.settings_cls)]
        found = from_files.expanded(os.environ, known)
        return {name.lower(): value for name, value in found.items() if value or not self.env_ignore_empty}


class Settings(BaseSettings):
    """Everything that can be set; ``CHRONOS_WEB_PORT`` sets ``port`` in ``[web]``."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
    )

    home: Path = Field(Path(".chronos"), description="State directory, as seen from chronos.toml")
    worker: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$",
        description="Name of a worker's own folders in the state directory; unset, worker- and its port",
    )
    write_keys: list[WriteKey] = Field(default_factory=list, description="Keys that may write")
    read_keys: list[ReadKey] = Field(default_factory=list, description="Keys that may read from elsewhere")
    kafka: Kafka = Field(default_factory=Kafka, description="Kafka")
    timescaledb: TimescaleDB = Field(default_factory=TimescaleDB, description="TimescaleDB")
    pipelinedb: PipelineDB = Field(default_factory=PipelineDB, description="PipelineDB")
    web: Web = Field(default_factory=Web, description="Web")
    tracker: Tracker = Field(default_factory=Tracker, description="Tracker")
    windows: Windows = Field(default_factory=Windows, description="Windows")
    alerts: Alerts = Field(default_factory=Alerts, description="Alerts")
    limits: Limits = Field(default_factory=Limits, description="Limits")
    log: Log = Field(default_factory=Log, description="Log")
    app: App = Field(default_factory=App, description="App")
    sinks: Sinks = Field(default_factory=Sinks, description="Sinks")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *_: Any, **__: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the environment before the file, and nothing else."""
        return Environment(settings_cls), TomlConfigSettingsSource(settings_cls, toml_file=config_path())

    @property
    def worker_name(self) -> str:
        """How the folders of this worker are called: ``worker-6066``."""
        return self.worker or f"worker-{self.web.worker_port}"

    @property
    def deployment(self) -> str:
        """What tells this project's workers from others: 12 hex digits of host and state directory."""
        return hashlib.sha256(f"{platform.node()}:{self.home}".encode()).hexdigest()[:12]

    @property
    def active_keys(self) -> list[WriteKeyFields]:
        """The write keys that are not revoked."""
        return [key for key in self.write_keys if key.revoked is None]

    @property
    def active_read_keys(self) -> list[ReadKeyFields]:
        """The read keys that are not revoked; never one that pages write with, which everybody can see."""
        public = {key.key for key in self.write_keys}
        return [key for key in self.read_keys if key.revoked is None and key.key not in public]


def config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where ``chronos.toml`` is: ``CHRONOS_CONFIG``, or the current directory."""
    return Path(environment.get(CONFIG_VARIABLE) or "chronos.toml").absolute()


def usual_home() -> Path:
    """The state directory as far as that can be read, whatever else is wrong."""
    said = os.environ.get(f"{ENV_PREFIX}HOME") or _home_in_file()
    return _beside(config_path(), Path(said or Settings.model_fields["home"].default))


def _beside(config: Path, path: Path) -> Path:
    """A path of the settings, which is as seen from ``chronos.toml``."""
    return (config.parent / path.expanduser()).resolve()


def _home_in_file() -> str | None:
    try:
        found = tomllib.loads(config_path().read_text(encoding="utf-8")).get("home")
    except (OSError, ValueError):
        return None
    return found if isinstance(found, str) else None


def to_stop() -> Settings:
    """The defaults, in the usual home: what it takes to stop what runs there."""
    return Settings.model_construct(home=usual_home())


def load() -> Settings:
    """Read the settings; raise ConfigurationError, which names each key, its value and its source."""
    path = config_path()
    found: list[str] = []
    try:
        if path.is_dir():  # which is taken for no file otherwise, and all settings for their defaults
            raise IsADirectoryError("expected a file, and it is a folder")
        settings = Settings()
        home = _beside(path, settings.home)
    except ValidationError as error:
        found += problems.describe(error, path, os.environ)
    except (SettingsError, ValueError, OSError, RuntimeError) as error:
        found += problems.unreadable(error, path, os.environ)
    # One in a section was refused with it, and is told already.
    told = "\n".join(found)
    unknown = problems.unknown_variables(Settings, os.environ)
    found += [line for line in unknown if f"variable {line.partition(':')[0]}:" not in told]
    if found:
        raise ConfigurationError(problems="\n".join(found))
    views = _beside(path, settings.pipelinedb.views)
    pipelinedb = settings.pipelinedb.model_copy(update={"views": views})
    return settings.model_copy(update={"home": home, "pipelinedb": pipelinedb})

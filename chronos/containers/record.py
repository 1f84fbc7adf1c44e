"""What `chronos start --docker` was told last, in ``docker/deployment.json`` of the state directory."""

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from chronos.embedded import files
from chronos.embedded.home import Home

PROFILES = ("pipelinedb", "grafana")


@dataclass(frozen=True)
class Record:
    """A deployment: whether it should run, and with what."""

    project: str
    image: str = ""
    workers: int = 2
    profiles: tuple[str, ...] = ()
    site: str | None = None
    runs: bool = False
    """Whether all of it should run now."""
    stopped: tuple[str, ...] = ()
    """Names of the services that should not, since a person stopped them."""
    chosen: bool = True
    """Whether `chronos start` without a flag means this way."""

    @classmethod
    def read(cls, home: Home) -> "Record":
        """What was told last; what it would be for a new one where nothing was."""
        content = files.read_json(path(home))
        if not content:
            name = hashlib.sha256(str(home.path).encode()).hexdigest()[:8]
            return cls(f"chronos-{name}", chosen=False)
        several = {name: tuple(content.get(name, ())) for name in ("profiles", "stopped")}
        return cls(**content | several)

    def but(self, **changed: object) -> "Record":
        """The same with other fields."""
        return replace(self, **changed)  # type: ignore[arg-type]

    def write(self, home: Home) -> None:
        """Keep it."""
        home.make()
        path(home).parent.mkdir(mode=0o700, exist_ok=True)
        files.write_json(path(home), asdict(self))


def path(home: Home) -> Path:
    """Where it is kept."""
    return home.path / "docker" / "deployment.json"

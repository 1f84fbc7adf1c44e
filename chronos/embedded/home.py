"""The state directory: what lies where in it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """Paths below ``settings.home``."""

    path: Path

    def make(self) -> None:
        """Create it, and keep it out of version control."""
        self.run.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.logs.mkdir(exist_ok=True, mode=0o700)
        ignore = self.path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")

    @property
    def run(self) -> Path:
        """What is true of the running processes only."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        """A log for each service."""
        return self.path / "log"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.run / "supervisor.lock"

    @property
    def state(self) -> Path:
        """What runs, as the supervisor last saw it."""
        return self.run / "state.json"

    @property
    def desired(self) -> Path:
        """What should run, as `chronos start` and `chronos stop` last said."""
        return self.run / "desired.json"

    @property
    def desired_lock(self) -> Path:
        """Held while ``desired`` is changed."""
        return self.run / "desired.lock"

    @property
    def addresses(self) -> Path:
        """The addresses that were chosen; see chronos.addresses."""
        return self.path / "addresses.json"

    @property
    def backup_lock(self) -> Path:
        """Held by whoever backs up or restores."""
        return self.run / "backup.lock"

    @property
    def restoring(self) -> Path:
        """There from when a restore writes until all has its place: what is restored."""
        return self.path / "restoring.json"

    def log(self, name: str) -> Path:
        """The log of the service ``name``."""
        return self.logs / f"{name}.log"

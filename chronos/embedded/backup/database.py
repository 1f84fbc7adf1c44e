"""PostgreSQL's part of a backup: a base backup, taken from the running server, and put back."""

import os
import shutil
import subprocess
from pathlib import Path

from chronos.embedded.account import Account, binaries
from chronos.embedded.backup.errors import NotABackup, NotBackedUp, OtherVersion
from chronos.embedded.cluster import OWNER
from chronos.embedded.postgres import Postgres

MANIFEST = "backup_manifest"  # PostgreSQL's own


def base_backup(postgres: Postgres, secret: str, target: Path) -> None:
    """Copy the running server's data to ``target``, with the log that makes it consistent; or NotBackedUp."""
    command = [
        str(binaries(postgres.account) / "pg_basebackup"),
        "--host=127.0.0.1",
        f"--port={postgres.port}",
        f"--username={OWNER}",
        f"--pgdata={target}",
        "--checkpoint=fast",
        "--wal-method=stream",
        "--no-password",
    ]
    environment = {**os.environ, "PGPASSWORD": secret, "LC_ALL": "C"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise NotBackedUp(path=target, reason=f"pg_basebackup: {_last(result.stderr)}")


def verify(source: Path, chronos: str) -> None:
    """Raise NotABackup where a file is not what it was, OtherVersion where this PostgreSQL can't read it."""
    programs = binaries(Account.choose())
    theirs = _version(source)
    ours = subprocess.run(
        [str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    if ours.partition(".")[0] != theirs:
        raise OtherVersion(what="PostgreSQL", theirs=theirs, ours=ours, chronos=chronos)
    result = subprocess.run(
        [str(programs / "pg_verifybackup"), "--exit-on-error", "--quiet", str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise NotABackup(path=source.parent, reason=_last(result.stderr))


def put_back(source: Path, postgres: Postgres, fresh: Path) -> None:
    """Copy a base backup to ``fresh``, beside the data directory, for the account that will run it."""
    account = postgres.account
    account.make_folder(fresh.parent)
    shutil.copytree(source, fresh, ignore=shutil.ignore_patterns(MANIFEST))
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if account.user is not None and account.group is not None:
            os.chown(path, account.user, account.group)


def version(data: Path) -> str:
    """The major version of the PostgreSQL whose data directory, or backup, this is."""
    return (data / "PG_VERSION").read_text().strip()


def _version(source: Path) -> str:
    try:
        return version(source)
    except OSError as error:
        raise NotABackup(path=source.parent, reason=str(error)) from error


def _last(text: str) -> str:
    return " ".join(text.strip().splitlines()[-2:]) or "it does not say why"

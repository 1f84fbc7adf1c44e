"""Makes PostgreSQL's data directory, and clears away what a killed server left."""

import contextlib
import secrets
import shutil
import time
from pathlib import Path

import psutil

from chronos.embedded import files
from chronos.embedded.account import Account
from chronos.embedded.errors import CommandFailed

OWNER = "chronos"
DATABASE = "chronos"
INITDB_SECONDS = 180
ORPHANS_SECONDS = 5.0


def password(home: Path) -> str:
    """The owner's password: made once, kept where its owner only can read it."""
    path = home / "postgres.password"
    if not path.exists():
        files.write_whole(path, secrets.token_urlsafe(24) + "\n")
    return path.read_text().strip()


def make(account: Account, programs: Path, data: Path, secret: str) -> None:
    """Make the data directory ``data`` with one database, unless it is there; or raise CommandFailed."""
    if (data / "PG_VERSION").exists():
        return
    account.make_folder(data.parent)
    # Made aside and moved, so that an interrupted one is never taken for whole.
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _initdb(account, programs, fresh, secret)
    _run(
        account,
        [str(programs / "postgres"), "--single", "-D", str(fresh), "postgres"],
        f"create database {DATABASE}",
    )
    fresh.rename(data)


def clear_away(data: Path) -> None:
    """End the orphans of a killed server, and remove the file that would keep a new one from starting.

    To be called only when no postmaster of ours runs on ``data``.
    """
    deadline = time.monotonic() + ORPHANS_SECONDS
    while orphans := _living_in(data):
        if time.monotonic() > deadline:
            for process in orphans:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(orphans, timeout=ORPHANS_SECONDS)
            break
        time.sleep(0.05)
    # Its pid may by now be that of a stranger, and then PostgreSQL would refuse to start.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _initdb(account: Account, programs: Path, data: Path, secret: str) -> None:
    secret_file = data.with_name("password.new")
    files.write_whole(secret_file, secret)
    if account.user is not None and account.group is not None:
        shutil.chown(secret_file, account.user, account.group)
    try:
        _run(
            account,
            [
                str(programs / "initdb"),
                f"--pgdata={data}",
                f"--username={OWNER}",
                f"--pwfile={secret_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # PostgreSQL's own C.UTF-8, which is the same on every system.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ],
        )
    finally:
        secret_file.unlink()


def _run(account: Account, command: list[str], text: str = "") -> None:
    result = account.run(command, INITDB_SECONDS, text)
    if result.returncode:
        reason = " | ".join((result.stderr or result.stdout).strip().splitlines()[-3:])
        raise CommandFailed(command=Path(command[0]).name, reason=reason)


def _living_in(data: Path) -> list[psutil.Process]:
    # Every process of a server, and no other, has the data directory as its working directory.
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if "postgres" in process.info["name"] and Path(process.cwd()) == data:
                found.append(process)
    return found

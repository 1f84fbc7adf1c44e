"""`chronos migrate`."""

import asyncio
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chronos.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date. `chronos start` does that, too, before it starts a worker.

    \b
    Example:
      CHRONOS_TIMESCALEDB_URL=postgresql://me:secret@db/app chronos migrate
    """
    from chronos import migrations, settings

    current = settings.load()
    applied = asyncio.run(migrations.migrate(_database(current), current))
    click.echo("\n".join(f"Applied {name}" for name in applied) or "Nothing to do")


def _database(settings: "Settings") -> str:
    from chronos import addresses
    from chronos.errors import MissingAddress

    url = settings.timescaledb.url or addresses.embedded(settings).get("timescaledb")
    if not url:
        raise MissingAddress(
            service="TimescaleDB", setting="[timescaledb] url", variable="CHRONOS_TIMESCALEDB_URL"
        )
    return str(url)

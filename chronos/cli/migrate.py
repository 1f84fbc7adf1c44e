"""`chronos migrate`."""

import asyncio

import click


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date. `chronos start` does that, too, before it starts a worker.

    \b
    Example:
      CHRONOS_TIMESCALEDB_URL=postgresql://me:secret@db/app chronos migrate
    """
    from chronos import addresses, migrations, settings

    current = settings.load()
    applied = asyncio.run(migrations.migrate(addresses.timescaledb(current), current))
    click.echo("\n".join(f"Applied {name}" for name in applied) or "Nothing to do")

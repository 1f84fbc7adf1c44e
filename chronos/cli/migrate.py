"""`chronos migrate`."""

import asyncio

import click


@click.command()
def migrate() -> None:
    """Bring the database's schema and the continuous views up to date. `chronos start` does that, too.

    A view that is new or has changed is filled from the raw events, while workers go on.

    \b
    Example:
      CHRONOS_TIMESCALEDB_URL=postgresql://me:secret@db/app chronos migrate
    """
    from chronos import addresses, migrations, settings
    from chronos.cli import filling
    from chronos.views import catalog

    current = settings.load()
    declared = catalog.declared(catalog.files(current.pipelinedb.views))  # what is wrong is said before
    done = [
        f"Applied {name}" for name in asyncio.run(migrations.migrate(addresses.timescaledb(current), current))
    ]
    if current.pipelinedb.kept_by_chronos:
        with filling.filler(current) as filler:
            done += [f"Filled view {name}" for name in asyncio.run(filler.install(declared))]
    click.echo("\n".join(done) or "Nothing to do")

"""`chronos migrate`."""

import asyncio
import sys

import click


@click.command()
def migrate() -> None:
    """Bring the database's schema and the continuous views up to date; workers do that, too.

    A view that is new or has changed is filled from the raw events, while workers go on. Where raw events are
    deleted after a time ([timescaledb] retention_days), a changed one is named and left as it is.

    \b
    Example:
      CHRONOS_TIMESCALEDB_URL=postgresql://me:secret@db/app chronos migrate
    """
    from chronos import addresses, migrations, settings
    from chronos.cli import filling
    from chronos.sinks.pipelinedb import install
    from chronos.views import catalog

    current = settings.load()
    files = catalog.files(current.pipelinedb.views)
    # What is wrong is said before anything is done.
    declared = catalog.declared(files) if current.pipelinedb.kept_by_chronos else []
    install.declared([] if declared else files)
    applied = asyncio.run(migrations.migrate(addresses.timescaledb(current), current))
    done = [f"Applied {name}" for name in applied]
    refused = []
    if declared:
        with filling.filler(current) as filler:
            installed = asyncio.run(filler.install(declared, current.timescaledb.retention_days))
        refused = installed.refused
        done += [f"Filled view {name}" for name in installed.filled]
        done += [
            f"View {name} is left as it was; `chronos views rebuild {name}` would forget what is older than"
            f" the raw events, which are kept for {current.timescaledb.retention_days} days"
            for name in installed.left
        ]
    for line in done:
        click.echo(line)
    for error in refused:
        click.echo(str(error), err=True)
    if refused:
        sys.exit(1)
    if not done:
        click.echo("Nothing to do")

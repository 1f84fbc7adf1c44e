"""`chronos migrate`."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from chronos.cli.project import quiet_option

if TYPE_CHECKING:
    from pathlib import Path

    from chronos.errors import UnsupportedView
    from chronos.settings import Settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would be done, and change nothing.")
@quiet_option
def migrate(dry_run: bool, quiet: bool) -> None:
    """Bring the database's schema and the continuous views up to date; workers do that, too.

    A view that is new or has changed is filled from the raw events, while workers go on. Where raw events are
    deleted after a time ([timescaledb] retention_days), a changed one is named and left as it is.

    Each migration is applied whole or not at all: where one fails, those before it stay, and the message says
    which statement it was.

    \b
    Examples:
      chronos migrate --dry-run
      CHRONOS_TIMESCALEDB_URL=postgresql://me:secret@db/app chronos migrate
    """
    from chronos import settings
    from chronos.cli import project
    from chronos.extensions import events
    from chronos.sinks.pipelinedb import install
    from chronos.views import catalog

    current = project.with_containers(settings.load())
    events.load(current)
    files = catalog.files(current.pipelinedb.views)
    if not current.pipelinedb.kept_by_chronos:
        install.declared(files)  # what is wrong is said before anything is done
    if dry_run:
        click.echo("\n".join(_plan(current, files)) or "Nothing to do")
        return
    done = [f"Applied {name}" for name in _migrate(current)]
    wrong: list[UnsupportedView] = []
    if current.pipelinedb.kept_by_chronos:
        filled, wrong = _fill(current, files, quiet)
        done += filled
    for line in [] if quiet else done:
        click.echo(line)
    for error in wrong:
        click.echo(f"Error: {error}", err=True)
    if wrong:
        sys.exit(1)
    if not done and not quiet:
        click.echo("Nothing to do")


def _plan(settings: "Settings", files: "list[Path]") -> "list[str]":
    from chronos.cli import planning

    return list(planning.plan(settings, files))


def _fill(
    settings: "Settings", files: "list[Path]", quiet: bool
) -> "tuple[list[str], list[UnsupportedView]]":
    """What was done about the views of files, in words, and what is wrong with others."""
    from chronos.cli import filling
    from chronos.views import catalog

    days = settings.timescaledb.retention_days
    views, unreadable = catalog.readable(files)
    with filling.filler(settings, quiet) as filler:
        installed = asyncio.run(filler.install(views, days))
        known = asyncio.run(filler.known())
    wrong = [*unreadable, *installed.refused.values()]
    done = [f"Filled view {name}" for name in installed.filled]
    done += [
        f"View {name} is left as it was; `chronos views rebuild {name}` would forget what is older than"
        f" the raw events, which are kept for {days} days"
        for name in installed.left
    ]
    done += [
        f"View {name} was dropped; `chronos views rebuild {name}` makes it" for name in installed.dropped
    ]
    if not wrong:
        gone = {entry.name for entry in known if entry.state == catalog.LIVE} - {view.name for view in views}
        done += [
            f"View {name} has no file any more; `chronos views drop {name}` ends it" for name in sorted(gone)
        ]
    return done, wrong


def _migrate(settings: "Settings") -> list[str]:
    from chronos import migrations
    from chronos.cli import ways

    return asyncio.run(migrations.migrate(ways.of(settings).running_database(), settings))

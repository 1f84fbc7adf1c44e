"""`chronos status`."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chronos.embedded.client import Overview
    from chronos.settings import Settings

NOT_RUNNING = 3


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, with the database's password in its address."
)
def status(as_json: bool) -> None:
    """Show what runs and where; exit code 3 when something that should run does not.

    \b
    Examples:
      chronos status
      psql "$(chronos status --json | jq -r .timescaledb)"
    """
    from chronos.cli import overview, project
    from chronos.embedded import client
    from chronos.embedded.home import Home

    settings = project.settings()
    seen = client.overview(Home(settings.home))
    if as_json:
        click.echo(json.dumps(overview.as_data(settings, seen), indent=2))
    else:
        _print(settings, seen)
    if seen.not_running or (seen.desired.services and not seen.supervised):
        sys.exit(NOT_RUNNING)


def _print(settings: "Settings", seen: "Overview") -> None:
    from chronos.cli import kafka_line, overview

    data = overview.as_data(settings, seen)
    if services := overview.listed(settings, seen):
        click.echo(overview.table(services) + "\n")
    click.echo(f"Web:      {data['web']}\nTracker:  {data['tracker']}\nKafka:    {data['kafka'] or '-'}")
    if data["kafka"]:
        click.echo(f"          {asyncio.run(kafka_line.ask(settings))}")
    if data["timescaledb"]:
        click.echo(asyncio.run(overview.Database.ask(data["timescaledb"])).line)
    click.echo(f"Home:     {data['home']}")
    for line in overview.remarks(seen):
        click.echo(line)

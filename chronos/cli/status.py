"""`chronos status`."""

import json
import shutil
import sys

import click

NOT_RUNNING = 3
NARROWEST = 60
WATCH_SECONDS = 2.0


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, with the database's password in its address."
)
@click.option("--watch", is_flag=True, help="Show it anew every two seconds, until Ctrl-C; in a terminal.")
def status(as_json: bool, watch: bool) -> None:
    """Show what runs and where, how far it is, and what to do; exit code 3 when what should run does not.

    Kafka, the database and the workers are asked, here or elsewhere, for some seconds at most. Memory counts
    the children of a service, lag is in beacons.

    \b
    Examples:
      chronos status
      chronos status --watch
      psql "$(chronos status --json | jq -r .timescaledb)"
    """
    from chronos.cli import advice, project, report

    if watch:
        _watch(as_json)
        return
    made = report.make(project.settings())
    if as_json:
        problems = [{"what": one.what, "do": one.do} for one in advice.troubles(made)]
        click.echo(json.dumps({**report.as_data(made), "problems": problems}, indent=2))
    else:
        click.echo(_text(made))
    if not made.healthy_exit:
        sys.exit(NOT_RUNNING)


def _watch(as_json: bool) -> None:
    from chronos.cli import project, watching

    if as_json:
        raise click.UsageError("--watch draws for people, --json prints once: use one of them")
    if not sys.stdout.isatty():
        raise click.UsageError(
            "--watch needs a terminal, and the output is none: leave it out, or use --json"
        )
    watching.watch(project.settings, _text, WATCH_SECONDS)


def _text(made: object) -> str:
    from chronos.cli import rendering
    from chronos.cli.report import Report

    assert isinstance(made, Report)
    # A pipe has no width; what is read by a program is not to be wrapped.
    width = shutil.get_terminal_size((rendering.WIDTH, 24)).columns if sys.stdout.isatty() else 10_000
    return rendering.text(made, max(NARROWEST, width - 1))

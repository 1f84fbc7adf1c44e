"""`chronos log`."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

LINES = 50


def _known(_: click.Context, __: click.Parameter, name: str) -> str:
    from chronos.embedded.brokers import is_broker
    from chronos.embedded.services import KNOWN, is_worker

    if name == "supervisor" or name in KNOWN or is_worker(name) or is_broker(name):
        return "worker-1" if name == "worker" else name
    known = ", ".join((*KNOWN, "kafka-N", "worker-N", "supervisor"))
    raise click.BadParameter(f"there is no service {name!r}: known are {known}")


@click.command()
@click.argument("service", callback=_known)
@click.option("-f", "--follow", is_flag=True, help="Go on showing what is written, until Ctrl-C.")
@click.option(
    "-n", "--lines", default=LINES, show_default=True, type=click.IntRange(0), help="How many lines."
)
def log(service: str, follow: bool, lines: int) -> None:
    """Show the log of a service: kafka, postgres, worker, worker-N or supervisor.

    \b
    Examples:
      chronos log worker -f
      chronos log kafka -n 200
    """
    from chronos.embedded import logs

    path = _path(service)
    for line in logs.last_lines(path, lines):
        click.echo(line)
    if follow:
        for text in logs.follow(path):
            click.echo(text, nl=False)


def _path(service: str) -> "Path":
    from chronos.cli import project
    from chronos.cli.errors import NoLog
    from chronos.embedded.home import Home

    path = Home(project.settings().home).log(service)
    if not path.exists():
        raise NoLog(service=service, path=path)
    return path

"""`chronos worker`."""

import os
import sys

import click


@click.command()
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="The least that is logged, to standard error; without it, [log] level.",
)
def worker(log_level: str | None) -> None:
    """Run one worker in the foreground, until SIGTERM: for containers and init systems.

    Kafka and the database are those of the settings; topics and tables that are missing are made. Workers
    that share a state directory take folders of their own in it, unless the setting `worker` names them.

    \b
    Examples:
      chronos worker
      CHRONOS_WEB_PORT=6067 chronos worker --log-level warning
    """
    from chronos.cli import project
    from chronos.containers import slots
    from chronos.embedded.worker import faust

    settings = project.settings()
    name = settings.worker or slots.take(settings.home)
    command = [*faust(settings), *(["-l", log_level] if log_level else [])]
    os.execve(sys.executable, command, {**os.environ, "CHRONOS_WORKER": name})

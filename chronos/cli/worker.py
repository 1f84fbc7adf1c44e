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

    settings = project.settings()
    name = settings.worker or slots.take(settings.home)
    # Otherwise Faust's command begins with a table of what it runs.
    quiet = ["--quiet"] if settings.log.format == "json" else []
    level = ["-l", log_level] if log_level else []
    command = [sys.executable, "-m", "faust", *quiet, "-A", "chronos", "worker", *level]
    os.execve(sys.executable, command, {**os.environ, "CHRONOS_WORKER": name})

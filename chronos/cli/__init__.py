"""The command line. Its modules import only click at first, so that `chronos --help` is fast."""

import logging
import sys
from errno import EACCES, EDQUOT, EIO, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from typing import Any

import click

from chronos.cli import (
    alerts,
    backup,
    completion,
    configuration,
    dashboards,
    demo,
    doctor,
    event_types,
    export,
    helping,
    initialise,
    install_kafka,
    install_pipeline,
    keys,
    logfiles,
    migrate,
    origins,
    psql,
    replay,
    restarting,
    sinks,
    snippet,
    starting,
    status,
    stopping,
    topics,
    views,
    windows,
    worker,
)
from chronos.cli.group import Group
from chronos.errors import ChronosError

FAILED = 1
# Of a file or a folder that somebody else has to see to.
OF_FILES = {EACCES, EDQUOT, EIO, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS}
INTERRUPTED = 130
WIDEST = 100  # characters of help, where a terminal has as many


class Commands(Group):
    """Commands in the order in which one meets them; here, and only here, errors become a line and a code."""

    def list_commands(self, _: click.Context) -> list[str]:
        """As they were added."""
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:
        """Turn an error of ours into its message and exit code 1, an interrupt into its code alone."""
        try:
            return super().invoke(context)
        except ChronosError as error:
            raise _failure(error) from error
        except OSError as error:
            if error.errno not in OF_FILES:
                raise  # a pipe that is closed is click's to tell; the rest is for us to mend
            from chronos.cli.errors import CannotUse

            path = error.filename or "What this writes"
            raise _failure(CannotUse(path=path, reason=error.strerror)) from error
        except KeyboardInterrupt as interrupt:
            if sys.stderr.isatty():
                click.echo(err=True)  # a terminal shows ^C, and the prompt would follow
            raise click.exceptions.Exit(INTERRUPTED) from interrupt


def _failure(error: ChronosError) -> click.ClickException:
    failure = click.ClickException(str(error))
    failure.exit_code = FAILED
    return failure


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST}
)
@click.version_option(package_name="chronos")
def main() -> None:
    """Chronos captures what people do in your web application: every event a row, on your own server.

    \b
    Examples, to begin with:
      chronos init      write chronos.toml, with a key for your pages
      chronos start     run Kafka, PostgreSQL and a worker on this machine
      chronos status    see what runs, and where
      chronos snippet   get the line for your pages

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 (of status) something that should run does not,
    130 interrupted.
    """
    # aiokafka reports each broker that does not answer; the commands say that themselves.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


for command in (
    initialise.init,
    starting.start,
    stopping.stop,
    restarting.restart,
    status.status,
    logfiles.log,
    doctor.doctor,
    demo.demo,
    topics.topics,
    alerts.alerts,
    psql.psql,
    export.export,
    replay.replay,
    migrate.migrate,
    install_kafka.install_kafka,
    install_pipeline.install_pipeline,
    views.views,
    windows.windows,
    sinks.sinks,
    event_types.events,
    dashboards.dashboards,
    keys.key,
    origins.origin,
    snippet.snippet,
    configuration.config,
    backup.backup,
    backup.restore,
    worker.worker,
    completion.completion,
    helping.help_of,
):
    main.add_command(command)

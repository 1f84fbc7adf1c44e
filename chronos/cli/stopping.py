"""`chronos stop`."""

from typing import TYPE_CHECKING

import click

from chronos.cli.project import quiet_option, service_arguments

if TYPE_CHECKING:
    from chronos.settings import Settings

MARGIN_SECONDS = 60.0


@click.command()
@service_arguments
@quiet_option
def stop(services: tuple[str, ...], quiet: bool) -> None:
    """Stop services that run here, workers first; without a name all of them.

    \b
    Examples:
      chronos stop
      chronos stop worker
    """
    from chronos.cli import project, ways

    stopped = ways.of(project.settings()).stop(services, quiet)
    if not quiet:
        click.echo(f"Stopped {', '.join(stopped)}" if stopped else "Nothing of that was running")


def here(settings: "Settings", services: tuple[str, ...], quiet: bool) -> list[str]:
    """Have the supervisor of this machine stop ``services``, and return which ran."""
    from chronos.cli import selection
    from chronos.cli.progress import waiting
    from chronos.embedded import client
    from chronos.embedded.home import Home

    home = Home(settings.home)
    seen = client.overview(home)
    chosen = selection.to_stop(services, [service.name for service in seen.services], settings)
    for line in [] if quiet else chosen.elsewhere:
        click.echo(line)
    if seen.anything_left:
        desired = client.change(home, chosen.edit)
        seconds = settings.limits.stop_seconds + MARGIN_SECONDS
        with waiting("Stopping", quiet):
            client.wait_stopped(home, desired.revision, chosen.names, seconds)
    return [service.name for service in seen.services if service.pid and service.name in chosen.names]

"""`chronos stop`."""

from typing import TYPE_CHECKING

import click

from chronos.cli.project import quiet_option, service_arguments

if TYPE_CHECKING:
    from chronos.embedded.client import Overview
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
      chronos stop worker-2
    """
    from chronos.cli import project, ways

    stopped = ways.of(project.settings_to_stop()).stop(services, quiet)
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
    _warn(settings, seen, chosen.names)
    if seen.anything_left:
        desired = client.change(home, chosen.edit)
        seconds = settings.limits.stop_seconds + MARGIN_SECONDS
        with waiting("Stopping", quiet):
            client.wait_stopped(home, desired.revision, chosen.names, seconds)
    return [service.name for service in seen.services if service.pid and service.name in chosen.names]


def _warn(settings: "Settings", seen: "Overview", names: "frozenset[str]") -> None:
    """Say where some brokers go on running that beacons are not taken any more all the same."""
    import asyncio

    from chronos import addresses
    from chronos.cli import looking
    from chronos.embedded.brokers import is_broker, node
    from chronos.errors import ChronosError

    running = {one.name for one in seen.services if is_broker(one.name) and one.pid}
    stopping = running & names
    if not stopping or stopping == running:  # Kafka as a whole is meant
        return
    try:
        state = asyncio.run(looking.kafka(settings, addresses.kafka(settings)))
    except ChronosError:  # nobody knows
        return
    refusing = state.refusing_without({node(name) for name in stopping})
    if refusing:
        away = " and ".join(f"kafka-{number}" for number in state.away)
        why = f", since {away} is away" if away else ""
        click.echo(
            f"Without {' and '.join(sorted(stopping))} {len(refusing)} partitions take nothing{why}: beacons"
            " go to the spool until enough brokers run again",
            err=True,
        )

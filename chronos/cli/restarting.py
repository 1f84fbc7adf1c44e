"""`chronos restart`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from chronos.cli.project import quiet_option, service_arguments
from chronos.cli.starting import announce, see_to_kafka, tell_address, timeout_option
from chronos.cli.stopping import MARGIN_SECONDS

if TYPE_CHECKING:
    from chronos.embedded.home import Home
    from chronos.settings import Settings


@click.command()
@service_arguments
@timeout_option
@quiet_option
def restart(services: tuple[str, ...], timeout: int, quiet: bool) -> None:
    """Stop services and start them again, one by one, workers last; without a name all that should run.

    Of several brokers each is stopped only when no other one lacks anything, so that beacons are taken all
    the while; exit code 1 when that does not come, and what is left is not restarted. Workers go on while
    Kafka or PostgreSQL is away, and beacons wait on disk. Where several workers run, one of them takes
    beacons at any time. Changed settings are taken over. A service that is named and does not run is started.

    \b
    Examples:
      chronos restart
      chronos restart worker
      chronos restart kafka worker-2
    """
    from chronos.cli import project, ways

    ways.of(project.settings()).restart(services, timeout, quiet)


def here(settings: "Settings", services: tuple[str, ...], timeout: int, quiet: bool) -> None:
    """Have the supervisor of this machine restart ``services``, one by one."""
    from chronos.cli import selection
    from chronos.cli.errors import NothingToRestart
    from chronos.cli.rolling import Rolling
    from chronos.embedded import client
    from chronos.embedded.brokers import is_broker
    from chronos.embedded.home import Home

    home = Home(settings.home)
    desired = client.overview(home).desired.services
    chosen = selection.to_restart(services, settings, desired)
    for line in [] if quiet else chosen.elsewhere:
        click.echo(line)
    if not chosen.names and not chosen.elsewhere:
        raise NothingToRestart
    see_to_kafka(settings, chosen.names, quiet)
    left = _start_brokers(settings, home, chosen.names, timeout, quiet)
    rolling = Rolling(settings, timeout, quiet)
    while left:
        if is_broker(left[0]):
            rolling.before(left[0], left)
        name = left.pop(0)
        _again(settings, home, name, timeout, quiet)
        if is_broker(name):
            rolling.after(name, left)
    if not quiet and any(name.startswith("worker") for name in chosen.names):
        tell_address(settings)


def _start_brokers(
    settings: "Settings", home: "Home", names: "frozenset[str]", timeout: int, quiet: bool
) -> list[str]:
    """Start brokers that do not run, together: none gets ready alone. What is left to restart, in order."""
    from chronos.cli.progress import waiting
    from chronos.embedded import client
    from chronos.embedded.brokers import is_broker
    from chronos.embedded.services import in_order

    running = {one.name for one in client.overview(home).services if one.pid}
    down = {name for name in names if is_broker(name) and name not in running}
    if down:
        with waiting(f"Starting {' '.join(sorted(down))}", quiet):
            revision = client.change(home, lambda before: before | down).revision
            client.wait_running(home, revision, down, timeout, lambda one: announce(one, quiet))
    return sorted(names - down, key=in_order)


def _again(settings: "Settings", home: "Home", name: str, timeout: int, quiet: bool) -> None:
    from chronos.cli.progress import waiting
    from chronos.embedded import client

    seconds = settings.limits.stop_seconds + MARGIN_SECONDS
    with waiting(f"Restarting {name}", quiet):
        with _desired_again(home, name):
            if any(one.pid for one in client.overview(home).services if one.name == name):
                revision = client.change(home, lambda before: before - {name}).revision
                client.wait_stopped(home, revision, {name}, seconds)
        revision = client.change(home, lambda before: before | {name}).revision
        client.wait_running(home, revision, {name}, timeout, lambda one: announce(one, quiet))


@contextmanager
def _desired_again(home: "Home", name: str) -> Iterator[None]:
    """What is stopped should run again, also when this command is interrupted."""
    from chronos.embedded import client

    try:
        yield
    except BaseException:
        client.change(home, lambda before: before | {name})
        raise

"""`chronos start`."""

import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import click

from chronos.cli.project import service_arguments

if TYPE_CHECKING:
    from chronos.embedded.state import ServiceState
    from chronos.settings import Settings

TIMEOUT_SECONDS = 120


@click.command()
@service_arguments
@click.option("--workers", type=click.IntRange(1, 99), help="How many workers run; as many as before, or 1.")
@click.option(
    "--timeout", default=TIMEOUT_SECONDS, show_default=True, help="Longest time to wait, in seconds."
)
def start(services: tuple[str, ...], workers: int | None, timeout: int) -> None:
    """Start what is not running, in the background, and return when it is ready.

    SERVICE is kafka, postgres or worker; without one all of them are meant. What the settings name an
    address for is used, not started. It is safe to repeat, and heals after a crash.

    \b
    Examples:
      chronos start
      chronos start --workers 4
      chronos start kafka postgres
    """
    from chronos.cli import project, selection
    from chronos.embedded import client
    from chronos.embedded.home import Home

    settings = project.settings()
    home = Home(settings.home)
    chosen = selection.to_start(services, workers, settings, client.overview(home).desired.services)
    for line in chosen.elsewhere:
        click.echo(line)
    if chosen.names:
        _fetch_jars(home, chosen.names)
        desired = client.change(home, chosen.edit)
        client.wait_running(home, desired.revision, chosen.names, timeout, partial(_announce, settings))
        _tell_address(settings, chosen.names)


def _fetch_jars(home: object, names: "frozenset[str]") -> None:
    """Fetch Kafka's jars here, where somebody sees the progress, before the supervisor needs them."""
    from chronos.cli.progress import Progress
    from chronos.embedded import jars
    from chronos.embedded.brokers import is_broker

    if any(map(is_broker, names)):
        with Progress(sys.stderr) as progress:
            jars.ensure(progress)


def _announce(settings: "Settings", service: "ServiceState") -> None:
    from chronos.cli.overview import web_address
    from chronos.embedded.services import is_worker

    # What a person opens: the address that this worker shares with the others.
    address = web_address(settings) if is_worker(service.name) else service.address
    up = f" (up {time.time() - service.create_time:.1f} s)" if service.create_time else ""
    click.echo(f"{service.name:<10} runs at {address}{up}")
    if service.note:
        click.echo(f"{'':<10} {service.note}")


def _tell_address(settings: "Settings", names: "frozenset[str]") -> None:
    from chronos.cli.overview import web_address

    if any(name.startswith("worker") for name in names):
        web = web_address(settings)
        click.echo(f"\nLive page: {web}/\nDemo page: {web}/demo")
        if not settings.active_keys:
            click.echo("No beacon is accepted: there is no write key. `chronos key new` makes one.", err=True)

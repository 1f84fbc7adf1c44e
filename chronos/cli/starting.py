"""`chronos start`."""

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from chronos.cli.project import quiet_option, service_arguments

if TYPE_CHECKING:
    from chronos.embedded.state import ServiceState
    from chronos.settings import Settings

TIMEOUT_SECONDS = 120

timeout_option = click.option(
    "--timeout", default=TIMEOUT_SECONDS, show_default=True, help="Longest time to wait, in seconds."
)


@click.command()
@service_arguments
@click.option(
    "--workers",
    type=click.IntRange(1, 99),
    help="How many workers run; as many as before, or 1, or 2 in containers.",
)
@timeout_option
@click.option(
    "--docker/--embedded",
    default=None,
    help="Run everything in containers, or without; as before, or without.",
)
@click.option("--image", help="Image of the workers (--docker); without it, one is built from this Chronos.")
@click.option(
    "--pipelinedb/--no-pipelinedb", default=None, help="Have a PipelineDB (--docker); as before, or no."
)
@click.option(
    "--grafana/--no-grafana", default=None, help="Have Grafana and Prometheus (--docker); as before, or no."
)
@click.option(
    "--site", help="Name for which the proxy speaks HTTPS, with a certificate of its own (--docker)."
)
@quiet_option
def start(
    services: tuple[str, ...],
    workers: int | None,
    timeout: int,
    docker: bool | None,
    quiet: bool,
    **of_docker: Any,
) -> None:
    """Start what is not running, in the background, and return when it is ready.

    SERVICE is kafka, postgres or worker; without one all of them are meant. What the settings name an
    address for is used, not started. It is safe to repeat, and heals after a crash. With --docker there are
    three brokers, TimescaleDB, two workers and a proxy, in containers.

    \b
    Examples:
      chronos start
      chronos start --workers 4
      chronos start kafka postgres
      chronos start --docker --workers 3 --grafana
      chronos start --docker --site stats.example.com
    """
    from chronos.cli import in_containers, project
    from chronos.cli.ways.embedded import Embedded

    settings = project.settings()
    if in_containers.is_meant(settings, docker, of_docker):
        in_containers.start(settings, services, workers, timeout, of_docker, quiet)
    else:
        Embedded.check(services)
        _start(settings, services, workers, timeout, quiet)


def _start(
    settings: "Settings", services: tuple[str, ...], workers: int | None, timeout: int, quiet: bool
) -> None:
    from chronos.cli import selection
    from chronos.cli.progress import waiting
    from chronos.embedded import client
    from chronos.embedded.home import Home

    home = Home(settings.home)
    chosen = selection.to_start(services, workers, settings, client.overview(home).desired.services)
    for line in [] if quiet else chosen.elsewhere:
        click.echo(line)
    if any(name.startswith("worker") for name in chosen.names):
        _check_extensions()
    if chosen.names:
        see_to_kafka(settings, chosen.names, quiet)
        desired = client.change(home, chosen.edit)
        with waiting("Starting", quiet):
            client.wait_running(
                home,
                desired.revision,
                chosen.names,
                timeout,
                lambda one: announce(one, quiet),
            )
        if not quiet and any(name.startswith("worker") for name in chosen.names):
            tell_address(settings)


def _check_extensions() -> None:
    """Say what is wrong with what is not ours here, where somebody sees it, and not in a worker's log."""
    from chronos.cli import project
    from chronos.extensions import sinks, views

    settings = project.extended_settings()
    views.files()
    sinks.declared(settings)


def see_to_kafka(settings: "Settings", names: "frozenset[str]", quiet: bool) -> None:
    """Say what is wrong with its data; fetch its jars here, where somebody sees the progress."""
    from chronos.cli.progress import Progress
    from chronos.embedded import brokers, jars
    from chronos.embedded.storage import Storage

    if any(map(brokers.is_broker, names)):
        Storage(settings.home, brokers.names(settings)).refuse_other_layout()
        with Progress(sys.stderr, quiet) as progress:
            jars.ensure(progress)


def announce(service: "ServiceState", quiet: bool) -> None:
    """Say that a service runs, and where."""
    if quiet:
        return
    up = f" (up {time.time() - service.create_time:.1f} s)" if service.create_time else ""
    click.echo(f"{service.name:<10} runs at {service.address}{up}")
    if service.note:
        click.echo(f"{'':<10} {service.note}")


def tell_address(settings: "Settings") -> None:
    """Say where the pages are, and that nobody may send where that is so."""
    from chronos.cli import advice, ways

    way = ways.of(settings)
    click.echo(f"\nLive page: {way.web}/\nDemo page: {way.web}/demo")
    for moved in advice.port(way):
        click.echo(str(moved), err=True)
    if not settings.active_keys:
        click.echo("No beacon is accepted: there is no write key. `chronos key new` makes one.", err=True)

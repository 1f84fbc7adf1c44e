"""`chronos origin`: whose pages may send."""

import json
from typing import TYPE_CHECKING

import click

from chronos.cli import completing
from chronos.cli.group import Group

if TYPE_CHECKING:
    from chronos.settings import Settings


@click.group(cls=Group)
def origin() -> None:
    """List, add and remove the origins whose pages may send; those of Chronos' own address always may.

    An origin is scheme://host[:port]; `*` is one label of a host or any port. Running workers take a change
    within seconds, without a restart.

    \b
    Examples:
      chronos origin list
      chronos origin add https://shop.example
    """


@origin.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_origins(as_json: bool) -> None:
    """Show the origins whose pages may send.

    \b
    Examples:
      chronos origin list
      chronos origin list --json
    """
    from chronos.cli import project

    origins = project.settings().web.allowed_origins
    if as_json:
        click.echo(json.dumps(origins, indent=2))
    elif not origins:
        click.echo("There is none: `chronos origin add https://shop.example` adds one")
    for one in [] if as_json else origins:
        click.echo(one)


@origin.command()
@click.argument("origin")
def add(origin: str) -> None:
    """Let pages of ORIGIN send, from now on.

    \b
    Examples:
      chronos origin add https://shop.example
      chronos origin add "https://*.shop.example"
    """
    from chronos.cli import doubts, originfile

    added = originfile.add(origin)
    click.echo(f"Pages of {origin} may send" if added else f"Pages of {origin} may send already")
    for doubt in doubts.of_origin(origin):
        click.echo(f"Doubtful: {doubt}", err=True)
    if added:
        _tell_workers()


@origin.command()
@click.argument("origin", shell_complete=completing.origins)
def remove(origin: str) -> None:
    """Refuse what pages of ORIGIN send, from now on.

    \b
    Example:
      chronos origin remove https://shop.example
    """
    from chronos.cli import originfile, project

    originfile.remove(origin)
    settings = project.settings()
    if by := _still_allowed(settings, origin):
        click.echo(f"Removed {origin}, but its pages may send still, by {by}", err=True)
    else:
        click.echo(f"Pages of {origin} may send no more")
    _tell_workers()


def _still_allowed(settings: "Settings", origin: str) -> str | None:
    """The entry of the list by which pages of an origin may send."""
    from chronos.web.access import pattern

    found = (one for one in settings.web.allowed_origins if pattern(one).fullmatch(origin))
    return next(found, None)


def _tell_workers() -> None:
    """Say whether workers that run here take it over."""
    from chronos.cli import project
    from chronos.cli.originfile import LOCATION
    from chronos.embedded import client
    from chronos.embedded.home import Home
    from chronos.embedded.services import is_worker
    from chronos.settings import provenance

    seen = client.overview(Home(project.settings().home))
    if not any(is_worker(one.name) and one.pid for one in seen.services):
        return
    if variable := provenance.variable_of(LOCATION, seen.desired.environment):
        click.echo(
            f"The workers that run were started with {variable}, which wins over chronos.toml:"
            " unset it and `chronos restart worker`",
            err=True,
        )
    else:
        click.echo("Running workers take it over within seconds")

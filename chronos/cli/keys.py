"""`chronos key`: the keys with which pages may write, and people read."""

import json
from typing import TYPE_CHECKING

import click

from chronos.cli import completing, times
from chronos.cli.group import Group

if TYPE_CHECKING:
    from chronos.settings import KeyFields


@click.group(cls=Group)
def key() -> None:
    """List, make and revoke keys: with a write key pages send, with a read key people and programs read.

    Running workers take a change within seconds, without a restart.

    \b
    Examples:
      chronos key list
      chronos key new shop
    """


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """Show all keys, the revoked ones, too.

    \b
    Example:
      chronos key list --json
    """
    from chronos.cli import project

    settings = project.settings()
    keys = [_fields(key, "write") for key in settings.write_keys]
    keys += [_fields(key, "read") for key in settings.read_keys]
    if as_json:
        click.echo(json.dumps(keys, indent=2))
    elif not keys:
        click.echo("There is no key: `chronos key new` makes one")
    for row in [] if as_json else keys:
        verb, when = ("revoked", row["revoked"]) if row["revoked"] else ("since", row["created"])
        since = f"{verb} {times.shown_text(when, 'ever')}"
        click.echo(f"{row['key']}  {row['kind']:<5}  {row['name']}  {since}")


@key.command()
@click.argument("name", default="default", shell_complete=completing.projects)
@click.option("--read", "to_read", is_flag=True, help="One that reads from elsewhere, and never writes.")
def new(name: str, to_read: bool) -> None:
    """Make a write key for the project NAME (default if there is only one), or a read key for NAME.

    It is printed. A read key is a secret: no page holds it. From the worker's own machine nobody needs one.

    \b
    Examples:
      chronos key new shop
      chronos key new --read grafana
    """
    from chronos.cli import keyfile

    click.echo(keyfile.add(name, keyfile.READ if to_read else keyfile.WRITE))


@key.command()
@click.argument("key", shell_complete=completing.keys)
def revoke(key: str) -> None:
    """Refuse KEY from now on; it stays in the file, marked as revoked.

    \b
    Example:
      chronos key revoke 3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAA
    """
    from chronos.cli import keyfile

    click.echo(f"{key} is refused {keyfile.revoke(key)}")


def _fields(key: "KeyFields", kind: str) -> dict[str, str | None]:
    created, revoked = (time.isoformat() if time else None for time in (key.created, key.revoked))
    return {"key": key.key, "kind": kind, "name": key.name, "created": created, "revoked": revoked}

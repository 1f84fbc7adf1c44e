"""`chronos key`: the keys with which pages may write."""

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chronos.settings import WriteKeyFields


@click.group()
def key() -> None:
    """List, make and revoke the keys with which pages may write.

    Running workers take a change within seconds, without a restart.
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

    keys = [_fields(key) for key in project.settings().write_keys]
    if as_json:
        click.echo(json.dumps(keys, indent=2))
    elif not keys:
        click.echo("There is no key: `chronos key new` makes one")
    for row in [] if as_json else keys:
        since = f"revoked {row['revoked']}" if row["revoked"] else f"since {row['created'] or 'ever'}"
        click.echo(f"{row['key']}  {row['name']}  {since}")


@key.command()
@click.argument("name", default="default")
def new(name: str) -> None:
    """Make a key for the project NAME (default if there is only one), and print it.

    \b
    Example:
      chronos key new shop
    """
    from chronos.cli import keyfile

    click.echo(keyfile.add(name))


@key.command()
@click.argument("key")
def revoke(key: str) -> None:
    """Refuse KEY from now on; it stays in the file, marked as revoked.

    \b
    Example:
      chronos key revoke 3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAA
    """
    from chronos.cli import keyfile

    click.echo(f"{key} is refused {keyfile.revoke(key)}")


def _fields(key: "WriteKeyFields") -> dict[str, str | None]:
    created, revoked = (time.isoformat() if time else None for time in (key.created, key.revoked))
    return {"key": key.key, "name": key.name, "created": created, "revoked": revoked}

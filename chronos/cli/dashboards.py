"""`chronos dashboards`: Grafana's dashboards, and the role by which they read."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronos.cli import completing
from chronos.cli.group import Group

if TYPE_CHECKING:
    from chronos.dashboards.role import Made
    from chronos.settings import Settings

ROLE = "chronos_reader"


@click.group(cls=Group)
def dashboards() -> None:
    """Give Grafana its dashboards, and the role by which they read the database.

    \b
    Examples:
      chronos dashboards role
      chronos dashboards export ./for-grafana
    """


@dashboards.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_dashboards(as_json: bool) -> None:
    """Show which dashboards there are.

    \b
    Examples:
      chronos dashboards list
      chronos dashboards list --json
    """
    from chronos.dashboards import files

    found = files.all_files()
    if as_json:
        rows = [{"name": one.name, "title": one.title, "about": one.about} for one in found]
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(one.name) for one in found)
    for one in found:
        click.echo(f"{one.name:<{width}}  {one.about}")


@dashboards.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=completing.dashboards)
@click.option(
    "--data-source", metavar="NAME", help="Your PostgreSQL data source, by name or uid; else Grafana asks."
)
@click.option(
    "--prometheus", metavar="NAME", help="Your Prometheus data source, by name or uid; else Grafana asks."
)
def export(folder: Path, names: tuple[str, ...], data_source: str | None, prometheus: str | None) -> None:
    """Write dashboards into DIR, for a Grafana of your own.

    All, or those called NAME, each a file for Grafana's "Import". What is there under the same name is
    replaced. Grafana's data source reads as the role that `chronos dashboards role` makes.

    \b
    Examples:
      chronos dashboards export ./for-grafana
      chronos dashboards export ./for-grafana overview pages --data-source "My events"
    """
    from chronos.cli.errors import CannotExport
    from chronos.dashboards import files

    given = {"grafana-postgresql-datasource": data_source, "prometheus": prometheus}
    sources = {kind: name for kind, name in given.items() if name}
    for file in files.chosen(names):
        try:
            click.echo(f"Wrote {files.written(file, folder, sources)}")
        except OSError as error:
            raise CannotExport(folder=folder, reason=error.strerror or error) from error


@dashboards.command()
@click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where its password is; without such a file a random one is put there."
    "  [default: reader.password in the state directory, or the secret of the containers]",
)
@click.option("--role", default=ROLE, show_default=True, help="Its name.")
def role(password_file: Path | None, role: str) -> None:
    """Make the role by which Grafana reads, or update it.

    It gets its password and its rights, the database its schema, where something of that is missing. It may
    read the views of events, the continuous views, how far sinks have come, and of dead letters all but their
    text: nothing else, no secrets. The user of [timescaledb] url needs the right to make roles.

    \b
    Examples:
      chronos dashboards role
      chronos dashboards role --password-file /run/secrets/chronos_reader_password
    """
    from chronos.cli import project, ways

    settings = project.settings()
    way = ways.of(settings)
    url = way.running_database()
    path = password_file or way.reader_password
    made = _made(settings, url, role, _password(path, role))
    verb = "Made" if made.is_new else "Updated"
    click.echo(f"{verb} role {role}, which may read {made.relations} relations; its password is in {path}")
    for excess in made.excess:
        click.echo(f"Warning: {excess}, which dashboards do not need", err=True)


def _made(settings: "Settings", url: str, role: str, password: str) -> "Made":
    import asyncpg

    from chronos import migrations
    from chronos.dashboards.errors import ReaderError
    from chronos.dashboards.role import make

    try:
        return asyncio.run(make(url, role, password))
    except ReaderError as error:
        if not isinstance(error.__cause__, asyncpg.UndefinedTableError):
            raise
    # It may come before the first worker, as on the first start of a Compose project.
    asyncio.run(migrations.migrate(url, settings))
    return asyncio.run(make(url, role, password))


def _password(path: Path, role: str) -> str:
    """What the file has; a random one, put there, where there is no file."""
    import secrets

    from chronos.cli.errors import CannotReadPassword
    from chronos.embedded import files

    try:
        if not path.exists():
            files.write_whole(path, f"{secrets.token_urlsafe(24)}\n")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotReadPassword(role=role, path=path, reason=reason) from error

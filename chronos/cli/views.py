"""`chronos views`: the continuous views that Chronos keeps."""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from chronos.cli import completing, tables, viewing
from chronos.cli.group import Group
from chronos.cli.project import quiet_option

if TYPE_CHECKING:
    import asyncpg

    from chronos.settings import Settings
    from chronos.views.checking import Comparison


@click.group(cls=Group)
def views() -> None:
    """Look at the continuous views, and mend them.

    A view is a file in the folder views (setting [pipelinedb] views) or one that ships; `chronos migrate`
    makes it, and fills it from the raw events.

    \b
    Examples:
      chronos views list
      chronos views check --all
    """


@views.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_views(as_json: bool) -> None:
    """Show all views: whether each is live, how many rows it has, what it is.

    \b
    Example:
      chronos views list --json
    """

    async def rows(connection: "asyncpg.Connection") -> list[dict[str, Any]]:
        return [await viewing.described(connection, entry) for entry in await viewing.entries(connection)]

    found = viewing.with_database(rows)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        click.echo("There is no view yet: `chronos migrate` makes them")
        return
    for line in tables.lines([("VIEW", "STATE", "ROWS", "ABOUT"), *map(_row, found)]):
        click.echo(line)


def _row(view: Mapping[str, Any]) -> tuple[str, ...]:
    rows = "-" if view["rows"] is None else f"{view['rows']:,}"
    return view["name"], view["state"], rows, view["about"]


@views.command()
@click.argument("name", shell_complete=completing.views)
def show(name: str) -> None:
    """Show how the view NAME is declared, where, and which columns it has.

    \b
    Example:
      chronos views show pageviews_per_hour
    """

    async def text(connection: "asyncpg.Connection") -> str:
        from chronos.database.queries import query
        from chronos.views import catalog

        entry = catalog.find(await viewing.entries(connection), name)
        lines = [
            f"{entry.name}: {viewing.state(entry)}, from {entry.file}",
            "",
            entry.definition.rstrip(),
            "",
        ]
        rows = await connection.fetch(query("readable_views"))
        lines += [f"  {row['column']}  {row['type']}" for row in rows if row["view"] == name]
        if entry.next_definition:
            lines += ["", "Is being filled with:", entry.next_definition.rstrip()]
        return "\n".join(lines)

    click.echo(viewing.with_database(text))


@views.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=completing.views)
@click.option("--all", "everything", is_flag=True, help="All views.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask where older rows of the views would be lost.")
@quiet_option
def rebuild(names: tuple[str, ...], everything: bool, yes: bool, quiet: bool) -> None:
    """Fill the views NAME anew from the raw events, while events keep coming; a dropped one comes back.

    What is older than the raw events ([timescaledb] retention_days) is not in a view after that.

    \b
    Examples:
      chronos views rebuild pageviews_per_hour
      chronos views rebuild --all
    """
    from chronos.cli.filling import filler, kept_by_chronos
    from chronos.errors import UnsupportedView
    from chronos.views import catalog

    settings = kept_by_chronos()
    _ask(settings, yes)
    declared, wrong = catalog.readable(catalog.files(settings.pipelinedb.views))
    entries = {entry.name: entry for entry in viewing.with_database(viewing.entries)}
    by_name = {view.name: view for view in declared}
    chosen = _chosen(names, everything, list(by_name), [*by_name, *entries])
    refused = wrong if everything else []
    for name in chosen:
        try:
            # One whose file is gone is still as the database remembers it.
            view = by_name[name] if name in by_name else entries[name].compiled
            with filler(settings, quiet) as fill:
                asyncio.run(fill.rebuild(view))
            if not quiet:
                click.echo(f"Filled {name}")
        except UnsupportedView as error:
            refused.append(error)
    for one in refused:
        click.echo(f"Error: {one}", err=True)
    sys.exit(1 if refused else 0)


@views.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=completing.views)
@click.option("--all", "everything", is_flag=True, help="All views.")
def check(names: tuple[str, ...], everything: bool) -> None:
    """Compare the views NAME with what the raw events say; exit code 1 when one differs.

    Storing is held for a moment, until a view has all that is stored. Distinct counts may be off by 9.6 %
    where there are more than 4,096, percentiles by 1 %.

    \b
    Examples:
      chronos views check pageviews_per_hour
      chronos views check --all
    """
    from chronos.cli.errors import NotLive
    from chronos.cli.filling import database, kept_by_chronos
    from chronos.views import catalog, checking

    settings = kept_by_chronos()
    url = database(settings)
    entries = {entry.name: entry for entry in viewing.with_database(viewing.entries)}
    live = [name for name, entry in entries.items() if entry.state == catalog.LIVE and entry.is_there]
    wrong = 0
    for name in _chosen(names, everything, live, list(entries)):
        if name not in live:
            raise NotLive(name=name, state=viewing.state(entries[name]))
        try:
            compared = asyncio.run(checking.compare(url, settings.kafka.events_topic, entries[name].compiled))
        except checking.NotComparable as error:
            click.echo(f"Error: {error}", err=True)
            wrong += 1
        else:
            wrong += bool(compared.different)
            _print(name, compared)
    if wrong and settings.timescaledb.retention_days:
        days = settings.timescaledb.retention_days
        click.echo(
            f"Raw events are kept for {days} days: rows of a view that are older have nothing to equal"
        )
    sys.exit(1 if wrong else 0)


@views.command()
@click.argument("name", shell_complete=completing.views)
@click.option("-y", "--yes", is_flag=True, help="Do not ask where older rows of the view would be lost.")
def drop(name: str, yes: bool) -> None:
    """Delete the view NAME and all that is kept of it; `chronos views rebuild NAME` makes it again.

    One that has no file any more is forgotten. Rights on the view go with it.

    \b
    Example:
      chronos views drop utm_campaigns
    """
    from chronos.cli.filling import kept_by_chronos
    from chronos.views import catalog

    settings = kept_by_chronos()
    entry = catalog.find(viewing.with_database(viewing.entries), name)
    if entry.state == catalog.LIVE:
        _ask(settings, yes)
    declared, wrong = catalog.readable(catalog.files(settings.pipelinedb.views))
    forget = not wrong and name not in {view.name for view in declared}

    async def dropped(connection: "asyncpg.Connection") -> None:
        await catalog.drop(connection, entry, forget)

    viewing.with_database(dropped)
    click.echo(f"Dropped {name}" if not forget else f"Dropped {name}, which no file declares, and forgot it")


def _ask(settings: "Settings", yes: bool) -> None:
    days = settings.timescaledb.retention_days
    if days and not yes:
        click.confirm(
            f"Raw events are kept for {days} days; older rows of the views will be gone. Go on?", abort=True
        )


def _chosen(names: tuple[str, ...], everything: bool, every: list[str], known: list[str]) -> list[str]:
    from chronos.errors import UnknownView

    if bool(names) == everything:
        raise click.UsageError(
            "name views, or --all of them; not both" if names else "name views, or --all of them"
        )
    for name in names:
        if name not in known:
            raise UnknownView(name=name, known=", ".join(sorted(set(known))) or "none")
    return list(names) or sorted(every)


def _print(name: str, compared: "Comparison") -> None:
    if not compared.different:
        click.echo(f"{name}: {tables.counted(compared.rows, 'row')}, all as the raw events say")
        return
    click.echo(f"{name}: {tables.counted(compared.rows, 'row')}, {compared.different} differ")
    for one in compared.differences:
        click.echo(f"  view: {_shown(one.kept)}\n  raw:  {_shown(one.raw)}")
    if len(compared.differences) < compared.different:
        click.echo(f"  ... and {compared.different - len(compared.differences)} more")


def _shown(row: dict[str, Any] | None) -> str:
    return "no such row" if row is None else ", ".join(f"{name}={value}" for name, value in row.items())

"""`chronos views`: the continuous views that Chronos keeps."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import asyncpg

    from chronos.views.catalog import Entry
    from chronos.views.checking import Comparison

T = TypeVar("T")


@click.group()
def views() -> None:
    """Look at the continuous views, and mend them.

    A view is a file in the folder views (setting [pipelinedb] views) or one that ships; `chronos migrate`
    makes it, and fills it from the raw events.
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
        return [await _described(connection, entry) for entry in await _entries(connection)]

    found = _with_database(rows)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        click.echo("There is no view yet: `chronos migrate` makes them")
    width = max((len(row["name"]) for row in found), default=0)
    for row in found:
        count = "-" if row["rows"] is None else row["rows"]
        click.echo(f"{row['name']:<{width}}  {row['state']:<8} {count:>10} rows  {row['about']}")


@views.command()
@click.argument("name")
def show(name: str) -> None:
    """Show how the view NAME is declared, where, and which columns it has.

    \b
    Example:
      chronos views show pageviews_per_hour
    """

    async def text(connection: "asyncpg.Connection") -> str:
        from chronos.views import catalog

        entry = catalog.find(await _entries(connection), name)
        lines = [f"{entry.name}: {entry.state}, from {entry.file}", "", entry.definition.rstrip(), ""]
        if entry.state == catalog.LIVE:
            statement = await connection.prepare(f"select * from public.{entry.name}")
            lines += [f"  {one.name}  {one.type.name}" for one in statement.get_attributes()]
        if entry.next_definition:
            lines += ["", "Is being filled with:", entry.next_definition.rstrip()]
        return "\n".join(lines)

    click.echo(_with_database(text))


@views.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All views.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask where older rows of the views would be lost.")
def rebuild(names: tuple[str, ...], everything: bool, yes: bool) -> None:
    """Fill the views NAME anew from the raw events, while events keep coming; a dropped one comes back.

    What is older than the raw events ([timescaledb] retention_days) is not in a view after that.

    \b
    Examples:
      chronos views rebuild pageviews_per_hour
      chronos views rebuild --all
    """
    from chronos.cli.filling import filler, kept_by_chronos
    from chronos.views import catalog

    settings = kept_by_chronos()
    if settings.timescaledb.retention_days and not yes:
        days = settings.timescaledb.retention_days
        click.confirm(
            f"Raw events are kept for {days} days; older rows of the views will be gone. Go on?", abort=True
        )
    declared = {view.name: view for view in catalog.declared(catalog.files(settings.pipelinedb.views))}
    for name in _chosen(names, everything, list(declared)):
        with filler(settings) as fill:
            asyncio.run(fill.rebuild(declared[name]))
        click.echo(f"Filled {name}")


@views.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
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
    from chronos.cli.filling import database, kept_by_chronos
    from chronos.views import catalog, checking

    settings = kept_by_chronos()
    url = database(settings)
    live = {entry.name: entry for entry in _with_database(_entries) if entry.state == catalog.LIVE}
    wrong = 0
    for name in _chosen(names, everything, list(live)):
        compared = asyncio.run(checking.compare(url, settings.kafka.events_topic, live[name].compiled))
        wrong += bool(compared.different)
        _print(name, compared)
    if wrong and settings.timescaledb.retention_days:
        days = settings.timescaledb.retention_days
        click.echo(
            f"Raw events are kept for {days} days: rows of a view that are older have nothing to equal"
        )
    sys.exit(1 if wrong else 0)


@views.command()
@click.argument("name")
def drop(name: str) -> None:
    """Delete the view NAME and all that is kept of it; `chronos views rebuild NAME` makes it again.

    \b
    Example:
      chronos views drop utm_campaigns
    """

    async def dropped(connection: "asyncpg.Connection") -> None:
        from chronos.views import catalog

        await catalog.drop(connection, catalog.find(await _entries(connection), name))

    _with_database(dropped)
    click.echo(f"Dropped {name}")


async def _entries(connection: "asyncpg.Connection") -> "list[Entry]":
    from chronos.views import catalog

    return await catalog.entries(connection)


async def _described(connection: "asyncpg.Connection", entry: "Entry") -> dict[str, Any]:
    from chronos.views import catalog

    live = entry.state == catalog.LIVE
    rows = await connection.fetchval(f"select count(*) from public.{entry.name}") if live else None
    state = "refilled" if live and entry.next_definition else entry.state
    return {"name": entry.name, "state": state, "rows": rows, "about": entry.about, "file": entry.file}


def _chosen(names: tuple[str, ...], everything: bool, known: list[str]) -> list[str]:
    from chronos.errors import UnknownView

    if bool(names) == everything:
        raise click.UsageError("name one view or more, or all by --all")
    for name in names:
        if name not in known:
            raise UnknownView(name=name, known=", ".join(sorted(known)) or "none")
    return list(names) or sorted(known)


def _print(name: str, compared: "Comparison") -> None:
    if not compared.different:
        click.echo(f"{name}: {compared.rows} rows, all as the raw events say")
        return
    click.echo(f"{name}: {compared.rows} rows, {compared.different} differ")
    for one in compared.differences:
        click.echo(f"  view: {_shown(one.kept)}\n  raw:  {_shown(one.raw)}")
    if len(compared.differences) < compared.different:
        click.echo(f"  ... and {compared.different - len(compared.differences)} more")


def _shown(row: dict[str, Any] | None) -> str:
    return "no such row" if row is None else ", ".join(f"{name}={value}" for name, value in row.items())


def _with_database(work: "Callable[[asyncpg.Connection], Awaitable[T]]") -> T:
    from chronos.cli.filling import kept_by_chronos, with_database

    return asyncio.run(with_database(kept_by_chronos(), work))

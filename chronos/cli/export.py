"""`chronos export`."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from chronos.cli import times

if TYPE_CHECKING:
    from collections.abc import Callable

    import asyncpg

    from chronos.cli.outfile import Out

FORMATS = ("csv", "jsonl")
EVENT = "{event}"
BEGINNING, END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
# JSON has no control characters, so that these never are in it, and a line is the JSON as it is.
PLAIN = {"delimiter": "\x02", "quote": "\x01", "escape": "\x01"}


def _known(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    from chronos.models.events import EVENT_TYPES

    for name in names:
        if name not in EVENT_TYPES:
            raise click.BadParameter(f"there are no events {name!r}: known are {', '.join(EVENT_TYPES)}")
    return tuple(dict.fromkeys(names))


@click.command()
@click.argument("events", metavar="[EVENT]...", nargs=-1, callback=_known)
@click.option("--all", "everything", is_flag=True, help="All types of events.")
@click.option(
    "--from", "begin", metavar="TIME", callback=times.at, help="From this event time on: 7d, 12h, ISO 8601."
)
@click.option("--to", "end", metavar="TIME", callback=times.at, help="Up to before this event time.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    help="One line for each event; csv has a header. By the file's name, or csv.",
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help=f"Where to write; {EVENT} in it stands for the type, .gz at its end compresses, - is the terminal.",
)
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def export(
    events: tuple[str, ...],
    everything: bool,
    begin: datetime | None,
    end: datetime | None,
    kind: str | None,
    output: str,
    force: bool,
    quiet: bool,
) -> None:
    """Write raw events of the types EVENT out of the database, as views clicks, pageviews … have them.

    They come as they happened, all as of one moment, however many there are. A file takes its name when it is
    complete. In jsonl a member `event` names the type.

    \b
    Examples:
      chronos export pageviews --from 7d --output pageviews.csv
      chronos export --all --format jsonl --output events.jsonl.gz
      chronos export clicks link_clicks --from 2026-01-01 --to 2026-02-01 --output "{event}.csv.gz"
    """
    from chronos.cli import outfile, project
    from chronos.cli.filling import with_database
    from chronos.models.events import EVENT_TYPES

    if bool(events) == everything:
        raise click.UsageError("name types of events, or --all of them" + "; not both" * everything)
    kind = kind or _kind_of(output)
    files = dict(_files(tuple(EVENT_TYPES) if everything else events, output, kind))
    settings = project.settings()
    for name in files:
        outfile.check_is_free(name, force)
    span = begin or BEGINNING, end or END

    async def work(connection: "asyncpg.Connection") -> int:
        # All of them as they are at one moment.
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return sum(
                [
                    await _write(connection, name, types, kind, span, force, quiet)
                    for name, types in files.items()
                ]
            )

    count = asyncio.run(with_database(settings, work))
    places = ", ".join(name for name in files if name != outfile.STANDARD_OUTPUT)
    click.echo(f"Wrote {count:,} events" + f" to {places}" * bool(places), err=True)


def _kind_of(output: str) -> str:
    return "jsonl" if output.removesuffix(".gz").endswith((".jsonl", ".ndjson")) else "csv"


def _files(types: tuple[str, ...], output: str, kind: str) -> Iterator[tuple[str, list[str]]]:
    """Names of files, with the types that go into each."""
    if EVENT in output:
        yield from ((output.replace(EVENT, name), [name]) for name in types)
    elif kind == "csv" and len(types) > 1:
        raise click.UsageError(
            f"each type has columns of its own: put {EVENT} into the name of the file, or take --format jsonl"
        )
    else:
        yield output, list(types)


async def _write(
    connection: "asyncpg.Connection",
    name: str,
    types: list[str],
    kind: str,
    span: tuple[datetime, datetime],
    force: bool,
    quiet: bool,
) -> int:
    """Write one file; return how many events are in it."""
    from chronos.cli import outfile
    from chronos.cli.progress import counter

    count = 0
    with outfile.opened(name, force) as out, counter(f"Writing {name}:", quiet=quiet) as tell:
        for event in types:
            count += await _copy(connection, out, event, kind, span, tell)
    return count


async def _copy(
    connection: "asyncpg.Connection",
    out: "Out",
    event: str,
    kind: str,
    span: tuple[datetime, datetime],
    tell: "Callable[[str], None]",
) -> int:
    import asyncpg

    from chronos.database.queries import query
    from chronos.errors import ServiceError

    async def take(data: bytes) -> None:
        out.write(data)
        tell(f"{event}, {out.written / 1e6:,.1f} MB")

    text = query("exported_events") if kind == "csv" else query("exported_lines")
    form = {"header": True} if kind == "csv" else PLAIN
    try:
        status: str = await connection.copy_from_query(
            text.replace(EVENT, event), *span, output=take, format="csv", **form
        )
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServiceError(service="The database", reason=f"{event} could not be read: {error}") from error
    return int(status.rpartition(" ")[2])

"""`chronos replay`."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from chronos.cli import times

if TYPE_CHECKING:
    from chronos.settings import Settings
    from chronos.sinks.timescaledb.replay import Replayed

AT_ONCE = 200  # beacons of a transaction: a worker may wait for it


@click.command()
@click.option(
    "--from",
    "begin",
    required=True,
    metavar="TIME|OFFSET",
    callback=times.offset_or_at,
    help="Where to begin: a time at which Kafka got a beacon (7d, 12h, ISO 8601), or an offset.",
)
@click.option(
    "--to",
    "end",
    metavar="TIME|OFFSET",
    callback=times.offset_or_at,
    help="Where to end, itself not included; without it, where the topic ends now.",
)
@click.option(
    "--partition", "partitions", multiple=True, type=click.IntRange(0), help="Only this one; repeatable."
)
@click.option("--dry-run", is_flag=True, help="Only say how much is missing.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def replay(
    begin: int | datetime,
    end: int | datetime | None,
    partitions: tuple[int, ...],
    dry_run: bool,
    quiet: bool,
) -> None:
    """Read beacons again from Kafka, and store those that are missing in the database.

    What is there is left as it is, so this is harmless, beside running workers, too. Missing are beacons that
    were never stored, and those of which both rows and ids (table beacons) were deleted. Views and windows
    are not touched: they counted the beacons when they came, or `chronos views rebuild` makes views do so.

    \b
    Examples:
      chronos replay --from 7d --dry-run
      chronos replay --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z
      chronos replay --from 1200 --to 1300 --partition 4
    """
    from chronos.cli import project

    settings = project.settings()
    done, found = asyncio.run(_replay(settings, begin, end, partitions, not dry_run, quiet))
    for line in _lines(done, found, dry_run):
        click.echo(line)


async def _replay(
    settings: "Settings",
    begin: int | datetime,
    end: int | datetime | None,
    partitions: tuple[int, ...],
    keep: bool,
    quiet: bool,
) -> "tuple[Replayed, dict[int, range]]":
    from chronos import kafka_reader
    from chronos.cli import ways
    from chronos.cli.progress import bar
    from chronos.sinks.timescaledb.replay import Replay, Replayed

    way = ways.of(settings)
    kafka, topic = way.running_kafka(), settings.kafka.events_topic
    found = await kafka_reader.ranges(kafka, topic, begin, end, partitions)
    sink = Replay(way.running_database(), topic, settings.limits)
    done = Replayed()
    try:
        with bar("Reading", "beacons", sum(map(len, found.values())), quiet=quiet) as advance:
            for partition, offsets in found.items():
                async for batch in kafka_reader.between(kafka, topic, partition, offsets.start, offsets.stop):
                    for start in range(0, len(batch), AT_ONCE):
                        part = batch[start : start + AT_ONCE]
                        done += await sink.mend([sink.read(message) for message in part], keep=keep)
                        advance(len(part))
    finally:
        await sink.close()
    return done, found


def _lines(done: "Replayed", found: dict[int, range], dry_run: bool) -> Iterator[str]:
    places = ", ".join(f"{number}: {one.start} to {one.stop - 1}" for number, one in found.items() if one)
    if not places:
        yield "Kafka has no beacons there"
        return
    yield f"Read {done.read:,} beacons (by partition {places})"
    if dry_run:
        yield f"  {done.missing:>9,} are missing; without --dry-run they are stored"
    else:
        yield f"  {done.missing:>9,} were missing and are stored now: {done.events:,} events"
    yield f"  {done.there:>9,} are stored already"
    if done.ahead:
        yield f"  {done.ahead:>9,} wait for the workers, which store them themselves"
    if done.forgotten:
        yield f"  {done.forgotten:>9,} are older than ids are kept ([limits] beacon_id_days): nobody can tell"
    if done.letters:
        yield f"  {done.letters:>9,} dead letters of theirs are kept, too"
    if done.missing and not dry_run:
        yield (
            "Views and windows were not touched: `chronos views check --all` compares, `chronos views"
            " rebuild` mends; windows that lack something keep lacking it"
        )

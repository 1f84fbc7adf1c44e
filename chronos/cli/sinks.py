"""`chronos sinks`: the data sinks that there are, and how far each is."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from chronos.cli import tables

if TYPE_CHECKING:
    from chronos.settings import Settings

Offsets = Mapping[int, int]


@click.group()
def sinks() -> None:
    """Look at the data sinks: what is written where, beside the tables of raw events.

    A table [sinks.NAME] of chronos.toml switches one on that is installed, or of your own.

    \b
    Examples:
      chronos sinks list
      chronos sinks list --json
    """


@sinks.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_sinks(as_json: bool) -> None:
    """Show which sinks ship, are switched on or are only installed, and how many beacons each is behind.

    A sink that is switched on and not behind has written everything that is in Kafka.

    \b
    Examples:
      chronos sinks list
      chronos sinks list --json | jq '.[] | select(.behind > 0) | .name'
    """
    from chronos.cli import project
    from chronos.errors import ChronosError

    settings = project.extended_settings()
    found = list(_found(settings))
    try:
        ends, written, problem = *asyncio.run(_progress(settings)), None
    except ChronosError as error:
        ends, written, problem = {}, {}, error
    for one in found:
        if one["state"] != "installed" and problem is None:
            one["partitions"] = _partitions(ends, written.get(one["name"], {}))
            one["behind"] = sum(part["behind"] for part in one["partitions"].values())
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        _print(found)
        if problem is not None:
            click.echo(f"\nHow far they are is not known: {problem}")


def _print(found: list[dict[str, Any]]) -> None:
    rows = [("SINK", "STATE", "BEHIND", "FROM")]
    rows += [(one["name"], one["state"], _number(one["behind"]), one["from"]) for one in found]
    for line in tables.lines(rows):
        click.echo(line)


def _number(behind: int | None) -> str:
    return "-" if behind is None else f"{behind:,}"


def _found(settings: "Settings") -> Iterator[dict[str, Any]]:
    from chronos.extensions import finding
    from chronos.extensions.sinks import declared

    ours = ["store_events", "feed_views", *(["count_windows"] if settings.windows.enabled else [])]
    if not settings.pipelinedb.kept_by_chronos:
        ours.remove("feed_views")  # its watermark is in PipelineDB
    for name in ours:
        yield _one(name, "ships", "Chronos")
    used = set()
    for one in declared(settings):
        used.add(one.offered.reference)
        yield _one(one.name, "on", f"{one.offered.reference} ({one.offered.source})")
    for offered in finding.installed(finding.SINKS):
        if offered.reference not in used:
            yield _one(offered.name, "installed", f"{offered.reference} ({offered.source})")


def _one(name: str, state: str, source: str) -> dict[str, Any]:
    return {"name": name, "state": state, "from": source, "behind": None, "partitions": {}}


def _partitions(ends: Offsets, written: Offsets) -> dict[int, dict[str, int]]:
    return {
        number: {
            "next_offset": written.get(number, 0),
            "end": end,
            "behind": max(end - written.get(number, 0), 0),
        }
        for number, end in sorted(ends.items())
    }


async def _progress(settings: "Settings") -> tuple[Offsets, Mapping[str, Offsets]]:
    """Where topic `events` ends, and by sink what it has written; ServiceError, KafkaUnavailable."""
    import asyncpg

    from chronos import addresses, kafka_reader
    from chronos.cli.filling import with_database
    from chronos.database.queries import query

    topic = settings.kafka.events_topic
    found = await kafka_reader.ranges(addresses.kafka(settings), topic, 0, None)
    ends = {number: offsets.stop for number, offsets in found.items()}

    async def written(connection: asyncpg.Connection) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        if await connection.fetchval("select to_regclass('watermarks')") is not None:
            for row in await connection.fetch(query("lag_watermarks"), topic):
                found.setdefault(row["sink"], {})[row["partition"]] = row["next_offset"]
        return found

    return ends, await with_database(settings, written)

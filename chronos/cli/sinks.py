"""`chronos sinks`: the data sinks that there are, and how far each is."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from chronos.cli import tables
from chronos.cli.group import Group

if TYPE_CHECKING:
    from chronos.settings import Settings
    from chronos.watch.lag import SinkLag


@click.group(cls=Group)
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

    settings = project.extended_settings()
    found = list(_found(settings))
    known, problem = _how_far(settings)
    for one in found:
        if one["name"] in known and one["state"] != "installed":
            _add(one, known[one["name"]])
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    _print(found)
    if problem is not None:
        click.echo(f"\nHow far they are is not known: {problem}")
    for topic, numbers in {one.topic: one.unknown for one in known.values() if one.unknown}.items():
        click.echo(f"\nUnknown of {topic}/{', '.join(map(str, numbers))}, for which no broker answers")


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
    from chronos.watch import lag

    for name, _ in lag.sinks(settings):
        if name not in settings.sinks.own:
            yield _one(name, "ships", "Chronos")
    used = set()
    for one in declared(settings):
        used.add(one.offered.reference)
        yield _one(one.name, "on", f"{one.offered.reference} ({one.offered.source})")
    for offered in finding.installed(finding.SINKS):
        if offered.reference not in used:
            yield _one(offered.name, "installed", f"{offered.reference} ({offered.source})")


def _one(name: str, state: str, source: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"behind": None, "partitions": {}, "unknown_partitions": ()}
    return {"name": name, "state": state, "from": source, **nothing}


def _how_far(settings: "Settings") -> "tuple[Mapping[str, SinkLag], str | None]":
    """How far each sink is, by name; why that is not known."""
    from chronos.cli import looking, ways
    from chronos.errors import ChronosError

    try:
        way = ways.of(settings)
        seen = asyncio.run(looking.seen(settings, way.running_kafka(), way.running_database()))
    except ChronosError as error:
        return {}, str(error)
    if seen.database_problem:
        return {}, seen.database_problem
    return {one.sink: one for one in seen.sinks(settings)}, None


def _add(one: dict[str, Any], lag: "SinkLag") -> None:
    one["behind"] = lag.messages
    one["partitions"] = {
        part.partition: {"next_offset": part.next_offset, "end": part.end, "behind": part.messages}
        for part in lag.partitions
    }
    one["unknown_partitions"] = lag.unknown

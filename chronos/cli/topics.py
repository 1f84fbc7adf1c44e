"""`chronos topics`: what Kafka has of each topic, and what waits for whom."""

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from chronos.cli import tables

if TYPE_CHECKING:
    from chronos.kafka_state import KafkaState, Topic
    from chronos.settings import Settings
    from chronos.watch.lag import Lag
    from chronos.watch.seeing import Seen

GROUP = "(group)"  # what Faust's consumer group has committed


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def topics(as_json: bool) -> None:
    """Show each topic: partitions, leaders, replicas in sync, offsets, bytes, and what waits for each sink.

    What waits for a sink is the end of a partition minus the sink's watermark in the database; below (group)
    is what the consumer group has not committed yet, which for the topics of windows is all that is known.

    \b
    Examples:
      chronos topics
      chronos topics --json | jq '.topics.events.lag'
    """
    from chronos.cli import project

    settings = project.settings()
    seen = asyncio.run(_look(settings))
    assert seen.kafka
    if as_json:
        click.echo(json.dumps(_as_data(seen, settings), indent=2))
        return
    click.echo(_cluster(seen.kafka))
    for topic in seen.kafka.topics.values():
        click.echo(f"\n{_title(topic)}")
        for line in _table(topic, _of_topic(seen, settings, topic.name)):
            click.echo(f"  {line}")
    wrong = _wrong(seen, settings)
    click.echo("\n" + ("\n".join(wrong) if wrong else "Nothing is wrong"))


async def _look(settings: "Settings") -> "Seen":
    """What a worker would see; without a database nothing of what waits for sinks. Raises ServiceError."""
    from chronos.cli import looking, ways

    way = ways.of(settings)
    return await looking.seen(settings, way.running_kafka(), way.database if way.database_runs else None)


def _of_topic(seen: "Seen", settings: "Settings", topic: str) -> dict[str, dict[int, "Lag"]]:
    """By sink and partition, what waits in a topic."""
    found: dict[str, dict[int, Lag]] = {}
    for lag in seen.lags(settings):
        if lag.topic == topic:
            found.setdefault(lag.sink, {})[lag.partition] = lag
    return found


def _cluster(kafka: "KafkaState") -> str:
    from chronos.cli.kafka_line import kafka_line

    return f"Kafka: {kafka_line(kafka)}"


def _title(topic: "Topic") -> str:
    from chronos.cli import overview

    hours = int(topic.configs.get("retention.ms") or -1) / 3_600_000
    size = int(topic.configs.get("retention.bytes") or -1)
    kept = f"kept for {hours:g} h" if hours > 0 else "kept for ever"
    budget = (
        f", {overview.size(size * len(topic.partitions))} and a segment of each partition at most"
        if size > 0
        else ""
    )
    return f"{topic.name}: {topic.messages:,} messages, {overview.size(topic.size)}, {kept}{budget}"


def _table(topic: "Topic", waiting: dict[str, dict[int, "Lag"]]) -> Iterator[str]:
    heads = ("PARTITION", "LEADER", "IN SYNC", "FIRST", "END", "BYTES", GROUP, *waiting)
    rows = [heads]
    for one in topic.partitions:
        committed = one.lag(one.committed) if one.committed is not None else None
        lags = [_number(lag.messages if (lag := some.get(one.number)) else None) for some in waiting.values()]
        rows.append(
            (
                str(one.number),
                "-" if one.leader is None else str(one.leader),
                f"{','.join(map(str, one.in_sync))} of {','.join(map(str, one.replicas))}",
                _number(one.first),
                _number(one.end),
                _number(sum(one.sizes.values()) if one.sizes else None),
                _number(committed),
                *lags,
            )
        )
    if len(topic.partitions) > 1:
        totals = [_number(sum(lag.messages for lag in some.values())) for some in waiting.values()]
        rows.append(("all", "", "", "", "", _number(topic.size), "", *totals))
    return tables.lines(rows, str.rjust)


def _wrong(seen: "Seen", settings: "Settings") -> list[str]:
    """What is wrong, in words, each with what to do."""
    from chronos.watch import judging, judging_lag, keeping
    from chronos.watch.incidents import KINDS

    assert seen.kafka
    trends = judging_lag.Trends.of(settings)
    found = judging.of_kafka(seen, settings) + judging_lag.of_lag(seen, trends, settings)
    lines = [f"{one.summary}. {KINDS[one.name].what_to_do}" for one in found.conditions]
    doubts = [one for topic in seen.kafka.topics.values() for one in keeping.doubts(topic, settings)]
    return lines + [str(one) for one in doubts]


def _as_data(seen: "Seen", settings: "Settings") -> dict[str, Any]:
    kafka = seen.kafka
    assert kafka
    return {
        "brokers": {str(number): address for number, address in kafka.brokers.items()},
        "away": kafka.away,
        "controller": kafka.controller,
        "topics": {topic.name: _topic_data(topic, seen, settings) for topic in kafka.topics.values()},
        "wrong": _wrong(seen, settings),
    }


def _topic_data(topic: "Topic", seen: "Seen", settings: "Settings") -> dict[str, Any]:
    waiting = _of_topic(seen, settings, topic.name)
    return {
        "messages": topic.messages,
        "bytes": topic.size,
        "settings": {name: topic.configs[name] for name in sorted(topic.own)},
        "lag": {sink: sum(lag.messages for lag in some.values()) for sink, some in waiting.items()},
        "partitions": [
            {
                "partition": one.number,
                "leader": one.leader,
                "replicas": one.replicas,
                "in_sync": one.in_sync,
                "first": one.first,
                "end": one.end,
                "bytes": sum(one.sizes.values()) if one.sizes else None,
                "committed": one.committed,
                "lag": {
                    sink: lag.messages for sink, some in waiting.items() if (lag := some.get(one.number))
                },
            }
            for one in topic.partitions
        ],
    }


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"

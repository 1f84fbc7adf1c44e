"""What `chronos status` shows to people."""

import textwrap
from collections.abc import Iterator
from datetime import datetime

from chronos.cli import advice, overview, times
from chronos.cli.kafka_line import kafka_line
from chronos.cli.report import Report
from chronos.database.address import shown
from chronos.embedded.brokers import KAFKA
from chronos.embedded.services import POSTGRES
from chronos.kafka_state import KafkaState

LABEL = 12  # characters
WIDTH = 100


def text(report: Report, width: int = WIDTH) -> str:
    """All of it, in lines of up to ``width`` characters but for addresses and the table."""
    blocks = [overview.table(report.services, report.memory)] if report.services else []
    blocks.append("\n".join(_wrapped(label, said, width) for label, said in _facts(report)))
    if found := advice.troubles(report):
        lines = ["To do:", *(_bullet(str(one), width) for one in found)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    where = report.way.where()
    yield "Web", where["web"] or "-"
    yield "Tracker", where["tracker"] or "-"
    yield "Kafka", where["kafka"] or "-"
    if kafka := report.answers.kafka.found:
        yield "Brokers", kafka_line(kafka)
    yield "Database", _database(report)
    if where["pipelinedb"]:
        yield "PipelineDB", shown(where["pipelinedb"])
    yield "Last event", _last_event(report)
    yield from _lag(report)
    yield "Windows", _windows(report)
    yield from _room(report)
    yield "Disk", _disk(report)
    yield "Home", where["home"] or "-"
    for service in report.services:
        if service.note:
            yield "Note", f"{service.name}: {service.note}"


def _database(report: Report) -> str:
    answer = report.answers.database
    if answer.found is None:
        return f"no answer ({answer.unavailable})"
    extension = answer.found.timescaledb
    kind = f"with TimescaleDB {extension}" if extension else "without TimescaleDB: tables are plain ones"
    return f"PostgreSQL {answer.found.server} {kind}"


def _last_event(report: Report) -> str:
    found = report.answers.database.found
    if found is None:
        return "unknown, for the database could not be asked"
    if found.newest is None:
        return "none yet"
    return f"{overview.duration(report.now - found.newest.timestamp())} ago"


def _lag(report: Report) -> Iterator[tuple[str, str]]:
    lags = report.lags
    if lags is None:
        if report.answers.kafka.found and report.no_events:
            yield "Lag", f"unknown ({report.no_events})"
            return
        asked = {"Kafka": report.answers.kafka.found, "the database": report.answers.database.found}
        silent = " and ".join(name for name, found in asked.items() if found is None)
        yield "Lag", f"unknown, for {silent or 'the database'} could not be asked"
        return
    behind, unknown = [one for one in lags if one.messages], [one for one in lags if one.unknown]
    if not behind and not unknown:
        yield "Lag", f"none: {', '.join(one.sink for one in lags)} have all"
    for one in behind:
        parts = ", ".join(f"{part.messages:,} in partition {part.partition}" for part in one.waiting)
        yield "Lag", f"{one.sink} {one.messages:,} ({parts})"
    for topic, numbers in {one.topic: one.unknown for one in unknown}.items():
        yield "Lag", f"unknown of {topic}/{', '.join(map(str, numbers))}, for which no broker answers"


def _windows(report: Report) -> str:
    answer = report.answers.windows
    if answer.found is None:
        return f"unknown ({answer.unavailable})"
    missing = answer.found["missing_partitions"]
    held = f"partitions {', '.join(map(str, missing))} missing" if missing else "all partitions held"
    watermark = answer.found["watermark"]
    if watermark is None:
        return f"{held}, no event counted yet"
    moment = datetime.fromisoformat(watermark)
    behind = overview.duration(report.now - moment.timestamp())
    return f"{held}, event time has come to {times.shown(moment)}, {behind} ago"


def _room(report: Report) -> Iterator[tuple[str, str]]:
    """What Kafka and the spool take, and may take."""
    if kafka := report.answers.kafka.found:
        yield "Topics", "; ".join((overview.size(kafka.size), *_topics(kafka)))
        if report.settings.kafka.bootstrap and kafka.disks:
            disks = (
                f"broker {number} {_of(one.free, one.size)} free"
                for number, one in sorted(kafka.disks.items())
            )
            yield "Its disks", ", ".join(disks)
    limit = report.settings.limits.spool_bytes
    if report.spools and limit:
        used = ", ".join(f"{name} {_of(count, limit)}" for name, count in report.spools.items())
        yield "Spool", used


def _topics(kafka: KafkaState) -> Iterator[str]:
    budgets = [one for one in kafka.topics.values() if one.budget is not None]
    for one in budgets:
        yield f"{one.name} {_of(one.size, one.budget or 0)} at most"
    rest = "the others" if budgets else "they"
    if len(budgets) < len(kafka.topics):
        yield f"{rest} have no limit but time"


def _of(count: int, limit: int) -> str:
    return f"{overview.size(count)} of {overview.size(limit)}"


def _disk(report: Report) -> str:
    elsewhere = {
        KAFKA: report.settings.kafka.bootstrap,
        POSTGRES: report.settings.timescaledb.url,
    }
    sizes = ", ".join(
        f"{name} {overview.size(count)}"
        for name, count in report.disk.parts.items()
        if count or not elsewhere.get(name)
    )
    parts = f"data lies {report.way.data_place}" if report.way.data_place else sizes
    least = report.settings.alerts.disk_free_bytes
    return f"{parts}; {overview.size(report.disk.free)} free, an alert begins below {overview.size(least)}"


def _wrapped(label: str, said: str, width: int) -> str:
    return _filled(f"{label + ':':<{LABEL}}", said, width)


def _bullet(said: str, width: int) -> str:
    return _filled("- ", said, width)


def _filled(head: str, said: str, width: int) -> str:
    return textwrap.fill(
        said,
        width,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )

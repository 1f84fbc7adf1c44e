"""What is wrong, as `chronos status` sees it, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from chronos.cli import overview
from chronos.cli.report import Report
from chronos.cli.ways.way import Way
from chronos.database.address import shown
from chronos.embedded.brokers import is_broker
from chronos.embedded.services import POSTGRES, backends, is_worker
from chronos.watch import disk, judging, judging_lag
from chronos.watch.incidents import KINDS, Condition, read_remark

DISK = "disk_nearly_full"  # told first: services end by it
WORKER_ACTIONS = {
    "the worker is starting": "wait some seconds; if it stays so, {log} says why",
    "Kafka": "beacons wait on disk until Kafka is back: see to it",
}


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong, and what a person can do."""

    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.what}{'.' if self.do[0].isupper() else ':'} {self.do}"


def troubles(report: Report) -> list[Trouble]:
    """All that is wrong, the reasons before what follows from them."""
    return [
        *_disk(report),
        *_services(report),
        *_kafka(report),
        *_seen(report),
        *_database(report),
        *_workers(report),
        *_remarks(report),
        *_lag(report),
        *_windows(report),
        *port(report.way),
        *_keys(report),
        *_growth(report),
        *_undeliverable(report),
    ]


def _disk(report: Report) -> Iterator[Trouble]:
    yield from (_trouble(one) for one in _conditions(report) if one.name == DISK)


def _services(report: Report) -> Iterator[Trouble]:
    seen = report.seen
    if not seen.desired.services:
        if not report.answers.workers:
            yield Trouble("Nothing should run here", "`chronos start` starts everything")
        return
    if not seen.supervised:
        yield Trouble("Nobody looks after the services any more", "`chronos start` mends that")
    for name in seen.not_running:
        state = next((one for one in seen.services if one.name == name), None)
        why = f" ({state.error})" if state and state.error else ""
        is_state = state.state if state else "not started"
        yield Trouble(
            f"{name} is {is_state}{why}",
            f"`chronos log {name}` shows more, `chronos start` tries again at once",
        )
    yield from _stopped(report)


def _stopped(report: Report) -> Iterator[Trouble]:
    """What was stopped by hand, and workers go on without."""
    if not any(one.pid for one in report.services if is_worker(one.name)):
        return
    for one in report.services:
        if one.name in backends(report.settings) and one.name not in report.seen.desired.services:
            yield Trouble(
                f"{one.name} is stopped, and workers that need it run", f"`chronos start {one.name}`"
            )


def _kafka(report: Report) -> Iterator[Trouble]:
    why = report.answers.kafka.unavailable
    address = report.settings.kafka.bootstrap
    if why and address:
        what = f"Kafka at {address} could not be asked ({why})"
        yield Trouble(what, "see to it, or mend [kafka] bootstrap; beacons wait on disk meanwhile")
    elif why and any(_should_run(report, name) for name in filter(is_broker, report.seen.desired.services)):
        yield Trouble(f"Kafka could not be asked ({why})", "`chronos log kafka` shows more")


def _seen(report: Report) -> Iterator[Trouble]:
    kafka = report.answers.kafka.found
    if kafka and not kafka.topics:
        yield Trouble("Kafka has no topic", "workers make them when they start: `chronos start worker`")
    yield from (_trouble(one) for one in _conditions(report) if one.name != DISK)


def _trouble(condition: Condition) -> Trouble:
    return Trouble(condition.summary, KINDS[condition.name].what_to_do)


def _database(report: Report) -> Iterator[Trouble]:
    answer, url = report.answers.database, report.settings.timescaledb.url
    if answer.found and answer.found.watermarks is None:
        yield Trouble("The database was not migrated", "`chronos migrate` makes its tables")
    elif answer.unavailable and url:
        yield Trouble(
            f"The database at {shown(url)} could not be asked ({answer.unavailable})",
            "see to it, or mend [timescaledb] url; beacons wait in Kafka meanwhile",
        )
    elif answer.unavailable and _should_run(report, POSTGRES):
        yield Trouble(
            f"The database could not be asked ({answer.unavailable})", "`chronos log postgres` shows more"
        )


def _workers(report: Report) -> Iterator[Trouble]:
    for name, answer in report.answers.workers.items():
        said = answer.found or {}
        if answer.unavailable:
            yield Trouble(f"{name} could not be asked ({answer.unavailable})", f"{_log(name)} shows more")
        for problem in said.get("problems", ()):
            if not _said_already(report, name, problem):
                action = next((do for about, do in WORKER_ACTIONS.items() if problem.startswith(about)), None)
                action = action or "{log} shows more"
                yield Trouble(f"{name}: {problem}", action.format(log=_log(name)))
        if spooled := said.get("spooled"):
            what = f"Beacons wait on the disk of {name} ({spooled:,})"
            yield Trouble(what, "they go to Kafka as soon as it takes them")


def _log(worker: str) -> str:
    """Where a worker's log is; one elsewhere is called by its address."""
    return f"`chronos log {worker}`" if is_worker(worker) else "its log, where it runs,"


def _remarks(report: Report) -> Iterator[Trouble]:
    """What workers say of something that all of them see is said once, and not what is said here anyhow."""
    names: dict[str, list[str]] = {}
    own = _conditions(report)
    for name, answer in report.answers.workers.items():
        for remark in (answer.found or {}).get("remarks", ()):
            if not any(_is_about(remark, one) for one in own):
                names.setdefault(remark, []).append(name)
    for remark, by in names.items():
        says, kind = read_remark(remark)
        do = kind.what_to_do if kind else "`chronos log worker` says more"
        yield Trouble(f"{', '.join(by)}: {says}", do)


def _is_about(remark: str, condition: Condition) -> bool:
    says, kind = read_remark(remark)
    return kind is KINDS[condition.name] and condition.subject in says


def _conditions(report: Report) -> list[Condition]:
    """What a worker's watch would find, as far as it was seen."""
    seen, settings = report.look, report.settings
    found = judging.of_worker(seen, settings, "", disk.name(settings.home))
    if seen.kafka is not None and seen.kafka.topics:
        found += judging.of_kafka(seen, settings)
        found += judging_lag.of_lag(seen, judging_lag.Trends.of(settings), settings)
    return found.conditions


def _said_already(report: Report, name: str, problem: str) -> bool:
    errors = (one.error for one in report.services if one.name == name and name in report.seen.not_running)
    return any(problem in (error or "") for error in errors)


def _lag(report: Report) -> Iterator[Trouble]:
    behind = [one for one in report.lags or [] if one.stuck]
    if behind and not any(answer.found for answer in report.answers.workers.values()):
        yield Trouble(
            f"Beacons wait in Kafka ({max(one.messages for one in behind):,}) and no worker answers",
            "`chronos start worker`, or see to the workers elsewhere",
        )
        return
    for sink in behind:
        numbers = ", ".join(str(one.partition) for one in sink.stuck)
        yield Trouble(
            f"{sink.sink} has written nothing of partition {numbers} for over a minute, and beacons wait"
            f" ({sink.messages:,})",
            "`chronos log worker` shows why",
        )


def _windows(report: Report) -> Iterator[Trouble]:
    said = report.answers.windows.found or {}
    if missing := said.get("missing_partitions"):
        numbers = ", ".join(map(str, missing))
        yield Trouble(
            f"No worker holds the windows of partition {numbers}",
            "they come back with the worker that had them; `chronos start` starts those that are missing",
        )


def port(way: Way) -> Iterator[Trouble]:
    """That pages which name the port of [web] do not come here."""
    if moved := way.moved_port:
        wanted, chosen = moved
        yield Trouble(
            f"Another program had port {wanted}, so {chosen} is used, and nothing comes here from pages with"
            f" the script of {wanted}",
            f"name {chosen} in them and in [web] port; or end what has {wanted}, then `chronos stop worker`"
            " and `chronos start`",
        )


def _keys(report: Report) -> Iterator[Trouble]:
    if not report.settings.active_keys:
        yield Trouble("No beacon is accepted, for there is no write key", "`chronos key new` makes one")


def _growth(report: Report) -> Iterator[Trouble]:
    """Budgets that the disk has no room for; of a Kafka elsewhere its own disk is looked at."""
    kafka, limits, free = report.answers.kafka.found, report.settings.limits, report.disk.free
    if report.settings.kafka.bootstrap or not kafka:
        return
    topics = [one for one in kafka.topics.values() if one.budget is not None]
    more = sum(max(0, (one.budget or 0) - one.size) for one in topics)
    more += sum(max(0, limits.spool_bytes - used) for used in report.spools.values())
    if more > free:
        yield Trouble(
            f"Kafka and the spool may take {overview.size(more)} more, and {overview.size(free)} are free",
            "make room, or lower [kafka] retention_bytes or [limits] spool_bytes",
        )


def _undeliverable(report: Report) -> Iterator[Trouble]:
    undeliverable = report.settings.home / "undeliverable"
    if undeliverable.is_dir() and (kept := len(list(undeliverable.iterdir()))):
        yield Trouble(
            f"Beacons are larger than Kafka takes by now ({kept:,})",
            f"raise max.message.bytes of the topic and send them again, or delete {undeliverable}",
        )


def _should_run(report: Report, name: str) -> bool:
    # One that is down is said to be by what is known of the services.
    return name in report.seen.desired.services and name not in report.seen.not_running

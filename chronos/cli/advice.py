"""What is wrong, as `chronos status` sees it, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from chronos.cli import overview
from chronos.cli.lag import SinkLag
from chronos.cli.report import Report
from chronos.database.address import shown
from chronos.embedded.brokers import is_broker
from chronos.embedded.services import POSTGRES, is_worker
from chronos.watch import judging

STUCK_SECONDS = 60.0  # without a write, while something waits
FEW_BYTES = 2_000_000_000
FEW_PARTS = 0.05
WORKER_ACTIONS = {
    "the worker is starting": "wait some seconds; if it stays so, `chronos log {name}` says why",
    "Kafka": "beacons wait on disk until Kafka is back: see to it",
}


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong, and what a person can do."""

    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.what}: {self.do}"


def troubles(report: Report) -> list[Trouble]:
    """All that is wrong, the reasons before what follows from them."""
    return [
        *_full_disk(report),
        *_services(report),
        *_kafka(report),
        *_database(report),
        *_workers(report),
        *_remarks(report),
        *_lag(report),
        *_windows(report),
        *_keys(report),
        *_undeliverable(report),
    ]


def _services(report: Report) -> Iterator[Trouble]:
    seen = report.seen
    if not seen.desired.services:
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


def _kafka(report: Report) -> Iterator[Trouble]:
    why = report.answers.kafka.unavailable
    address = report.settings.kafka.bootstrap
    if why and address:
        what = f"Kafka at {address} could not be asked ({why})"
        yield Trouble(what, "see to it, or mend [kafka] bootstrap; beacons wait on disk meanwhile")
    elif found := report.answers.kafka.found:
        for one in judging.of_cluster(found):
            yield Trouble(f"Kafka: {one.summary}", "`chronos topics` says more, `chronos log kafka` why")
    elif why and any(_should_run(report, name) for name in filter(is_broker, report.seen.desired.services)):
        yield Trouble(f"Kafka could not be asked ({why})", "`chronos log kafka` shows more")


def _database(report: Report) -> Iterator[Trouble]:
    answer, url = report.answers.database, report.settings.timescaledb.url
    if answer.found and not answer.found.migrated:
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
            yield Trouble(
                f"{name} could not be asked ({answer.unavailable})", f"`chronos log {name}` shows more"
            )
        for problem in said.get("problems", ()):
            if not _said_already(report, name, problem):
                action = next((do for about, do in WORKER_ACTIONS.items() if problem.startswith(about)), None)
                action = action or "`chronos log {name}` shows more"
                yield Trouble(f"{name}: {problem}", action.format(name=name))
        if spooled := said.get("spooled"):
            what = f"Beacons wait on the disk of {name} ({spooled:,})"
            yield Trouble(what, "they go to Kafka as soon as it takes them")


def _remarks(report: Report) -> Iterator[Trouble]:
    """What workers say of something that all of them see is said once."""
    names: dict[str, list[str]] = {}
    for name, answer in report.answers.workers.items():
        for remark in (answer.found or {}).get("remarks", ()):
            names.setdefault(remark, []).append(name)
    for remark, by in names.items():
        yield Trouble(f"{', '.join(by)}: {remark.rstrip('.')}", "`chronos alerts` and the log say more")


def _said_already(report: Report, name: str, problem: str) -> bool:
    errors = (one.error for one in report.services if one.name == name and name in report.seen.not_running)
    return any(problem in (error or "") for error in errors)


def _lag(report: Report) -> Iterator[Trouble]:
    runs = any(is_worker(one.name) and one.pid for one in report.services)
    stuck = {one.sink: _stuck(one, report.now) for one in report.lags or []}
    behind = [one for one in report.lags or [] if stuck[one.sink]]
    if behind and not runs:
        yield Trouble(
            f"Beacons wait in Kafka ({max(one.lag for one in behind):,}) and no worker runs here",
            "`chronos start worker`, or see to the workers elsewhere",
        )
        return
    for sink in behind:
        numbers = ", ".join(map(str, stuck[sink.sink]))
        yield Trouble(
            f"{sink.sink} has written nothing of partition {numbers} for over a minute, and beacons wait"
            f" ({sink.lag:,})",
            "`chronos log worker` shows why",
        )


def _stuck(sink: SinkLag, now: float) -> list[int]:
    """The partitions in which something waits and nothing moves."""
    return [
        one.partition
        for one in sink.partitions
        if one.lag and (one.updated is None or now - one.updated.timestamp() > STUCK_SECONDS)
    ]


def _windows(report: Report) -> Iterator[Trouble]:
    said = report.answers.windows.found or {}
    if missing := said.get("missing_partitions"):
        numbers = ", ".join(map(str, missing))
        yield Trouble(
            f"No worker holds the windows of partition {numbers}",
            "they come back with the worker that had them; `chronos start` starts those that are missing",
        )


def _keys(report: Report) -> Iterator[Trouble]:
    if not report.settings.active_keys:
        yield Trouble("No beacon is accepted, for there is no write key", "`chronos key new` makes one")


def _full_disk(report: Report) -> Iterator[Trouble]:
    free, size = report.disk.free, report.disk.size
    if free < FEW_BYTES and free < FEW_PARTS * size:
        yield Trouble(
            f"Only {overview.size(free)} are free where {report.settings.home} is",
            "make room: Kafka and PostgreSQL end when a disk is full, and start by themselves when it is not",
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

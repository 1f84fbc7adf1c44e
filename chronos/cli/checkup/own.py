"""Checks of this machine and of the configuration."""

import asyncio
import resource
import time
from pathlib import Path

from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient
from chronos.cli.checkup.kafka import finding
from chronos.cli.overview import size
from chronos.cli.ways.way import Way
from chronos.embedded import usage
from chronos.settings import Settings, config_path
from chronos.watch import disk, judging
from chronos.watch.seeing import Seen

FEW_FILES, TOO_FEW_FILES = 4096, 1024


async def configuration(patient: Patient) -> list[Finding]:
    """Whether there is a key, and whose pages may send."""
    path = config_path()
    place = str(path) if path.exists() else "the environment alone"
    read = Finding("configuration", OK, f"read from {place}; state directory {patient.settings.home}")
    return [read, _services(patient.way), _keys(patient.settings), _origins(patient.settings)]


async def machine(patient: Patient) -> list[Finding]:
    """Disk and limits."""
    return [
        await asyncio.to_thread(_disk, patient.settings),
        await asyncio.to_thread(_spool, patient.way),
        _files(),
    ]


def _services(way: Way) -> Finding:
    seen = way.seen
    if seen.not_running:
        todo = f"`chronos log {seen.not_running[0]}` shows why, `chronos start` tries again"
        return Finding("services", FAILED, f"should run here and do not: {', '.join(seen.not_running)}", todo)
    if seen.desired.services and not seen.supervised:
        return Finding("services", FAILED, "nobody looks after them any more", "`chronos start` mends that")
    running = ", ".join(sorted(seen.desired.services))
    return Finding(
        "services", OK, f"run here: {running}" if running else "none is run by `chronos start` here"
    )


def _keys(settings: Settings) -> Finding:
    names = sorted({key.name for key in settings.active_keys})
    if not names:
        return Finding(
            "write keys", FAILED, "there is none: no beacon is taken", "make one: `chronos key new`"
        )
    return Finding("write keys", OK, f"{len(settings.active_keys)} for {', '.join(names)}")


def _origins(settings: Settings) -> Finding:
    allowed = settings.web.allowed_origins
    if "*" in allowed:
        return Finding(
            "origins",
            WARNING,
            "pages of any site may send",
            "name your own in [web] allowed_origins, unless that is what you want",
        )
    if not allowed:
        return Finding("origins", OK, "only pages of the workers' own address may send")
    return Finding("origins", OK, f"pages of {', '.join(allowed)} may send")


def _disk(settings: Settings) -> Finding:
    found = usage.room(settings.home)
    seen = Seen(time.time(), disk_free=found.free)
    for one in judging.of_worker(seen, settings, "", disk.name(settings.home)).conditions:
        return finding("disk", one)
    least = size(settings.alerts.disk_free_bytes)
    says = f"{size(found.free)} of {size(found.size)} are free; an alert begins below {least}"
    return Finding("disk", OK, says)


def _spool(way: Way) -> Finding:
    settings = way.settings
    limit = settings.limits.spool_bytes
    if way.data_place:
        return Finding("spool", OK, f"lies {way.data_place}; each worker says what waits in it")
    aside = len(_files_of(settings.home / "undeliverable"))
    if aside:
        return Finding(
            "spool",
            WARNING,
            f"{aside:,} beacons are set aside in {settings.home / 'undeliverable'}: the topic takes less",
            "raise max.message.bytes of the topic and send them again, or delete them",
        )
    if not limit:
        return Finding(
            "spool", WARNING, "there is none", "[limits] spool_bytes: with 0 Kafka's absence is a 503"
        )
    spools = usage.spools(settings.home)
    for name, used in spools.items():
        seen = Seen(time.time(), spool=(used, limit))
        for worst in judging.of_worker(seen, settings, name, "").conditions[-1:]:
            return finding("spool", worst)
    most = max(spools.values(), default=0)
    return Finding("spool", OK, f"{size(most)} of {size(limit)} at most for each worker")


def _files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def _files() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    says = f"{soft:,} open files for a process that is started here"
    if soft >= FEW_FILES or hard == resource.RLIM_INFINITY == soft:
        return Finding("file limit", OK, says)
    todo = f"raise it before `chronos start`: `ulimit -n {max(FEW_FILES, min(hard, 65_536))}`"
    return Finding("file limit", FAILED if soft < TOO_FEW_FILES else WARNING, says, todo)

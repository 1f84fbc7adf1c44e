"""Makes a backup of what runs here."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from chronos import __version__, addresses, kafka_admin, kafka_look
from chronos.embedded import brokers, client, cluster, files, jars
from chronos.embedded.backup import database
from chronos.embedded.backup.copying import copy_changed, size
from chronos.embedded.backup.errors import (
    AlreadyThere,
    AnotherBackup,
    MustRun,
    NotBackedUp,
    NotEmbedded,
)
from chronos.embedded.backup.manifest import FORMAT, POSTGRES, Manifest, checksums
from chronos.embedded.home import Home
from chronos.embedded.postgres import Postgres
from chronos.errors import ServiceError
from chronos.settings import Settings, config_path

SPOOL = ("spool", "undeliverable")
CONFIGURATION = "chronos.toml"
PASSWORD = "postgres.password"
BROKERS = "kafka.id"  # which brokers have data, and as what
READER = "reader.password"  # of the role by which Grafana reads, where there is one
LOCK = "spool.lock"
PAUSE_SECONDS = 120.0

Tell = Callable[[str, str], None]
"""Called with a part and what was done with it."""


def take(settings: Settings, target: Path, tell: Tell) -> Manifest:
    """Back up everything that `chronos start` keeps for ``settings`` into the new folder ``target``.

    PostgreSQL and the workers go on. Kafka is away for some seconds, in which beacons go to the spool.
    Raises BackupError, and leaves nothing then.
    """
    home = Home(settings.home)
    if target.exists():
        raise AlreadyThere(path=target)
    with alone(home):
        names = _running(settings, home)
        fresh = target.with_name(f".{target.name}.part")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            fresh.mkdir(parents=True, mode=0o700)
            manifest = _take(settings, home, names, fresh, tell)
            os.sync()
            manifest.write(fresh)
            fresh.rename(target)
        except OSError as error:
            raise NotBackedUp(path=target, reason=error) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return manifest


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Be the only one that backs up or restores; or raise AnotherBackup."""
    lock = files.hold(home.backup_lock, 0)
    if lock is None:
        raise AnotherBackup(home=home.path)
    try:
        yield
    finally:
        os.close(lock)


def kafka_folders(home: Path) -> list[Path]:
    """The folder of each broker."""
    return sorted(path for path in home.iterdir() if brokers.is_broker(path.name)) if home.is_dir() else []


def _running(settings: Settings, home: Home) -> frozenset[str]:
    """The brokers that run here; NotEmbedded or MustRun where there is something else to do first."""
    if settings.timescaledb.url:
        raise NotEmbedded(service="The database", section="timescaledb", setting="url")
    if settings.kafka.bootstrap:
        raise NotEmbedded(service="Kafka", section="kafka", setting="bootstrap")
    running = {one.name for one in client.overview(home).services if one.state == "running"}
    wanted = brokers.names(settings)
    for service in ("postgres", *wanted):
        if service not in running:
            raise MustRun(service=service)
    return frozenset(wanted)


def _take(settings: Settings, home: Home, names: frozenset[str], fresh: Path, tell: Tell) -> Manifest:
    # First the database: Kafka, copied after it, has all that came later, and workers read from their
    # watermarks on. Then the spool, whose beacons may be in Kafka by the time that Kafka is copied.
    postgres = Postgres("postgres", settings)
    began = time.monotonic()
    database.base_backup(postgres, cluster.password(home.path), fresh / POSTGRES)
    tell("PostgreSQL", f"{_megabytes(size(fresh / POSTGRES))} in {time.monotonic() - began:.1f} s")
    _copy_files(home.path, fresh)
    offsets = _offsets(settings)
    complete_until = datetime.now(UTC)
    for name in SPOOL:
        copy_changed(home.path / name, fresh / name, frozenset({LOCK}))
    tell("Spool", _megabytes(sum(size(fresh / name) for name in SPOOL)))
    away = _copy_kafka(home, names, fresh)
    kafka_bytes = sum(size(folder) for folder in kafka_folders(fresh))
    tell("Kafka", f"{_megabytes(kafka_bytes)}; away for {away:.1f} s, beacons went to the spool")
    return Manifest(
        FORMAT,
        complete_until.isoformat(timespec="seconds"),
        __version__,
        database.version(fresh / POSTGRES),
        jars.kafka_version(),
        offsets,
        checksums(fresh),
    )


def _copy_files(home: Path, fresh: Path) -> None:
    for name in (PASSWORD, BROKERS, READER):
        if (home / name).exists():
            shutil.copy2(home / name, fresh / name)
    if config_path().exists():
        shutil.copy2(config_path(), fresh / CONFIGURATION)


def _copy_kafka(home: Home, names: frozenset[str], fresh: Path) -> float:
    """Copy the brokers' folders, most of it while they run; return for how many seconds they did not."""
    _copy_brokers(home, fresh)
    began = time.monotonic()
    with client.paused(home, names, PAUSE_SECONDS):
        _copy_brokers(home, fresh)
    return time.monotonic() - began


def _copy_brokers(home: Home, fresh: Path) -> None:
    for folder in kafka_folders(home.path):
        copy_changed(folder, fresh / folder.name)


def _offsets(settings: Settings) -> dict[str, dict[str, int]]:
    bootstrap = addresses.resolve(settings).kafka
    names = [topic.name for topic in kafka_admin.topics(settings)]
    try:
        found = asyncio.run(kafka_look.look(bootstrap, names, settings.kafka.consumer_group))
    except ServiceError as error:
        raise NotBackedUp(path="The backup", reason=error) from error
    return {
        name: {str(one.number): one.end for one in topic.partitions if one.end is not None}
        for name, topic in found.topics.items()
    }


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"

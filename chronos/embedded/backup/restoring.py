"""Puts a backup back, where nothing is yet."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chronos.embedded import client, jars
from chronos.embedded.backup import database, unfinished
from chronos.embedded.backup.errors import HasData, MustNotRun, NotABackup, NotRestored, OtherVersion
from chronos.embedded.backup.manifest import POSTGRES, Manifest
from chronos.embedded.backup.taking import (
    BROKERS,
    CONFIGURATION,
    PASSWORD,
    READER,
    SPOOL,
    alone,
    kafka_folders,
)
from chronos.embedded.home import Home
from chronos.embedded.postgres import Postgres
from chronos.settings import Settings

SUFFIX = ".restoring"


def check(source: Path) -> Manifest:
    """The manifest of a backup that is whole and readable here; or NotABackup, OtherVersion."""
    manifest = Manifest.read(source)
    if differences := manifest.differences(source):
        more = f", and {len(differences) - 3} more" if len(differences) > 3 else ""
        raise NotABackup(path=source, reason="; ".join(differences[:3]) + more)
    database.verify(source / POSTGRES, manifest.chronos)
    ours = jars.kafka_version()
    if _number(ours) < _number(manifest.kafka):
        raise OtherVersion(what="Kafka", theirs=manifest.kafka, ours=ours, chronos=manifest.chronos)
    return manifest


def restore(settings: Settings, source: Path, manifest: Manifest) -> None:
    """Put the backup ``source``, which was checked, into the state directory; raise BackupError.

    What is copied gets its name only at the end, so that nothing runs on half of it. What an earlier one
    left that was cut off goes.
    """
    home = Home(settings.home)
    home.make()
    with alone(home):
        postgres = Postgres("postgres", settings)
        _refuse_where_something_runs(home)
        if unfinished.was_placing(home):
            _take_back(_targets(home, postgres))
        _refuse_where_something_is(_targets(home, postgres))
        for left in home.path.glob(f"*{SUFFIX}"):
            shutil.rmtree(left)
        unfinished.begin(home, source, placing=False)
        folders = [*SPOOL, *(folder.name for folder in kafka_folders(source))]
        fresh_data = _fresh(postgres.data)
        try:
            for name in folders:
                _copy(source / name, _fresh(home.path / name))
            shutil.rmtree(fresh_data, ignore_errors=True)
            database.put_back(source / POSTGRES, postgres, fresh_data)
            for name in (PASSWORD, BROKERS, READER):
                (home.path / name).unlink(missing_ok=True)
                if (source / name).exists():
                    shutil.copy2(source / name, home.path / name)
            unfinished.begin(home, source, placing=True)
            for name in folders:
                _into_place(home.path / name)
            fresh_data.rename(postgres.data)
            unfinished.done(home)
        except OSError as error:
            raise NotRestored(path=home.path, reason=error) from error


@contextmanager
def configuration(source: Path, path: Path) -> Iterator[bool]:
    """Put back chronos.toml where there is none, for good if nothing is raised meanwhile.

    Gives whether ``path`` is as in the backup.
    """
    kept = source / CONFIGURATION
    is_new = kept.exists() and not path.exists()
    if is_new:
        shutil.copy2(kept, path)
    try:
        yield not kept.exists() or kept.read_bytes() == path.read_bytes()
    except BaseException:
        if is_new:
            path.unlink()
        raise


def _refuse_where_something_runs(home: Home) -> None:
    running = [one.name for one in client.overview(home).services if one.pid]
    if running:
        raise MustNotRun(services=", ".join(running))


def _targets(home: Home, postgres: Postgres) -> list[Path]:
    """The folders to which data comes that are there, with or without any."""
    wanted = [postgres.data, *kafka_folders(home.path), *(home.path / name for name in SPOOL)]
    return [path for path in wanted if path.exists()]


def _refuse_where_something_is(targets: list[Path]) -> None:
    for path in targets:
        if any(path.iterdir()):
            raise HasData(path=path)


def _take_back(targets: list[Path]) -> None:
    """Nothing was started since, so what lies there is a copy that got its name."""
    for path in targets:
        shutil.rmtree(_fresh(path), ignore_errors=True)
        path.rename(_fresh(path))


def _fresh(target: Path) -> Path:
    return target.with_name(f"{target.name}{SUFFIX}")


def _copy(source: Path, fresh: Path) -> None:
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)


def _into_place(target: Path) -> None:
    if target.exists():
        target.rmdir()
    _fresh(target).rename(target)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())

"""Remembers a restore that is under way, so that whoever finds one that was cut off is told of it."""

from pathlib import Path

from chronos.embedded import files
from chronos.embedded.backup.errors import AnotherBackup, CutOff
from chronos.embedded.home import Home


def begin(home: Home, source: Path, *, placing: bool) -> None:
    """Say that ``source`` is being restored, and whether what was copied gets its name by now."""
    files.write_json(home.restoring, {"source": str(source), "placing": placing})


def was_placing(home: Home) -> bool:
    """Whether a restore was cut off when some of what it copied had its name."""
    return bool(files.read_json(home.restoring).get("placing"))


def done(home: Home) -> None:
    """Say that nothing of it is left to do."""
    home.restoring.unlink(missing_ok=True)


def check(home: Home) -> None:
    """Raise CutOff where a restore was cut off, AnotherBackup where it is under way."""
    if not home.restoring.is_file():
        return
    if files.is_held(home.backup_lock):
        raise AnotherBackup(home=home.path)
    raise CutOff(home=home.path, source=files.read_json(home.restoring)["source"])

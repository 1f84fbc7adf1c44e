"""What a backup says of itself, and whether it is still what it was."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from chronos.embedded import files
from chronos.embedded.backup.errors import NotABackup

FORMAT = 1
NAME = "manifest.json"
POSTGRES = "postgres"  # has a manifest of its own, which PostgreSQL's pg_verifybackup reads


@dataclass(frozen=True)
class Manifest:
    """``manifest.json``: written last, so that a folder that has it is whole.

    ``complete_until`` is a time (ISO 8601, UTC): each beacon that was answered with success before it is in
    the backup. ``offsets`` gives for each topic, by partition, the offset behind the last message that was
    there at that time. ``files`` has the SHA-256 of each file outside ``postgres/``.
    """

    format: int
    complete_until: str
    chronos: str
    postgres: str
    kafka: str
    offsets: dict[str, dict[str, int]]
    files: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """That of the backup in ``folder``; NotABackup where there is none, or one of another format."""
        path = folder / NAME
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            found = cls(**content)
        except FileNotFoundError:
            raise NotABackup(path=folder, reason=f"it has no {NAME}") from None
        except (ValueError, TypeError, OSError) as error:
            raise NotABackup(path=folder, reason=f"{NAME}: {error}") from error
        if found.format != FORMAT:
            reason = f"it has format {found.format}, this Chronos knows {FORMAT}"
            raise NotABackup(path=folder, reason=reason)
        return found

    def write(self, folder: Path) -> None:
        """Make the backup in ``folder`` a whole one."""
        files.write_json(folder / NAME, asdict(self))

    def differences(self, folder: Path) -> list[str]:
        """One phrase for each file outside ``postgres/`` that is missing, more, or not what it was."""
        there = checksums(folder)
        missing = [f"{name} is missing" for name in self.files if name not in there]
        more = [f"{name} does not belong to it" for name in there if name not in self.files]
        changed = [f"{name} was changed" for name, sum in there.items() if self.files.get(name, sum) != sum]
        return missing + more + changed


def checksums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below ``folder``, by its path in it; without those of PostgreSQL."""
    return {str(path.relative_to(folder)): _sha256(path) for path in _covered(folder)}


def _covered(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside.parts[0] != POSTGRES and str(inside) != NAME:
            yield path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

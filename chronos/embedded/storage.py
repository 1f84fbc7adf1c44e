"""The data folders of brokers: formatted once, and recognised when one is gone."""

import base64
import shutil
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chronos.embedded import files
from chronos.embedded.errors import DataWithoutIdentity, OtherLayout

META = "meta.properties"
METADATA_LOG = "__cluster_metadata-0"
VOTES = "quorum-state"


class Storage:
    """The data of the brokers ``names``, below ``home``; ``kafka.id`` says which had data, and as what."""

    def __init__(self, home: Path, names: Sequence[str]) -> None:
        self.home = home
        self.names = names

    def folder(self, name: str) -> Path:
        """A broker's data."""
        return self.home / name / "data"

    def is_there(self, name: str) -> bool:
        """Whether a broker has data."""
        return (self.folder(name) / META).exists()

    def is_gone(self, name: str) -> bool:
        """Whether a broker had data, and has none any more."""
        return not self.is_there(name) and name in self._known().get("directories", {})

    def whole(self) -> list[str]:
        """The brokers that have data."""
        return [name for name in self.names if self.is_there(name)]

    def cluster_id(self) -> str:
        """The id of the cluster, made when it is first asked for."""
        with files.locked(self._lock):
            known = self._known()
            if "cluster" not in known:
                found = [read_meta(self.folder(name)).get("cluster.id") for name in self.whole()]
                known["cluster"] = found[0] if found else new_id()
                files.write_json(self._path, known)
            return str(known["cluster"])

    def refuse_other_layout(self) -> None:
        """OtherLayout where data lies in folders that these brokers do not have: it would be left behind."""
        others = {"kafka", "kafka-1", "kafka-2", "kafka-3"} - set(self.names)
        found = sorted(name for name in others if self.is_there(name))
        if found:
            count = 1 if "kafka" in found else 3
            raise OtherLayout(folders=" and ".join(str(self.home / name) for name in found), count=count)

    def format(self, name: str, tool: Callable[[Path], None]) -> None:
        """Have ``tool`` format a fresh folder, and put it in place with the identity that the broker had.

        Made aside and moved, so that an interrupted one is never taken for whole.
        """
        target = self.folder(name)
        if target.exists() and any(target.iterdir()):
            raise DataWithoutIdentity(folder=target, file=META)
        fresh = target.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        tool(fresh)
        if before := self._known().get("directories", {}).get(name):
            _write_meta(fresh, {"directory.id": before})
        fresh.rename(target)

    def remember(self, name: str) -> None:
        """Note that a broker has data, so that it is missed when it is gone."""
        directory = read_meta(self.folder(name)).get("directory.id", "")
        with files.locked(self._lock):
            known = self._known()
            if known.setdefault("directories", {}).get(name) != directory:
                known["directories"][name] = directory
                files.write_json(self._path, known)

    def forget(self) -> None:
        """Miss no broker any more: all are gone, and the first that begins has nothing for the others."""
        with files.locked(self._lock):
            files.write_json(self._path, self._known() | {"directories": {}})

    def seed(self, fresh: Path, source: str) -> None:
        """Give a fresh folder the cluster's metadata as ``source`` has it, without the votes that it gave.

        To be called only while there is no quorum, so that nobody writes what is copied. Two empty brokers
        would otherwise be a majority, and have the third forget its topics.
        """
        log = fresh / METADATA_LOG
        shutil.rmtree(log, ignore_errors=True)
        shutil.copytree(self.folder(source) / METADATA_LOG, log, ignore=shutil.ignore_patterns(VOTES))

    def _known(self) -> dict[str, Any]:
        return files.read_json(self._path)

    @property
    def _path(self) -> Path:
        return self.home / "kafka.id"

    @property
    def _lock(self) -> Path:
        return self.home / "run" / "kafka.id.lock"


def read_meta(data: Path) -> dict[str, str]:
    """What a broker's folder says of itself; nothing where it does not."""
    path = data / META
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def new_id() -> str:
    """An id as Kafka wants it: 16 bytes in URL-safe base64; no leading dash, which looks like an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def _write_meta(data: Path, change: dict[str, str]) -> None:
    content = read_meta(data) | change
    (data / META).write_text("".join(f"{name}={value}\n" for name, value in content.items()))

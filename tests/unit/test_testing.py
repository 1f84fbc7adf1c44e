"""`chronos.testing.check_sink` takes sinks that keep their promises, and names what others do not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chronos.sinks import Batch, DataSink, Section
from chronos.testing import PromiseBroken, check_sink


class Whole(DataSink):
    """Events and watermark in one file that is replaced whole; each is as it should be."""

    class Settings(Section):
        path: str

    @property
    def file(self) -> Path:
        return self.context.folder / self.settings.path

    def kept(self) -> dict[str, Any]:
        return json.loads(self.file.read_text()) if self.file.exists() else {"events": [], "next": {}}

    def next_offsets(self) -> dict[int, int]:
        return {int(place): offset for place, offset in self.kept()["next"].items()}

    def write(self, batch: Batch) -> None:
        if any(self.next_offsets().get(place, 0) > since for place, since in batch.since.items()):
            raise RuntimeError("another one was faster")
        self.keep(batch)

    def keep(self, batch: Batch) -> None:
        kept = self.kept()
        kept["events"] += [[str(row.beacon_id), row.number] for row in batch.rows()]
        kept["next"] |= batch.next_offsets
        self.file.write_text(json.dumps(kept))


class Appending(Whole):
    """Without a watermark: at least once."""

    def next_offsets(self) -> None:  # type: ignore[override]
        return None

    def write(self, batch: Batch) -> None:
        self.keep(batch)


class Waiting(Whole):
    """The same with coroutines."""

    async def write(self, batch: Batch) -> None:  # type: ignore[override]
        super().write(batch)


class Unfenced(Whole):
    def write(self, batch: Batch) -> None:
        self.keep(batch)


class Forgetful(Whole):
    def __init__(self, settings: Any, context: Any) -> None:
        super().__init__(settings, context)
        self.next: dict[int, int] = {}

    def next_offsets(self) -> dict[int, int]:
        return self.next

    def write(self, batch: Batch) -> None:
        self.keep(batch)
        self.next = dict(batch.next_offsets)


class Lossy(Whole):
    def keep(self, batch: Batch) -> None:
        super().keep(Batch(batch.beacons[1:], batch.since, batch.next_offsets, batch.clock))


class Piecemeal(Whole):
    def keep(self, batch: Batch) -> None:
        for row in batch.rows():
            kept = self.kept()
            kept["events"].append([str(row.beacon_id), row.number])
            self.file.write_text(json.dumps(kept))
        self.file.write_text(json.dumps(self.kept() | {"next": dict(batch.next_offsets)}))


class Idle(Whole):
    def write(self, batch: Batch) -> None:
        if batch.beacons:
            super().write(batch)


def check(kind: type[DataSink], folder: Path) -> None:
    def stored() -> list[tuple[str, int]]:
        path = folder / "events.json"
        return [tuple(one) for one in json.loads(path.read_text())["events"]] if path.exists() else []

    check_sink(kind, {"path": "events.json"}, folder=folder, stored=stored)


@pytest.mark.parametrize("kind", [Whole, Appending, Waiting])
def test_a_sink_that_keeps_its_promises_passes(kind: type[DataSink], tmp_path: Path) -> None:
    check(kind, tmp_path)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (Unfenced, "events are missing, 15 are there too many: two writers of which one is late"),
        (Forgetful, "next_offsets() gives {} where {0: 2} is right: a sink that is opened again"),
        (Lossy, "5 events are missing, 0 are there too many: a second batch"),
        (Piecemeal, "0 events are missing, 14 are there too many: a batch that failed half-way"),
        (Idle, "next_offsets() gives {0: 3} where {0: 4} is right: a batch without beacons"),
    ],
)
def test_what_a_sink_does_not_keep_is_named(
    kind: type[DataSink], says: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PromiseBroken) as caught:
        check(kind, tmp_path)
    assert says in str(caught.value)


def test_settings_that_the_sink_does_not_take_are_an_error(tmp_path: Path) -> None:
    wrong: Callable[[], list[tuple[object, int]]] = list
    with pytest.raises(ValueError, match="Extra inputs"):
        check_sink(Whole, {"path": "x", "pth": "y"}, folder=tmp_path, stored=wrong)

"""An event type is one Record; what else has to name it, does."""

import re
from pathlib import Path

import pytest

from chronos.models.events import EVENT_TYPES
from chronos.settings.tracker import TrackerEvents

TRACKER = Path(__file__).parents[2] / "tracker"
CAPTURES = (TRACKER / "src" / "capture" / "index.js").read_text()
TYPES = (TRACKER / "package" / "index.d.ts").read_text()


def test_each_can_be_switched_on_and_off() -> None:
    assert set(TrackerEvents.model_fields) == set(EVENT_TYPES)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_tracker_captures_each(name: str) -> None:
    assert (TRACKER / "src" / "capture" / f"{name}.js").exists()
    assert re.search(rf'^import {{ \w+ }} from "./{name}.js";$', CAPTURES, re.MULTILINE)
    assert re.search(rf"^  {name}: \w+,$", CAPTURES, re.MULTILINE)


def test_the_tracker_captures_no_others() -> None:
    modules = {path.stem for path in (TRACKER / "src" / "capture").glob("*.js")}
    assert modules - {"index"} == set(EVENT_TYPES)
    assert set(re.findall(r"^  (\w+): capture\w+,$", CAPTURES, re.MULTILINE)) == set(EVENT_TYPES)


def test_the_package_names_each_to_typescript() -> None:
    union = re.search(r"type EventType =([^;]+);", TYPES)
    assert union
    assert sorted(re.findall(r'"(\w+)"', union.group(1))) == sorted(EVENT_TYPES)

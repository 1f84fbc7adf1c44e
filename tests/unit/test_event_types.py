"""An event type is one Record; what else has to name it, does."""

from pathlib import Path

import pytest

from chronos.models.events import EVENT_TYPES
from chronos.settings.sections import TrackerEvents

ROOT = Path(__file__).parents[2]


def test_each_can_be_switched_on_and_off() -> None:
    assert set(TrackerEvents.model_fields) == set(EVENT_TYPES)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_tracker_captures_each(name: str) -> None:
    captures = (ROOT / "tracker" / "src" / "capture" / "index.js").read_text()
    assert name in captures
    assert (ROOT / "tracker" / "src" / "capture" / f"{name}.js").exists()

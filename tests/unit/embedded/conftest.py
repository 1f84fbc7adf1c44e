"""Fixtures of the tests of embedded services."""

from pathlib import Path

import pytest

from chronos.embedded import ports
from chronos.embedded.home import Home


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests claim no ports that a real service of this user could want."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(ports, "_claims", {})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty state directory."""
    made = Home(tmp_path / "home")
    made.make()
    return made

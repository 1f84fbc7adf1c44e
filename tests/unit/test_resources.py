"""The files that are not Python are found, in a checkout and in an installed package."""

from pathlib import Path

import pytest

from chronos import resources


@pytest.mark.parametrize(
    "path",
    [
        resources.sql("timescaledb"),
        resources.sql("timescaledb/001_schemas.sql"),
        resources.tracker("tracker.js"),
        resources.page("demo.html"),
        resources.grafana("dashboards/1-overview.json"),
    ],
    ids=lambda path: path.name,
)
def test_is_there(path: Path) -> None:
    assert path.exists()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in a site-packages, where the build put everything inside."""
    package = tmp_path / "site-packages" / "chronos"
    for folder in ("sql", "tracker", "docker"):
        (package / folder).mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", package)
    return package


def test_an_installed_package_carries_them_inside(installed: Path) -> None:
    assert resources.sql("timescaledb") == installed / "sql" / "timescaledb"
    assert resources.tracker("tracker.js") == installed / "tracker" / "tracker.js"
    assert resources.grafana("dashboards") == installed / "docker" / "grafana" / "dashboards"


def test_a_checkout_has_them_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "chronos")
    assert resources.sql("timescaledb") == tmp_path / "sql" / "timescaledb"
    assert resources.tracker("tracker.js") == tmp_path / "tracker" / "dist" / "tracker.js"
    assert resources.grafana("dashboards") == tmp_path / "docker" / "grafana" / "dashboards"

"""Views, windows and modules of installed packages."""

import sys
from collections.abc import Iterator
from pathlib import Path

import packages
import pytest

from chronos import settings
from chronos.errors import ConfigurationError
from chronos.extensions import modules, views
from chronos.views import catalog
from chronos.windows.declared import declared

WINDOW = """
from chronos.settings.windows import DeclaredWindow

slow = DeclaredWindow(event="web_vitals", key="name", filter="value > 2500", about="Slow ones")
"""


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith("shop_")]:
        del sys.modules[name]


def test_a_package_has_views_between_ours_and_those_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"shop_views/__init__.py": "", "shop_views/b.sql": "", "shop_views/a.sql": "", "own/z.sql": ""}
    points = "[chronos.views]\nshop = shop_views\n"
    packages.install(tmp_path / "site", monkeypatch, points=points, files=files)
    names = [path.name for path in catalog.files(tmp_path / "site" / "own")]
    assert names[-3:] == ["a.sql", "b.sql", "z.sql"]
    assert "pageviews_per_day.sql" in names[:-3]


@pytest.mark.parametrize("module", ["shop_no_views", "json"])
def test_a_package_without_the_views_that_it_names_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    packages.install(tmp_path, monkeypatch, points=f"[chronos.views]\nshop = {module}\n")
    with pytest.raises(ConfigurationError, match=f"{module} is no package with files that end in .sql"):
        views.files()


def test_a_package_has_windows_and_a_table_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = "[chronos.windows]\nslow_pages = shop_windows:slow\n"
    packages.install(tmp_path, monkeypatch, points=points, files={"shop_windows.py": WINDOW})
    [view] = [view for view in declared(settings.load()) if view.is_own]
    assert (view.name, view.event, view.filter) == ("slow_pages", "web_vitals", "value > 2500")
    Path("chronos.toml").write_text("[windows.slow_pages]\nkey = 'event_type'")
    [view] = [view for view in declared(settings.load()) if view.is_own]
    assert (view.event, view.key) == (None, "event_type")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"web_vitals"',
            '"vitals"',
            "shop_windows:slow: slow_pages.event = 'vitals': there is no such",
        ),
        ('"name"', '"nome"', "shop_windows:slow: slow_pages.key = 'nome': "),
        ("slow =", "fast =", "cannot be imported: AttributeError"),
        ("slow =", "slow = 3 #", "is no chronos.settings.windows.DeclaredWindow"),
    ],
)
def test_what_is_wrong_with_a_window_is_said_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str
) -> None:
    points = "[chronos.windows]\nslow_pages = shop_windows:slow\n"
    text = WINDOW.replace(old, new)
    packages.install(tmp_path, monkeypatch, points=points, files={"shop_windows.py": text})
    with pytest.raises(ConfigurationError) as caught:
        declared(settings.load())
    assert says in str(caught.value)
    assert "package shop 1.2, entry point slow_pages of chronos.windows" in str(caught.value)


def test_modules_of_packages_and_of_settings_are_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    points = "[chronos.agents]\nshop = shop_agents\n"
    packages.install(tmp_path / "site", monkeypatch, points=points, files={"shop_agents.py": ""})
    Path("shop_beside.py").write_text("")
    Path("chronos.toml").write_text('[app]\nmodules = ["shop_beside"]')
    modules.import_all(settings.load())
    assert {"shop_agents", "shop_beside"} <= set(sys.modules)


def test_modules_that_fail_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    points = "[chronos.agents]\nshop = shop_agents\n"
    packages.install(tmp_path / "site", monkeypatch, points=points, files={"shop_agents.py": "1 / 0"})
    Path("chronos.toml").write_text('[app]\nmodules = ["shop_nowhere"]')
    with pytest.raises(ConfigurationError) as caught:
        modules.import_all(settings.load())
    first, second = str(caught.value).splitlines()
    assert first.endswith("shop_agents cannot be imported: ZeroDivisionError: division by zero")
    assert "line 2: app.modules: shop_nowhere cannot be imported: ModuleNotFoundError" in second

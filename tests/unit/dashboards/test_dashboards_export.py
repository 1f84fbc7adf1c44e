"""Dashboards for a Grafana of one's own: it is asked for its data sources, and nothing else is different."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chronos.dashboards import files
from chronos.dashboards.errors import UnknownDashboard
from chronos.resources import PACKAGE

ROOT = PACKAGE.parent
POSTGRES, PROMETHEUS = files.INPUTS
EVERY = {file.name: file.content for file in files.all_files()}
each_dashboard = pytest.mark.parametrize("name", EVERY)


def uids(value: Any) -> set[tuple[str, str]]:
    """Every data source that is named, wherever: type and uid."""
    text = json.dumps(value)
    return set(re.findall(r'"datasource": \{"type": "([^"]+)", "uid": "([^"]+)"', text))


def test_the_folder_of_the_examples_is_none_of_the_repository() -> None:
    page = (ROOT / "docs" / "grafana.md").read_text() + (ROOT / "docs" / "cli.md").read_text()
    folders = set(re.findall(r"chronos dashboards export (\./\S+)", page))
    assert folders
    assert [folder for folder in folders if (ROOT / folder).exists()] == []


@each_dashboard
def test_it_asks_for_each_data_source_that_it_uses(name: str) -> None:
    made = files.for_import(EVERY[name], {})
    asked = {one["pluginId"]: one["name"] for one in made["__inputs"]}
    assert uids(made) == {(kind, f"${{{variable}}}") for kind, variable in asked.items()}
    assert set(asked) == ({POSTGRES, PROMETHEUS} if name == "pipeline" else {POSTGRES})
    assert all(one["type"] == "datasource" and one["label"] for one in made["__inputs"])


@each_dashboard
def test_nothing_else_is_different(name: str) -> None:
    made = files.for_import(EVERY[name], {POSTGRES: "chronos", PROMETHEUS: "chronos-prometheus"})
    assert made.pop("__inputs") == []
    assert {one["type"] for one in made.pop("__requires")} == {"grafana", "datasource", "panel"}
    assert made.pop("id") is None
    assert made == EVERY[name]


def test_a_data_source_that_is_given_is_not_asked_for() -> None:
    made = files.for_import(EVERY["pipeline"], {POSTGRES: 'My "events"'})
    assert [one["name"] for one in made["__inputs"]] == ["DS_PROMETHEUS"]
    sources = {panel["datasource"]["uid"] for panel in made["panels"]}
    assert sources == {'My "events"', "${DS_PROMETHEUS}"}


def test_what_is_read_is_not_changed() -> None:
    before = json.dumps(EVERY["pages"])
    files.for_import(EVERY["pages"], {})
    assert json.dumps(EVERY["pages"]) == before


def test_written_files_are_json_and_replace_older_ones(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    for _ in range(2):
        paths = [files.written(file, folder, {}) for file in files.all_files()]
    assert [path.name for path in paths] == [f"chronos-{name}.json" for name in EVERY]
    assert all(json.loads(path.read_text())["__inputs"] for path in paths)


def test_a_dashboard_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UnknownDashboard, match="no dashboard clicky: known are overview, pages, clicks"):
        files.chosen(("overview", "clicky"))
    assert [file.name for file in files.chosen(("forms", "clicks"))] == ["forms", "clicks"]

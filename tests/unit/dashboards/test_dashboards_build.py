"""What is committed for Grafana is what the source makes, and hangs together."""

import json
from collections import Counter
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard as GrafanaDashboard

from chronos import resources
from dashboards import generate
from dashboards.catalog import DASHBOARDS
from dashboards.columns import shown, thresholds
from dashboards.model import Bounds, Dashboard, SqlPanel, described, statement

CONTENTS = {path.name: json.loads(path.read_text()) for path in generate.files()}
PANELS = {
    f"{name}: {panel['title']}": panel for name, content in CONTENTS.items() for panel in content["panels"]
}
SOURCES = {"chronos": "grafana-postgresql-datasource", "chronos-prometheus": "prometheus"}
each_file = pytest.mark.parametrize("name", CONTENTS)
each_panel = pytest.mark.parametrize("name", PANELS)


def test_the_files_are_what_the_source_makes() -> None:
    assert {path.name: "run `make docs`" for path in generate.stale()} == {}


def test_the_same_source_makes_the_same_file() -> None:
    assert generate.files() == generate.files()


def test_the_seven_dashboards() -> None:
    assert [content["title"].removeprefix("Chronos: ") for content in CONTENTS.values()] == [
        "Overview",
        "Pages",
        "Clicks and links",
        "Forms",
        "Sessions",
        "Errors and vitals",
        "Pipeline health",
    ]


@each_file
def test_grafanas_own_library_reads_a_file_and_loses_nothing(name: str) -> None:
    register_default_plugins()
    read = GrafanaDashboard.from_json(CONTENTS[name])
    assert without_nothing(json.loads(JSONEncoder().encode(read))) == without_nothing(CONTENTS[name])


def without_nothing(value: Any) -> Any:
    """Without nulls and empty containers, which are the same as leaving out."""
    if isinstance(value, dict):
        kept = {name: without_nothing(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, {}, [])}
    return [without_nothing(inner) for inner in value] if isinstance(value, list) else value


@each_file
def test_panels_lie_beside_each_other_within_the_grid(name: str) -> None:
    taken: Counter[tuple[int, int]] = Counter()
    for panel in CONTENTS[name]["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        taken.update(
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        )
    assert max(taken.values()) == 1
    width, height = (max(one[axis] for one in taken) + 1 for axis in (0, 1))
    assert (width, len(taken)) == (24, 24 * height), "there are holes"


@each_file
def test_ids_are_unique_and_stay(name: str) -> None:
    panels = CONTENTS[name]["panels"]
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))


@each_file
def test_a_dashboard_leads_to_the_others_with_its_time_range(name: str) -> None:
    [link] = CONTENTS[name]["links"]
    assert link["type"] == "dashboards"
    assert link["keepTime"] is True
    assert link["tags"] == CONTENTS[name]["tags"] == ["chronos"]


@each_panel
def test_a_panel_says_what_it_means(name: str) -> None:
    panel = PANELS[name]
    assert panel["description"].endswith(".")
    assert len(panel["description"]) > 30
    assert panel["fieldConfig"]["defaults"]["noValue"]


@each_panel
def test_a_panel_of_counts_says_its_grain_and_its_time(name: str) -> None:
    target = PANELS[name]["targets"][0]
    about = PANELS[name]["description"]
    if "rawSql" in target:
        assert any(word in about for word in ("one number", "a number", "a row", "a bar", "a point")), about
        assert any(word in about for word in ("time range", "by the time", "by when")), about


@each_panel
def test_a_panel_asks_a_data_source_that_is_provisioned(name: str) -> None:
    for target in [PANELS[name], *PANELS[name]["targets"]]:
        source = target["datasource"]
        assert SOURCES[source["uid"]] == source["type"]
    # The query is told in the description, not in what the database sees.
    assert not any(target.get("rawSql", "").startswith("--") for target in PANELS[name]["targets"])


@each_panel
def test_a_link_leads_to_a_dashboard_that_there_is(name: str) -> None:
    for override in PANELS[name]["fieldConfig"]["overrides"]:
        for one in (part for part in override["properties"] if part["id"] == "links"):
            for link in one["value"]:
                uid = link["url"].split("?")[0].removeprefix("/d/")
                [content] = [one for one in CONTENTS.values() if one["uid"] == uid]
                assert [one["name"] for one in content["templating"]["list"]] == ["page"]


@each_panel
def test_a_number_without_bounds_has_no_colour_of_grafanas(name: str) -> None:
    panel = PANELS[name]
    if panel["type"] == "stat":
        settings = [panel["fieldConfig"]["defaults"]] + [
            {part["id"]: part["value"] for part in override["properties"]}
            for override in panel["fieldConfig"]["overrides"]
        ]
        bounded = any("thresholds" in one for one in settings)
        assert panel["options"]["colorMode"] == ("value" if bounded else "none")


def settings_of(panel: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a panel says of each of its columns."""
    return {
        one["matcher"]["options"]: {part["id"]: part["value"] for part in one["properties"]}
        for one in panel["fieldConfig"]["overrides"]
    }


@each_panel
def test_a_table_leaves_room_for_texts_on_a_small_screen(name: str) -> None:
    panel = PANELS[name]
    if panel["type"] == "table":
        columns = settings_of(panel)
        taken = [one.get("custom.width", 0) for one in columns.values()]
        assert all(("unit" in one) == ("custom.width" in one) for one in columns.values())
        assert 1240 / 24 * panel["gridPos"]["w"] - sum(taken) >= 110 * taken.count(0) > 0


@each_panel
def test_counts_are_said_in_full(name: str) -> None:
    units = [one.get("unit") for one in settings_of(PANELS[name]).values()]
    # Nor in units of 1,024 bytes, which `chronos status` has not.
    assert not {"short", "bytes"} & {*units, PANELS[name]["fieldConfig"]["defaults"].get("unit")}


@each_panel
def test_names_of_bars_are_as_small_as_need_be(name: str) -> None:
    if PANELS[name]["type"] == "bargauge":
        assert PANELS[name]["options"]["text"]["titleSize"] <= 14


def test_there_is_a_query_for_each_panel_and_none_is_left_over() -> None:
    used = {
        f"{board.name}/{panel.name}"
        for board in DASHBOARDS
        for panel in board.panels
        if isinstance(panel, SqlPanel)
    }
    folder = resources.sql("grafana")
    there = {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.sql")}
    assert there == used | {"variables/pages"}


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.name)
def test_where_a_page_can_be_chosen_and_only_there_every_query_asks_for_it(board: Dashboard) -> None:
    for panel in board.panels:
        if isinstance(panel, SqlPanel):
            sql = statement(f"{board.name}/{panel.name}")
            assert ("${page:sqlstring} in ('*', " in sql) == ("${" in sql) == board.by_page


def test_what_a_comment_says_becomes_the_description() -> None:
    assert described("-- One.\n-- Two.\nselect 1\n-- not this\n") == ("One. Two. not this", "select 1")


def test_names_and_bounds_for_people() -> None:
    assert [shown(name) for name in ("lcp", "rage_clicks", "page")] == ["LCP", "Rage clicks", "Page"]
    steps = [(step.value, step.color) for step in thresholds(Bounds(1, 2)).build().steps]
    assert steps == [(None, "green"), (1, "yellow"), (2, "red")]
    steps = [(step.value, step.color) for step in thresholds(Bounds(0, 1)).build().steps]
    assert steps == [(None, "green"), (1, "red")]

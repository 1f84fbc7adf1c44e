"""What Grafana is provisioned with: data sources and dashboards that belong together, and no secret."""

import re

import yaml

from chronos import resources
from chronos.cli.dashboards import ROLE
from dashboards.build import EVENTS, METRICS
from dashboards.generate import FOLDER, ROOT

TEXT = resources.grafana("provisioning/datasources/chronos.yml").read_text()
SOURCES = {source["uid"]: source for source in yaml.safe_load(TEXT)["datasources"]}
[PROVIDER] = yaml.safe_load(resources.grafana("provisioning/dashboards/chronos.yml").read_text())["providers"]
PAGE = (ROOT / "docs" / "grafana.md").read_text()


def test_the_data_sources_are_those_that_the_dashboards_ask() -> None:
    assert {(uid, source["type"]) for uid, source in SOURCES.items()} == {
        (one.uid, one.type_val) for one in (EVENTS, METRICS)
    }
    assert [source["name"] for source in SOURCES.values() if source.get("isDefault")] == ["Chronos"]


def test_the_password_comes_from_a_file_and_everything_of_the_place_from_the_environment() -> None:
    events = SOURCES["chronos"]
    assert events["secureJsonData"] == {"password": "$__file{/run/secrets/chronos_reader_password}"}
    named = set(re.findall(r"\$\{(\w+)\}", TEXT))
    assert named == {name for name in named if f"`{name}`" in PAGE}
    assert len(named) == 5


def test_macros_are_those_of_a_plain_postgresql() -> None:
    # As the tests expand them; with TimescaleDB's the dashboards would need it.
    assert SOURCES["chronos"]["jsonData"]["timescaledb"] is False


def test_the_files_are_mounted_where_they_are_looked_for() -> None:
    place = PROVIDER["options"]["path"]
    assert f"| `{FOLDER.relative_to(ROOT)}/` | `{place}/` |" in PAGE
    assert PROVIDER["allowUiUpdates"] is False


def test_grafana_asks_nobody_outside() -> None:
    compose = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text())
    environment = compose["services"]["grafana"]["environment"]
    outside = {
        name: value
        for name, value in environment.items()
        if name.startswith(("GF_ANALYTICS", "GF_NEWS", "GF_PLUGINS"))
    }
    assert outside == {
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
        "GF_PLUGINS_PREINSTALL_DISABLED": "true",
        "GF_NEWS_NEWS_FEED_ENABLED": "false",
    }


def test_the_docs_name_the_role() -> None:
    assert f"user\n`{ROLE}`" in PAGE or f"user `{ROLE}`" in PAGE

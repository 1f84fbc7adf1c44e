"""What is asked of Prometheus, in dashboards and in alerts, is there: metrics, and their labels."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from chronos import metrics
from chronos.settings import Settings
from dashboards.catalog import DASHBOARDS
from dashboards.generate import ROOT
from dashboards.model import MetricPanel

FOLDER = ROOT / "docker" / "prometheus"
ALERTS = yaml.safe_load((FOLDER / "alerts.yml").read_text())
CONFIGURATION = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
# Labels that Prometheus itself puts on what it scrapes.
SCRAPED = {"job", "instance"}
OWN = {"up": set[str]()}
VARIABLE = re.compile(r"\$__\w+")
EXPRESSIONS = {
    f"{panel.name}: {query.legend}": query.text
    for board in DASHBOARDS
    for panel in board.panels
    if isinstance(panel, MetricPanel)
    for query in panel.expressions
} | {rule["alert"]: rule["expr"] for rule in RULES}


def series() -> dict[str, set[str]]:
    """The names under which Prometheus has the metrics, with their labels."""
    found = {metric.name: set[str]() for metric in REGISTRY.collect() if metric.name.startswith("process")}
    found |= {f"{name}_total": labels for name, labels in found.items()}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            about = next(iter(metric.describe()))
            labels = set(metric._labelnames)
            suffixes = {
                "counter": {"_total": set[str]()},
                "histogram": {"_bucket": {"le"}, "_sum": set(), "_count": set()},
            }
            for suffix, more in suffixes.get(about.type, {"": set()}).items():
                found[f"{about.name}{suffix}"] = labels | more
    return found | OWN


SERIES = series()


def parts(expression: Any) -> Iterator[Any]:
    """An expression and all that it is made of."""
    yield expression
    for name in ("lhs", "rhs", "expr", "vector_selector"):
        if (inner := getattr(expression, name, None)) is not None:
            yield from parts(inner)
    for inner in getattr(expression, "args", None) or []:
        yield from parts(inner)


def parsed(text: str) -> Any:
    return promql.parse(VARIABLE.sub("5m", text))


def unknown(text: str) -> set[str]:
    """The metrics and labels in an expression that there are not."""
    found = list(parts(parsed(text)))
    selectors = [one for one in found if isinstance(one, promql.VectorSelector)]
    names = {one.name for one in selectors}
    wrong = names - set(SERIES)
    known = set.union(SCRAPED, *(SERIES.get(name, set()) for name in names))
    used = {matcher.name for one in selectors for matcher in one.matchers.matchers}
    for one in found:
        if isinstance(one, promql.AggregateExpr) and one.modifier:
            used |= set(one.modifier.labels)
    return wrong | (used - known)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_asks_for_what_there_is(name: str) -> None:
    assert unknown(EXPRESSIONS[name]) == set()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("sum by (sinc) (rate(chronos_events_stored_total[5m]))", {"sinc"}),
        ("chronos_events_stored", {"chronos_events_stored"}),
        ('sum(increase(chronos_beacons_total{code="503"}[$__range])) or vector(0)', {"code"}),
        ("histogram_quantile(0.9, sum by (le, sink) (rate(chronos_batch_seconds_sum[5m])))", {"le"}),
    ],
)
def test_what_is_not_there_would_be_seen(text: str, wrong: set[str]) -> None:
    assert unknown(text) == wrong


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_legend_names_labels_that_the_series_have(name: str) -> None:
    labels = set(re.findall(r"\{\{(\w+)\}\}", name))
    found = [one for one in parts(parsed(EXPRESSIONS[name])) if isinstance(one, promql.AggregateExpr)]
    if found and labels:
        assert labels <= set(found[0].modifier.labels)
    assert labels <= SCRAPED or found


def test_of_incidents_those_are_listed_that_are_open() -> None:
    # There are some twenty, each of which has a series from the start.
    assert EXPRESSIONS["incidents: {{name}}"].endswith("(chronos_incidents_open) > 0")


def test_every_metric_is_on_a_dashboard() -> None:
    asked = {
        one.name
        for text in EXPRESSIONS.values()
        for one in parts(parsed(text))
        if isinstance(one, promql.VectorSelector)
    }
    own = {name for name in SERIES if name.startswith("chronos_")} - {
        "chronos_batch_seconds_sum",
        "chronos_batch_seconds_count",
    }
    assert own - asked == set()


def test_every_alarm_of_the_docs_is_a_rule() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    [part] = re.findall(r"(?ms)^Worth an alarm.*?^## ", page)
    named = set(re.findall(r"`(chronos_\w+)", part))
    assert len(named) >= 5
    ruled = " ".join(rule["expr"] for rule in RULES)
    assert {name for name in named if name not in ruled} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("info", "warning", "critical")
    assert set(rule["annotations"]) == {"summary", "description"}
    labels = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    grouped = re.findall(r"by \(([^)]*)\)", rule["expr"])
    assert labels <= SCRAPED | {label for one in grouped for label in re.split(r"[,\s]+", one)}


def test_the_workers_are_scraped_where_they_listen() -> None:
    [job] = CONFIGURATION["scrape_configs"]
    [source] = job["dns_sd_configs"]
    assert (source["type"], source["port"]) == ("A", Settings.model_construct().web.port)
    # The path is Prometheus' default, and Chronos'.
    assert "metrics_path" not in job
    assert all((FOLDER / name).exists() for name in CONFIGURATION["rule_files"])
    assert {f'job="{job["job_name"]}"' for text in EXPRESSIONS.values() if "job=" in text} == {
        'job="chronos"'
    }


def test_promtool_takes_the_configuration_and_the_rules() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool on this machine; Debian's package prometheus has it")
    checked = subprocess.run(
        [promtool, "check", "config", str(FOLDER / "prometheus.yml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(RULES)} rules found" in checked.stdout


RULE_TESTS = Path(__file__).with_name("alerts_test.yml")


def test_promtool_sees_the_alarms_when_they_should_go_off(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool on this machine; Debian's package prometheus has it")
    cases = yaml.safe_load(RULE_TESTS.read_text())
    cases["rule_files"] = [str(FOLDER / "alerts.yml")]
    (tmp_path / "cases.yml").write_text(yaml.safe_dump(cases))
    tried = subprocess.run(
        [promtool, "test", "rules", str(tmp_path / "cases.yml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr

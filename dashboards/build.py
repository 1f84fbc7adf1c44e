"""Builds what Grafana reads, with Grafana's own library: a dashboard as JSON, of the classic format."""

import json
from typing import Any

from grafana_foundation_sdk.builders import barchart as barcharts
from grafana_foundation_sdk.builders import bargauge, common, dashboard, stat, table, timeseries
from grafana_foundation_sdk.builders import prometheus as prometheus_queries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    FieldColorModeId,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from dashboards.columns import overrides, thresholds
from dashboards.model import COUNT, Dashboard, MetricPanel, SqlPanel, described, statement
from dashboards.queries import SqlQuery

TAG = "chronos"
EVENTS = DataSourceRef(type_val="grafana-postgresql-datasource", uid="chronos")
METRICS = DataSourceRef(type_val="prometheus", uid="chronos-prometheus")
SMALLEST = "1m"  # interval between two points: a minute is what continuous views have
Builder = Any  # of a panel; what the library's panels share has no type of its own


def as_json(of: Dashboard) -> str:
    """The file of a dashboard, the same for the same source."""
    built = _dashboard(of).build()
    return json.dumps(json.loads(JSONEncoder().encode(built)), indent=2, ensure_ascii=False) + "\n"


def _dashboard(of: Dashboard) -> dashboard.Dashboard:
    made = (
        dashboard.Dashboard(f"Chronos: {of.title}")
        .uid(of.uid)
        .description(of.about)
        .tags([TAG])
        .time("now-24h", "now")
        .refresh(of.refresh)
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(_to_the_others())
    )
    if of.by_page:
        made.with_variable(_page_variable())
    for number, panel in enumerate(of.panels, 1):
        built = _sql_panel(of, panel) if isinstance(panel, SqlPanel) else _metric_panel(panel)
        built.id(number).title(panel.title).span(panel.width).height(panel.height).no_value(panel.empty)
        made.with_panel(built)
    return made


def _to_the_others() -> dashboard.DashboardLink:
    link = dashboard.DashboardLink("Chronos").type(DashboardLinkType.DASHBOARDS).tags([TAG])
    return link.include_vars(True).keep_time(True)


def _page_variable() -> dashboard.QueryVariable:
    everything = VariableOption(selected=True, text="All pages", value="*")
    return (
        dashboard.QueryVariable("page")
        .label("Page")
        .description("What the panels are about: one page, or all of them")
        .datasource(EVENTS)
        .query(described(statement("variables/pages"))[1])
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.DISABLED)
        .current(everything)
        .options([everything])
    )


def _sql_panel(of: Dashboard, panel: SqlPanel) -> Builder:
    about, sql = described(statement(f"{of.name}/{panel.name}"))
    make = {"number": _number, "lines": _lines, "stacked": _stacked, "table": _table, "bars": _bars}
    made = make[panel.kind]()
    if panel.kind == "number":
        made.color_mode(_colour(bool(panel.bounds)))
    is_series = panel.kind in ("lines", "stacked")
    if panel.kind == "bars":
        made.x_field(next(iter(panel.columns)))
    if is_series:
        made.interval(SMALLEST).unit(panel.columns.get("value", COUNT))
    for column, properties in overrides(panel):
        made.override_by_name(column, properties)
    query = SqlQuery(sql, "time_series" if is_series else "table", EVENTS)
    return made.description(about).datasource(EVENTS).with_target(query)


def _metric_panel(panel: MetricPanel) -> Builder:
    made = {"number": _number, "lines": _lines, "bars": _gauge}[panel.kind]()
    made.description(panel.about).datasource(METRICS).unit(panel.unit)
    if panel.kind == "number":
        made.color_mode(_colour(panel.bounds is not None))
    if panel.unit == COUNT:
        made.decimals(0)  # what Prometheus says of a rise is an estimate, and seldom a whole number
    if panel.bounds:
        made.thresholds(thresholds(panel.bounds))
    for letter, expression in zip("ABCDEF", panel.expressions, strict=False):
        query = prometheus_queries.Dataquery().ref_id(letter).datasource(METRICS)
        query.expr(expression.text).legend_format(expression.legend)
        made.with_target(query.range() if panel.kind == "lines" else query.instant())
    return made


def _number() -> Builder:
    last = common.ReduceDataOptions().calcs(["lastNotNull"]).values(False).fields("")
    return stat.Panel().reduce_options(last).graph_mode(options.BigValueGraphMode.NONE)


def _colour(has_bounds: bool) -> options.BigValueColorMode:
    # Where none are said Grafana has bounds of its own, and 80 visitors would be red.
    return options.BigValueColorMode.VALUE if has_bounds else options.BigValueColorMode.NONE


def _lines() -> Builder:
    made = timeseries.Panel().legend(_legend()).tooltip(_tooltip()).min(0)
    return made.line_width(2).fill_opacity(8).show_points(options.VisibilityMode.AUTO)


def _stacked() -> Builder:
    made = timeseries.Panel().legend(_legend()).tooltip(_tooltip()).min(0)
    made.draw_style(options.GraphDrawStyle.BARS).fill_opacity(80).line_width(0)
    return made.stacking(common.StackingConfig().mode(options.StackingMode.NORMAL).group("A"))


def _table() -> Builder:
    return table.Panel().filterable(True).cell_height(options.TableCellHeight.SM)


def _bars() -> Builder:
    made = barcharts.Panel().orientation(options.VizOrientation.HORIZONTAL).min(0)
    made.line_width(1).fill_opacity(80).gradient_mode(options.GraphGradientMode.NONE)
    made.stacking(options.StackingMode.NORMAL).show_value(options.VisibilityMode.AUTO)
    return made.legend(_legend()).tooltip(_tooltip())


def _gauge() -> Builder:
    last = common.ReduceDataOptions().calcs(["lastNotNull"]).values(False).fields("")
    made = bargauge.Panel().reduce_options(last).orientation(options.VizOrientation.HORIZONTAL)
    made.color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
    # By itself Grafana writes as large as the height allows, and cuts the names.
    made.text(common.VizTextDisplayOptions().title_size(14).value_size(16))
    return made.display_mode(options.BarGaugeDisplayMode.BASIC).min(0)


def _legend() -> common.VizLegendOptions:
    made = common.VizLegendOptions().display_mode(options.LegendDisplayMode.LIST).show_legend(True)
    return made.placement(options.LegendPlacement.BOTTOM)


def _tooltip() -> common.VizTooltipOptions:
    made = common.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI)
    return made.sort(options.SortOrder.DESCENDING)

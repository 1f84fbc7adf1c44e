"""What a panel says of its columns: a name to read, a unit, colours by bounds, a link."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue, Threshold, ThresholdsMode

from dashboards.model import TIME, Bounds, SqlPanel

ABBREVIATIONS = {"lcp", "inp", "cls", "fcp", "ttfb"}
ABSENT = "-"  # in a cell without a value
# Pixels, for the longest name with its filter, and for a time with milliseconds; texts share what is left.
NUMBER_WIDTH, TIME_WIDTH = 130, 190
GOOD, MIDDLING, POOR = "green", "yellow", "red"
RATINGS = {"good": GOOD, "needs_improvement": MIDDLING, "poor": POOR}


def overrides(panel: SqlPanel) -> Iterator[tuple[str, list[DynamicConfigValue]]]:
    """The columns of a panel, each with its properties."""
    for column, unit in panel.columns.items():
        properties = [DynamicConfigValue("displayName", shown(column))] if column != "value" else []
        if unit:
            properties.append(DynamicConfigValue("unit", unit))
        if column in RATINGS:
            properties.append(DynamicConfigValue("color", {"mode": "fixed", "fixedColor": RATINGS[column]}))
        if panel.kind == "table":
            properties.append(DynamicConfigValue("noValue", ABSENT))
            properties += _width(unit)
        if column in panel.links:
            properties.append(DynamicConfigValue("links", [_link(panel.links[column])]))
        if column in panel.bounds:
            properties.append(DynamicConfigValue("thresholds", thresholds(panel.bounds[column]).build()))
            if panel.kind == "table":
                properties.append(DynamicConfigValue("custom.cellOptions", {"type": "color-text"}))
        if properties:
            yield column, properties


def _width(unit: str) -> list[DynamicConfigValue]:
    """Without it all columns are of one width, and addresses are cut beside numbers of two digits."""
    width = TIME_WIDTH if unit == TIME else NUMBER_WIDTH
    return [DynamicConfigValue("custom.width", width)] if unit else []


def shown(column: str) -> str:
    """A column's name for people."""
    return column.upper() if column in ABBREVIATIONS else column.replace("_", " ").capitalize()


def thresholds(bounds: Bounds) -> dashboard.ThresholdsConfig:
    """Green, yellow and red."""
    steps = [Threshold(None, GOOD), Threshold(bounds.good, MIDDLING), Threshold(bounds.poor, POOR)]
    # Where there is nothing between them there is no yellow.
    steps = [step for step in steps if step.color != MIDDLING or bounds.good not in (0, bounds.poor)]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def _link(uid: str) -> dict[str, object]:
    url = f"/d/{uid}?${{__url_time_range}}&var-page=${{__value.raw:percentencode}}"
    return {"title": "This page alone", "url": url, "targetBlank": False}

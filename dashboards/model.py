"""What a dashboard is made of: panels that show the rows of a query in ``sql/grafana``, or metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chronos import resources

Kind = Literal["number", "lines", "stacked", "table", "bars"]
WIDTH = 24  # columns of Grafana's grid
# Units by Grafana's names; of a text there is none. A count is said in full: "short" makes 1.4 K of 1,397.
TEXT, COUNT, SHARE, PERCENT, SECONDS, MS, RATE = "", "locale", "percentunit", "percent", "s", "ms", "ops"
NO_UNIT, TIME = "none", "dateTimeAsSystem"


@dataclass(frozen=True)
class Bounds:
    """Up to ``good`` a value is green, from ``poor`` on red, yellow between them."""

    good: float
    poor: float


@dataclass(frozen=True)
class SqlPanel:
    """Shows the rows of ``sql/grafana/DASHBOARD/NAME.sql``, whose first comment is the panel's description.

    ``columns`` are those that it uses, with their units, in their order; in a query whose rows name their
    series (column ``metric``) it is ``value``. ``links`` leads from a column to a dashboard about its page.
    ``empty`` is shown where there is no row.
    """

    name: str
    title: str
    kind: Kind
    columns: Mapping[str, str]
    width: int = 12
    height: int = 9
    links: Mapping[str, str] = field(default_factory=dict)
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    empty: str = "Nothing in this time range"


@dataclass(frozen=True)
class Expression:
    """A query in Prometheus' language, and the names of its series by their labels."""

    text: str
    legend: str


@dataclass(frozen=True)
class MetricPanel:
    """Shows metrics of the workers, one line for each series of its expressions."""

    name: str
    title: str
    about: str
    expressions: Sequence[Expression]
    unit: str = COUNT
    kind: Kind = "lines"
    width: int = 8
    height: int = 8
    bounds: Bounds | None = None
    empty: str = "Prometheus has nothing of this"


@dataclass(frozen=True)
class Dashboard:
    """One file: ``chronos-NAME`` is its uid. With ``by_page`` a page can be chosen.

    Shown anew after ``refresh``; each time, what is chosen is read again.
    """

    name: str
    title: str
    about: str
    panels: Sequence[SqlPanel | MetricPanel]
    by_page: bool = False
    refresh: str = "5m"

    @property
    def uid(self) -> str:
        """The name under which other dashboards lead to it."""
        return f"chronos-{self.name}"


def statement(path: str) -> str:
    """The text of ``sql/grafana/PATH.sql``."""
    return resources.sql(f"grafana/{path}.sql").read_text(encoding="utf-8")


def described(sql: str) -> tuple[str, str]:
    """What the comment that a query begins with says, and the rest."""
    lines = sql.splitlines()
    about = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    return " ".join(about), "\n".join(line for line in lines if not line.startswith("--"))

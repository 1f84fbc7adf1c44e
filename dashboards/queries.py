"""A query of Grafana's PostgreSQL data source, for which its library has no builder."""

from grafana_foundation_sdk.cog import variants
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import DataSourceRef


class Query(variants.Dataquery):
    """What stands in a panel's ``targets``."""

    def __init__(self, sql: str, form: str, source: DataSourceRef) -> None:
        self.sql, self.form, self.source = sql, form, source

    def to_json(self) -> dict[str, object]:
        """As Grafana's code editor for SQL writes it."""
        return {
            "refId": "A",
            "datasource": self.source,
            "editorMode": "code",
            "format": self.form,
            "rawQuery": True,
            "rawSql": self.sql,
        }


class SqlQuery(Builder[variants.Dataquery]):
    """Builds the query; ``form`` is ``table`` or ``time_series``."""

    def __init__(self, sql: str, form: str, source: DataSourceRef) -> None:
        self._made = Query(sql, form, source)

    def build(self) -> Query:
        """The query."""
        return self._made

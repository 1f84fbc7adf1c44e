"""Grafana's macros of its PostgreSQL data source, expanded as its documentation says, without TimescaleDB."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
MACRO = re.compile(r"\$__(\w+)\(([^)]*)\)")
VARIABLE = re.compile(r"\$\{(\w+):sqlstring\}")


@dataclass(frozen=True)
class Looked:
    """What somebody looks at: a time range, the interval that Grafana makes of it, values of variables."""

    start: datetime
    end: datetime
    interval: str
    variables: Mapping[str, str]

    def expanded(self, sql: str) -> str:
        """The statement that Grafana sends; every macro has to be known."""
        sql = VARIABLE.sub(lambda found: _quoted(self.variables[found[1]]), sql)
        sql = MACRO.sub(self._macro, sql.replace("$__interval", self.interval))
        assert "$_" not in sql
        assert "${" not in sql
        return sql

    def _macro(self, found: re.Match[str]) -> str:
        arguments = [part.strip().strip("'\"") for part in found[2].split(",")]
        match found[1]:
            case "timeFilter":
                [column] = arguments
                return f"{column} BETWEEN '{_utc(self.start)}' AND '{_utc(self.end)}'"
            case "timeGroup":
                return self._group(*arguments)
            case "timeGroupAlias":
                return f'{self._group(*arguments)} AS "time"'
        raise AssertionError(f"macro {found[0]} is not known here")

    def _group(self, column: str, interval: str, fill: str = "") -> str:
        # Grafana itself adds the intervals that have no row.
        assert fill in ("", "0")
        seconds = int(interval[:-1]) * SECONDS[interval[-1]]
        return f"floor(extract(epoch from {column})/{seconds})*{seconds}"


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"

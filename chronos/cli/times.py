"""Times as they are given to commands."""

import re
import time
from datetime import datetime

import click

UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
AGO = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(sorted(UNITS, key=len, reverse=True))})")


class Since(click.ParamType):
    """How long ago, or a time in ISO 8601; becomes seconds since 1970."""

    name = "time"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read ``10m``, ``2h`` or ``2026-01-31T10:00``; without a zone it is a time of this machine."""
        if not isinstance(value, str):
            return value
        if ago := AGO.fullmatch(value.strip()):
            return time.time() - float(ago[1]) * UNITS[ago[2]]
        try:
            return datetime.fromisoformat(value.strip()).timestamp()
        except (ValueError, OverflowError, OSError):
            self.fail(f"{value!r} is no time: give how long ago, such as 10m, 2h or 1d, or 2026-01-31T10:00")


SINCE = Since()

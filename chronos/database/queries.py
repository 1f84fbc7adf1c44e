"""Loads the named queries of ``sql/``."""

from functools import cache

from chronos import resources


@cache
def query(name: str) -> str:
    """The text of ``sql/timescaledb/queries/NAME.sql``."""
    return resources.sql(f"timescaledb/queries/{name}.sql").read_text()

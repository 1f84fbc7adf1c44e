"""Shows a database's address without its password."""

import re
from urllib.parse import urlsplit


def shown(url: str) -> str:
    """``host:port/database`` of a PostgreSQL URL, fit for a log; there may be several hosts."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2] or "localhost"
    port = "" if re.search(r":\w+$", place) else ":5432"
    return f"{place}{port}{parts.path}"

"""Shows a database's address without its password."""

from urllib.parse import urlsplit


def shown(url: str) -> str:
    """``host:port/database`` of a PostgreSQL URL, fit for a log."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"

"""Finds the files that are not Python: SQL, the tracker's bundle, pages, Grafana's and Docker's files."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def sql(name: str) -> Path:
    """The folder or file ``name`` below ``sql/``, in a checkout as in an installed package."""
    return _top("sql", "sql") / name


def tracker(name: str) -> Path:
    """A file of the tracker as esbuild made it: ``tracker.js``, not yet configured, or one beside it."""
    return _top("tracker", "tracker/dist") / name


def grafana(name: str) -> Path:
    """The folder or file ``name`` of what Grafana is provisioned with."""
    return docker("grafana") / name


def docker(name: str) -> Path:
    """The folder or file ``name`` below ``docker/``."""
    return _top("docker", "docker") / name


def source(name: str) -> Path:
    """A file that an image is built from, and that no other part needs: ``pyproject.toml``, a lock."""
    return _top("docker/source", ".") / name


def page(name: str) -> Path:
    """A page that the worker serves."""
    return PACKAGE / "web" / "pages" / name


def _top(installed: str, checkout: str) -> Path:
    inside = PACKAGE / installed
    return inside if inside.is_dir() else PACKAGE.parent / checkout

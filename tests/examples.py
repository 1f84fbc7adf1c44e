"""The examples, installed as a person would install them, where only the workers of a test find them."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "examples"


def install(site: Path) -> None:
    """Install all of them into the folder ``site``, without asking any registry."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    where = ["--no-index", "--disable-pip-version-check", "--target", str(site)]
    packages = sorted(str(path.parent) for path in FOLDER.glob("*/pyproject.toml"))
    subprocess.run([*command, *where, *packages], check=True, timeout=120)

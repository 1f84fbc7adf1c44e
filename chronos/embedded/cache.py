"""What the state directories of one user share: one folder, as other programs keep theirs."""

import os
from pathlib import Path


def folder(name: str) -> Path:
    """``$XDG_CACHE_HOME/chronos/name``, or the same below ``~/.cache``."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "chronos" / name

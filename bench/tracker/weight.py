"""What the scripts weigh: as they are built, and as they are served."""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping

import brotli

from chronos import resources
from chronos.web.files import BROTLI_QUALITY, GZIP_LEVEL
from docs.markdown import table

GOAL = 4_096
LIMIT = 5_120
COLUMNS = ("script", "minified", "gzip", "brotli", "goal (gzip)")
# One as `chronos key new` makes them, and the same in every run, so that the sizes are.
KEY = "q0vYb3Jx7LwEo9-TzKf2hPdRcUmN5iSA"
NOWHERE = {
    "CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "CHRONOS_TIMESCALEDB_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "CHRONOS_WRITE_KEYS": json.dumps([KEY]),
}


def built(name: str) -> bytes:
    """A script as it is in tracker/dist."""
    try:
        return resources.tracker(name).read_bytes()
    except FileNotFoundError as error:
        raise SystemExit(f"there is no {error.filename}: `make tracker` makes it") from error


def served() -> bytes:
    """The tracker with the configuration that the server puts into it by default."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("CHRONOS_")}
    command = [sys.executable, "-m", "bench.tracker.served"]
    # In a folder without a chronos.toml.
    with tempfile.TemporaryDirectory(prefix="chronos-bench-") as folder:
        done = subprocess.run(command, cwd=folder, env=others | NOWHERE, capture_output=True, timeout=60)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return done.stdout


def gzipped(content: bytes) -> int:
    """Bytes in gzip, as the server compresses it."""
    return len(gzip.compress(content, GZIP_LEVEL, mtime=0))


def rows(scripts: Mapping[str, bytes], goals: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """A row for each script: its bytes, plain and compressed."""
    for name, content in scripts.items():
        brotlied = len(brotli.compress(content, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))
        sizes = (f"{size:,}" for size in (len(content), gzipped(content), brotlied))
        yield (name, *sizes, goals.get(name, ""))


def report(tracker: bytes, configured: bytes, vitals: bytes) -> str:
    """The table."""
    scripts = {"tracker.js": tracker, "tracker.js as served": configured, "vitals.js": vitals}
    return table(COLUMNS, rows(scripts, {"tracker.js": f"{GOAL:,}, at most {LIMIT:,}"}))


def excess(tracker: bytes) -> str | None:
    """What there is to complain about."""
    size = gzipped(tracker)
    return f"tracker.js is {size:,} bytes in gzip, the limit is {LIMIT:,}" if size > LIMIT else None

"""The tracker's own tests and types, and the committed bundle: all of it as fresh as its sources."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TRACKER = Path(__file__).parents[2] / "tracker"
BUNDLE = TRACKER / "dist" / "tracker.js"
LOCK = TRACKER / "package-lock.json"
INSTALLED = TRACKER / "node_modules" / ".installed-lock"
PLACEHOLDER = '"__CHRONOS_CONFIG__"'


def run(*command: str, timeout: int = 120) -> str:
    executable = shutil.which(command[0])
    assert executable
    done = subprocess.run(
        [executable, *command[1:]],
        cwd=TRACKER,
        timeout=timeout,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="session")
def node_modules() -> None:
    """What package-lock.json names, installed unless it already is."""
    missing = [tool for tool in ("node", "npm") if not shutil.which(tool)]
    if missing:
        reason = f"{' and '.join(missing)} not found: Node 20 or newer builds and tests the tracker"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not INSTALLED.exists() or INSTALLED.read_text() != wanted:
        run("npm", "ci", "--no-audit", "--no-fund", timeout=240)
        INSTALLED.write_text(wanted)


@pytest.mark.usefixtures("node_modules")
def test_the_committed_bundle_is_what_its_sources_make(tmp_path: Path):
    built = tmp_path / "tracker.js"
    run("node", "build.mjs", str(built))
    assert built.read_bytes() == BUNDLE.read_bytes(), "run `npm run build` in tracker/ and commit dist/"


@pytest.mark.usefixtures("node_modules")
@pytest.mark.parametrize("script", ["check", "test"])
def test_npm_script_passes(script: str):
    run("npm", "run", script)


def test_the_bundle_has_one_place_for_the_configuration():
    assert BUNDLE.read_text().count(PLACEHOLDER) == 1


def test_the_bundle_refers_to_no_source_map():
    assert "sourceMappingURL" not in BUNDLE.read_text()


def test_the_lock_file_names_no_registry():
    lock = LOCK.read_text()
    assert '"resolved"' not in lock
    assert not re.search(r"https?://[^\"]*(registry|npmjs|\.tgz)", lock)


def test_only_the_sender_touches_the_network():
    network = re.compile(r"\.sendBeacon|\bfetch\(|XMLHttpRequest|WebSocket|EventSource|new Image")
    users = [path.name for path in TRACKER.glob("src/**/*.js") if network.search(path.read_text())]
    assert users == ["send.js"]

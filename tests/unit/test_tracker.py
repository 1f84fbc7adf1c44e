"""The tracker's own tests and types, its settings, and what is built: all of it as fresh as its sources."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chronos.settings.sections import Limits
from chronos.settings.tracker import Tracker

TRACKER = Path(__file__).parents[2] / "tracker"
LOCK = TRACKER / "package-lock.json"
INSTALLED = TRACKER / "node_modules" / ".installed-lock"
PLACEHOLDER = '"__CHRONOS_CONFIG__"'
BUILT = (
    "dist/tracker.js",
    "dist/tracker.js.map",
    "dist/vitals.js",
    "dist/vitals.js.map",
    "package/index.js",
    "package/index.js.map",
    "package/vitals.js",
    "package/vitals.js.map",
    "package/chunk.js",
    "package/chunk.js.map",
)
WRITTEN_BY_HAND = {"package/README.md", "package/index.d.ts", "package/package.json"}


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


@pytest.fixture(scope="session")
def fresh(node_modules: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the sources make now."""
    folder = tmp_path_factory.mktemp("tracker")
    run("node", "build.mjs", str(folder))
    return folder


def files(folder: Path) -> set[str]:
    return {f"{name}/{path.name}" for name in ("dist", "package") for path in (folder / name).iterdir()}


def test_what_is_built_is_what_is_committed(fresh: Path) -> None:
    assert files(fresh) == set(BUILT)
    assert files(TRACKER) == set(BUILT) | WRITTEN_BY_HAND


@pytest.mark.parametrize("name", BUILT)
def test_each_built_file_is_what_its_sources_make(fresh: Path, name: str) -> None:
    made, committed = (fresh / name).read_bytes(), (TRACKER / name).read_bytes()
    assert made == committed, "run `npm run build` in tracker/ and commit what it made"


@pytest.mark.usefixtures("node_modules")
@pytest.mark.parametrize("script", ["check", "check-pages", "test"])
def test_npm_script_passes(script: str) -> None:
    run("npm", "run", script)


def test_the_script_has_one_place_for_the_configuration() -> None:
    assert (TRACKER / "dist" / "tracker.js").read_text().count(PLACEHOLDER) == 1


@pytest.mark.parametrize("name", [name for name in BUILT if name.endswith(".js")])
def test_no_built_file_refers_to_a_source_map(name: str) -> None:
    assert "sourceMappingURL" not in (TRACKER / name).read_text()


def test_the_lock_file_names_no_registry() -> None:
    lock = LOCK.read_text()
    assert '"resolved"' not in lock
    assert not re.search(r"https?://[^\"]*(registry|npmjs|\.tgz)", lock)


def test_only_the_sender_touches_the_network() -> None:
    network = re.compile(r"\.sendBeacon|\bfetch\(|XMLHttpRequest|WebSocket|EventSource|new Image")
    users = [path.name for path in TRACKER.glob("src/**/*.js") if network.search(path.read_text())]
    assert users == ["send.js"]


def defaults_in_package() -> dict[str, Any]:
    """What src/module.js says where the application says nothing; the rest is off, empty or implied."""
    source = (TRACKER / "src" / "module.js").read_text()
    block = re.search(r"DEFAULTS = {(.*?)^};", source, re.DOTALL | re.MULTILINE)
    assert block
    return {name: json.loads(value.replace("_", "")) for name, value in re.findall(r"(\w+): (.+),", block[1])}


def documented_options() -> dict[str, str]:
    """The options of package/index.d.ts, and the last words of what is said of each: its default."""
    source = (TRACKER / "package" / "index.d.ts").read_text()
    block = re.search(r"interface Options {(.*?)^}", source, re.DOTALL | re.MULTILINE)
    assert block
    described = re.findall(r"/\*\* (.+?) \*/\s+(\w+)\?:", block[1])
    return {name: text.rsplit(" ", 1)[1] for text, name in described}


SETTINGS = Tracker().model_dump()
NUMBERS = {name: value for name, value in SETTINGS.items() if type(value) is int}
DEFAULTS = {**NUMBERS, "keep_days": Limits().beacon_id_days, "project": "default"}
DOCUMENTED = {
    **{name: json.dumps(value) for name, value in SETTINGS.items() if name not in ("events", "form_values")},
    **{name: json.dumps(value) for name, value in DEFAULTS.items()},
    "form_values": "None",
}


def test_the_defaults_of_the_package_are_those_of_the_settings() -> None:
    assert defaults_in_package() == DEFAULTS


def test_the_numbers_that_the_script_takes_for_granted_are_settings() -> None:
    source = (TRACKER / "src" / "config.js").read_text()
    assert set(re.findall(r"@property {number} (\w+)", source)) == {*NUMBERS, "keep_days"}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_default_of_each_option_is_documented(name: str) -> None:
    assert documented_options()[name] == DOCUMENTED[name]


def test_every_setting_is_an_option_of_the_package() -> None:
    assert set(documented_options()) == set(SETTINGS) | {"keep_days", "project"}

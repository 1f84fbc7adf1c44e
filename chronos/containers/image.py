"""Builds the image of the Chronos that is installed here, once for each state of its files."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from chronos import __version__, resources
from chronos.containers import engine
from chronos.containers.errors import NotBuilt

SOURCES = (
    *("pyproject.toml", "README.md", "LICENSE"),
    *("requirements/build.txt", "requirements/image.txt"),
)
LINES_OF_A_REASON = 3


def gather(target: Path) -> None:
    """Lay out in ``target`` what docker/Dockerfile builds from, as a checkout has it."""
    package = resources.PACKAGE
    inside = {str(package / name) for name in ("docker", "sql", "tracker")}

    def left_out(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name == "__pycache__" or str(Path(folder) / name) in inside}

    shutil.copytree(package, target / "chronos", ignore=left_out)
    shutil.copytree(resources.sql(""), target / "sql")
    shutil.copytree(resources.tracker(""), target / "tracker" / "dist")
    own = shutil.ignore_patterns("source", "secrets", "config")
    shutil.copytree(resources.docker(""), target / "docker", ignore=own)
    for name in SOURCES:
        (target / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(resources.source(name), target / name)


def digest(folder: Path) -> str:
    """A short hash of all files in ``folder``, their names and contents."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def ensure(log: Path, tell: Callable[[str], None]) -> str:
    """The name of the image, built where there is none yet; NotBuilt where that fails."""
    with tempfile.TemporaryDirectory(prefix="chronos-image-") as scratch:
        context = Path(scratch) / "context"
        gather(context)
        name = f"chronos:{__version__}-{digest(context)}"
        if not there(name):
            tell(f"Building the image {name}, once: about two minutes; {log} has the details")
            _build(name, context, log)
    return name


def there(name: str) -> bool:
    """Whether the engine has this image."""
    return bool(engine.run(["docker", "image", "ls", "--quiet", name]).strip())


def _build(name: str, context: Path, log: Path) -> None:
    command = [
        "docker",
        "build",
        "--tag",
        name,
        "--file",
        str(context / "docker" / "Dockerfile"),
        str(context),
    ]
    with log.open("w", encoding="utf-8") as file:

        def keep(line: str) -> None:
            file.write(f"{line}\n")
            file.flush()

        *said, code = engine.stream(command, None, keep)
    if code != "0":
        words = [line.strip() for line in said if line.strip()][-LINES_OF_A_REASON:]
        raise engine.failure(
            command, "\n".join(said), lambda _: NotBuilt(reason=" | ".join(words)[:400], log=log)
        )

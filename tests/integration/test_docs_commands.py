"""What README.md and docs/ say to type, typed: each block of commands is run, or says above it why not."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from project import Project, within

from docs import generate

SECONDS = 120
FOLLOWED_SECONDS = 5
WELL_SECONDS = 90
BLOCK = re.compile(
    r"(?ms)^(?:<!-- not run: (?P<why>[^\n]+) -->\n)?```(?P<language>sh|sql)\n(?P<text>.*?)^```$"
)
NOT_RUN = re.compile(r"(?m)^<!-- not run")
FOLLOWS = re.compile(r"^(?:chronos .*(?:-f|--watch)|curl -sSN .*)$")  # until it is ended
# What is longer or elsewhere on the page than it can be here.
OTHERWISE = {"--seconds 60": "--seconds 1"}


@dataclass(frozen=True)
class Block:
    """What a page says to type at a line, and why it is not run where it is not."""

    page: str
    line: int
    language: str
    text: str
    why: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks() -> Iterator[Block]:
    """All of all pages; what a generated part shows is no block of commands."""
    for page in generate.pages():
        text = page.read_text()
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            name = str(page.relative_to(generate.ROOT))
            yield Block(name, line, found["language"], found["text"], found["why"])


BLOCKS = list(blocks())
RUN = [block for block in BLOCKS if block.why is None]


@pytest.fixture(scope="module")
def shop(start_project: Callable[[], Project]) -> Project:
    """A project as the README leaves a newcomer with it, in a folder with what the pages name."""
    project = start_project()
    (project.folder / ".venv").symlink_to(Path(sys.executable).parents[1])
    project.run("start")
    project.run("demo", "--events", "300")
    return project


def typed(block: Block, web: str, folder: Path) -> str:
    """The block as one would type it here."""
    text = block.text.replace("http://127.0.0.1:6066", web).replace("/backup/", f"{folder}/")
    for shown, here in OTHERWISE.items():
        text = text.replace(shown, here)
    if block.language == "sql":
        # Rows that are deleted would be missed by what comes next.
        return f"chronos psql --set=ON_ERROR_STOP=1 -c {shlex.quote(f'begin;{text};rollback')}"
    return "\n".join(map(ended, text.splitlines()))


def ended(line: str) -> str:
    """A command that goes on until it is ended, ended; it must not have ended before."""
    if not FOLLOWS.match(line):
        return line
    if "--watch" in line:  # it wants a terminal
        line = f"python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' {line}"
    return f"code=0; timeout {FOLLOWED_SECONDS} {line} || code=$?; test $code = 124"


@pytest.mark.soak
@pytest.mark.parametrize("block", RUN, ids=str)
def test_what_is_to_be_typed_works(block: Block, shop: Project, tmp_path: Path) -> None:
    # A worker that the block before has started again may not answer yet.
    status = within(WELL_SECONDS, lambda: all_well(shop))
    assert status
    key = json.loads(shop.run("key", "list", "--json"))[0]["key"]
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", typed(block, status["web"], tmp_path)],
        cwd=shop.folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CHRONOS_")},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CHRONOS_CONFIG": str(shop.config),
            "WEB": status["web"],
            "KEY": key,
        },
        capture_output=True,
        text=True,
        errors="replace",  # an image is no text
        timeout=SECONDS,
        check=False,
    )
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    assert "Traceback" not in said or "chronos log" in block.text
    assert '"error"' not in said


def all_well(shop: Project) -> dict[str, str] | None:
    """What status says, once every worker is well."""
    status = shop.status()
    workers = [one for one in status["services"] if one["name"].startswith("worker") and one["pid"]]
    return status if all(one["health"] == "ready" for one in workers) else None


def test_pages_have_blocks_that_are_run_and_say_why_others_are_not() -> None:
    assert "README.md" in {block.page for block in RUN}
    marks = sum(len(NOT_RUN.findall(page.read_text())) for page in generate.pages())
    assert marks == len(BLOCKS) - len(RUN), "each mark stands right above a block"

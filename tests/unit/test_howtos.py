"""The code in the how-tos is that of the examples, whole."""

import re
import tomllib

import pytest

from chronos.resources import PACKAGE

ROOT = PACKAGE.parent
PAGES = {path.name: path.read_text() for path in sorted((ROOT / "docs" / "howto").glob("*.md"))}
SHOWN = re.compile(r"(?ms)^\[(examples/[\w/.-]+)\]\(\.\./\.\./\1\):\n\n(?:<!--[^\n]*\n)?```\w+\n(.*?)^```$")
FILES = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "examples").rglob("*")
    if path.suffix in (".py", ".sql", ".toml") and path.read_text()
)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_is_the_file(page: str) -> None:
    shown = dict(SHOWN.findall(PAGES[page]))
    assert shown
    assert shown == {name: (ROOT / name).read_text() for name in shown}


def test_every_file_is_shown_by_one_page() -> None:
    assert sorted(name for text in PAGES.values() for name, _ in SHOWN.findall(text)) == FILES


@pytest.mark.parametrize("project", [name for name in FILES if name.endswith("pyproject.toml")])
def test_an_example_says_what_it_adds(project: str) -> None:
    points = tomllib.loads((ROOT / project).read_text())["project"]["entry-points"]
    [(group, found)] = points.items()
    assert group in {f"chronos.{kind}" for kind in ("sinks", "events", "views", "windows", "agents")}
    assert found


def test_the_readme_leads_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [page for page in PAGES if f"(docs/howto/{page})" not in readme] == []

"""`GET /` and its files: nothing of elsewhere, nothing inline, and kept until another version comes."""

import gzip
import re
from pathlib import Path

import pytest
from asking import Answer, Answers, Ask, Asked

from chronos.resources import PACKAGE, page

FOLDER = page("live")
OURS = sorted(path.name for path in FOLDER.iterdir() if path.is_file())
SCRIPTS = [name for name in OURS if name.endswith(".js")]
VENDOR = "vendor/uplot"
UPLOT = ("uPlot.esm.js", "uPlot.min.css")
TRACKER = PACKAGE.parent / "tracker"


@pytest.fixture(scope="module")
def answers(ask: Ask) -> Answers:
    library = [f"{VENDOR}/{name}" for name in UPLOT]
    requests = {name: Asked(f"/live/{name}") for name in [*OURS, *library]}
    requests |= {"page": Asked("/"), "small": Asked("/", {"Accept-Encoding": "gzip"})}
    strange = ["nothing.js", "..%2Fdemo.html", "vendor", f"{VENDOR}/LICENSE", f"{VENDOR}/uPlot.esm.d.ts"]
    return ask(requests | {name: Asked(f"/live/{name}") for name in strange})


def policy(answer: Answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_it_is_a_page(answers: Answers) -> None:
    found = answers.of["page"]
    assert (found.status, found.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert found.body == page("live.html").read_bytes()


def test_it_comes_compressed(answers: Answers) -> None:
    found = answers.of["small"]
    assert found.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(found.body) == answers.of["page"].body
    assert found.headers["Etag"] != answers.of["page"].headers["Etag"]


@pytest.mark.parametrize("name", ["page", "main.js", "page.css", "icon.svg", f"{VENDOR}/uPlot.esm.js"])
def test_nothing_may_come_from_elsewhere_or_stand_inline(answers: Answers, name: str) -> None:
    headers = answers.of[name].headers
    assert policy(answers.of[name]) == {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Etag"].startswith('"')


@pytest.mark.parametrize("name", OURS)
def test_each_file_is_served_as_what_it_is(answers: Answers, name: str) -> None:
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    found = answers.of[name]
    assert found.status == 200
    assert found.headers["Content-Type"].startswith(kinds[Path(name).suffix])
    assert found.body == (FOLDER / name).read_bytes()


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2Fdemo.html", "vendor", f"{VENDOR}/LICENSE", f"{VENDOR}/uPlot.esm.d.ts"]
)
def test_nothing_else_is_served(answers: Answers, name: str) -> None:
    assert answers.of[name].status == 404


def test_who_has_it_is_told_so(ask: Ask, answers: Answers) -> None:
    given = {"If-None-Match": answers.of["page"].headers["Etag"]}
    again = ask({"page": Asked("/", given)}).of["page"]
    assert (again.status, again.body) == (304, b"")


def test_all_that_the_page_names_is_served(answers: Answers) -> None:
    named = re.findall(r'(?:src|href)="live/([^"]+)"', answers.of["page"].text)
    assert {"main.js", "page.css", "icon.svg"} <= set(named)
    assert [name for name in named if answers.of[name].status != 200] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_all_that_a_script_imports_is_served(answers: Answers, name: str) -> None:
    for imported in re.findall(r'^import .* from "\./([^"]+)";', (FOLDER / name).read_text(), re.MULTILINE):
        assert answers.of[imported].status == 200


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    html = page("live.html").read_text()
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", html) == []


@pytest.mark.parametrize("name", ["../live.html", *(name for name in OURS if name != "icon.svg")])
def test_no_address_of_elsewhere_is_named(name: str) -> None:
    assert re.findall(r"(?:src|href|url\(|from|import\()\W*(?:https?:)?//", (FOLDER / name).read_text()) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_visitors_wrote_is_never_taken_for_markup(name: str) -> None:
    markup = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\.srcdoc|DOMParser"
    )
    assert re.findall(markup, (FOLDER / name).read_text()) == []


def test_only_one_script_touches_the_network() -> None:
    network = re.compile(r"EventSource\(|\bfetch\(|XMLHttpRequest|WebSocket\(|sendBeacon|new Image")
    assert [name for name in SCRIPTS if network.search((FOLDER / name).read_text())] == ["stream.js"]


@pytest.mark.parametrize("name", OURS)
def test_files_are_short_and_say_what_they_are_for(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert len(text.splitlines()) < 250
    assert text.startswith(("// ", "/* ", "<svg"))


def test_the_library_is_the_one_that_is_pinned() -> None:
    """`npm ci` in tracker/ brings it; the unit tests of the tracker do that."""
    package = TRACKER / "node_modules" / "uplot"
    if not package.exists():
        pytest.skip("tracker/node_modules is not installed")
    for name in UPLOT:
        assert (FOLDER / VENDOR / name).read_bytes() == (package / "dist" / name).read_bytes()
    assert (FOLDER / VENDOR / "LICENSE").read_bytes() == (package / "LICENSE").read_bytes()


def test_the_licence_of_the_library_is_named() -> None:
    project = (PACKAGE.parent / "pyproject.toml").read_text()
    assert 'license = "Apache-2.0 AND MIT"' in project
    [pattern] = re.findall(r'license-files = \["LICENSE", "([^"]+)"\]', project)
    assert list(PACKAGE.parent.glob(pattern)) == [FOLDER / VENDOR / "LICENSE"]

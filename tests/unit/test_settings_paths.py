"""Where the web answers: paths that the settings choose, beside those of Chronos itself."""

import re

import pytest
from pydantic import ValidationError

from chronos.resources import PACKAGE
from chronos.settings import paths
from chronos.settings.web import Web


def test_those_of_chronos_itself_are_those_of_its_views() -> None:
    texts = [path.read_text() for path in (PACKAGE / "web").glob("*.py")]
    found = {path for text in texts for path in re.findall(r'@app\.page\("([^"]+)"\)', text)}
    views = {path.partition("/{")[0] for path in found} - {"/"}
    below = {path for path in views if any(path.startswith(f"{own}/") for own in views)}
    assert set(paths.OWN_PATHS) == (views - below) | set(paths.OF_FAUST)


@pytest.mark.parametrize(
    "path", ["/t.js", "/a/b/c-1_2.js", "/.well-known/t.js", "/demo.js", "/demos/t.js", "/...js"]
)
def test_a_script_may_be_at(path: str) -> None:
    assert Web(tracker_path=path).tracker_path == path


@pytest.mark.parametrize(
    "path",
    [
        *["t.js", "", "/", "/t", "/t.js/", "//t.js", "/a//t.js", "/./t.js", "/a/../t.js", "/a b.js"],
        *["/é.js", "/{a}.js", "/a%20.js", "/t.js?a=.js", "/t.js#.js", "/t.js\n", "/demo/t.js", "/table/t.js"],
        *["http://a/t.js", "/a\\t.js"],
    ],
)
def test_a_script_may_not_be_at(path: str) -> None:
    with pytest.raises(ValidationError, match="expected a path"):
        Web(tracker_path=path)


@pytest.mark.parametrize("path", ["/e", "/api/v2/events", "/tracker.json", "/metric", "/demo-events"])
def test_events_may_go_to(path: str) -> None:
    assert Web(events_path=path).events_path == path


@pytest.mark.parametrize(
    "path", ["e", "/", "/e/", "/..", "/metrics", "/demo", "/health/e", "/router", "/table/e", "/e\n"]
)
def test_events_may_not_go_to(path: str) -> None:
    with pytest.raises(ValidationError, match="expected a path such as /api/events"):
        Web(events_path=path)


@pytest.mark.parametrize("path", ["/t.js", "/t.js.map", "/t.vitals.js", "/t.vitals.js.map"])
def test_events_do_not_go_where_the_tracker_is(path: str) -> None:
    with pytest.raises(ValidationError, match=f"expected a path of its own: {path} is the tracker's"):
        Web(tracker_path="/t.js", events_path=path)


def test_a_wrong_path_of_the_tracker_is_one_error() -> None:
    with pytest.raises(ValidationError) as error:
        Web(tracker_path="/demo", events_path="/e")
    assert error.value.error_count() == 1

"""`GET /demo`: the page, filled with this server's paths and key."""

import json
import re
from pathlib import Path

import pytest
from asking import Answers, Ask, Asked

from chronos.models.events import EVENT_TYPES
from chronos.resources import page

PATHS = {"CHRONOS_WEB_TRACKER_PATH": "/assets/shop.js", "CHRONOS_WEB_EVENTS_PATH": "/assets/shop"}
ROOT = Path(__file__).parents[3]
KEYS = {"CHRONOS_WRITE_KEYS": '["a-key-of-the-unit-tests", "the-newest&\'key-of-them"]'}


@pytest.fixture(scope="module")
def answers(ask: Ask) -> Answers:
    return ask({"demo": Asked("/demo")}, **PATHS, **KEYS)


def test_it_is_a_page(answers: Answers) -> None:
    demo = answers.of["demo"]
    assert (demo.status, demo.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_it_loads_the_tracker_from_where_it_is(answers: Answers) -> None:
    assert '<script src="/assets/shop.js" defer></script>' in answers.of["demo"].text


def test_its_picture_has_the_newest_key_quoted(answers: Answers) -> None:
    [address] = re.findall(r'<noscript><img src="([^"]+)"', answers.of["demo"].text)
    assert address == "/assets/shop.gif?key=the-newest%26%27key-of-them"


def test_nothing_of_it_is_left_to_fill(answers: Answers) -> None:
    assert re.findall(r"__[A-Z_]+__", page("demo.html").read_text())
    assert re.findall(r"__[A-Z_]+__", answers.of["demo"].text) == []


def test_it_knows_where_the_time_of_each_event_stands(answers: Answers) -> None:
    found = re.search(r"TIME_PLACES = (\{.*?\});", answers.of["demo"].text)
    assert found
    places = json.loads(found[1])
    assert list(places) == list(EVENT_TYPES)
    assert (places["clicks"], places["pageviews"], places["key_presses"]) == (5, 3, 2)


def test_it_begins_with_the_stub_that_the_docs_recommend() -> None:
    stub = re.findall(r"<script>window\.chronos=.*</script>", (ROOT / "docs" / "pages.md").read_text())
    assert len(stub) == 1
    html = page("demo.html").read_text()
    assert html.index(stub[0]) == html.index("<script>")


def test_it_asks_no_other_server_for_anything() -> None:
    assert re.findall(r"(?:src|href|url\()\W*(?:https?:)?//", page("demo.html").read_text()) == []


def test_without_a_key_there_is_a_page_too(ask: Ask) -> None:
    assert ask({"demo": Asked("/demo")}).of["demo"].status == 200

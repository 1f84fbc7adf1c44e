"""`GET /tracker.js` and `GET /demo`. Their module builds the app at import, so a process of its own asks."""

import json
import re
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

from chronos.settings.sections import Tracker

Run = Callable[..., CompletedProcess[str]]
ANSWERS = """
import asyncio, json
from types import SimpleNamespace
from chronos.app import app
from chronos.settings.sections import Tracker as Settings
from chronos.web import tracker

def get(view, **headers):
    request = SimpleNamespace(headers=headers)
    answer = asyncio.run(view(app, app.web).get(request))
    return {"status": answer.status, "headers": dict(answer.headers), "body": (answer.body or b"").decode()}

script = get(tracker.Tracker)
answers = {
    "script": script,
    "again": get(tracker.Tracker, **{"If-None-Match": script["headers"]["ETag"]}),
    "outdated": get(tracker.Tracker, **{"If-None-Match": '"old"'}),
    "demo": get(tracker.Demo),
    "hostile": tracker.configured("</script><script>", Settings()).decode(),
}
tracker.config = SimpleNamespace(tracker=Settings(flush_interval_ms=1))
answers["otherwise configured"] = get(tracker.Tracker)
tracker.access.keys = []
answers["without a key"] = get(tracker.Tracker)
print(json.dumps(answers))
"""
HERE = {
    "CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "CHRONOS_TIMESCALEDB_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "CHRONOS_WRITE_KEYS": '["the-oldest-of-the-keys", "the-newest-of-the-keys"]',
    "CHRONOS_TRACKER_FLUSH_INTERVAL_MS": "1234",
    "CHRONOS_TRACKER_EVENTS": '{"mouse_moves": false}',
}


@pytest.fixture(scope="module")
def answers(run_python: Run) -> dict[str, Any]:
    result = run_python("-c", ANSWERS, environment=HERE)
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


def configuration(script: str) -> dict[str, Any]:
    """The object that stands in the bundle where the placeholder was."""
    found = re.search(r'\{"key":', script)
    assert found
    return dict(json.JSONDecoder().raw_decode(script, found.start())[0])


def test_the_script_is_javascript_that_any_page_may_load_and_keep_for_a_while(
    answers: dict[str, Any],
) -> None:
    script = answers["script"]
    assert script["status"] == 200
    assert script["headers"]["Content-Type"] == "text/javascript; charset=utf-8"
    assert script["headers"]["Access-Control-Allow-Origin"] == "*"
    assert "max-age=" in script["headers"]["Cache-Control"]


def test_the_script_carries_the_newest_key_and_the_settings(answers: dict[str, Any]) -> None:
    assert "__CHRONOS_CONFIG__" not in answers["script"]["body"]
    settings = Tracker(flush_interval_ms=1234).model_dump()
    settings["events"]["mouse_moves"] = False
    expected = {"key": "the-newest-of-the-keys", "events_path": "/api/events", **settings}
    assert configuration(answers["script"]["body"]) == expected


def test_a_browser_that_has_it_is_told_so_and_gets_no_body(answers: dict[str, Any]) -> None:
    assert (answers["again"]["status"], answers["again"]["body"]) == (304, "")
    assert answers["again"]["headers"]["ETag"] == answers["script"]["headers"]["ETag"]


def test_a_browser_that_has_an_older_one_gets_it_anew(answers: dict[str, Any]) -> None:
    assert answers["outdated"] == answers["script"]


def test_other_settings_make_another_etag(answers: dict[str, Any]) -> None:
    other = answers["otherwise configured"]["headers"]["ETag"]
    assert other != answers["script"]["headers"]["ETag"]


def test_the_configuration_cannot_end_the_script_of_a_page(answers: dict[str, Any]) -> None:
    assert "</script>" not in answers["hostile"]
    assert configuration(answers["hostile"])["key"] == "</script><script>"


def test_without_a_key_there_is_no_script_and_the_answer_says_what_to_do(answers: dict[str, Any]) -> None:
    script = answers["without a key"]
    assert (script["status"], script["body"]) == (503, "// no write key: run `chronos key new`\n")


def test_the_demo_is_a_page_that_loads_the_script(answers: dict[str, Any]) -> None:
    demo = answers["demo"]
    assert (demo["status"], demo["headers"]["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert re.search(r'<script[^>]* src="/tracker\.js"', demo["body"])

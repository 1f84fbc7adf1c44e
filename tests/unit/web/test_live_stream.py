"""`GET /api/live`: server-sent events with what the live page shows."""

import json

import pytest
from asking import Answer, Answers, Ask, Asked

KEYS = {
    "CHRONOS_WRITE_KEYS": '["a-key-of-the-unit-tests", {"key": "the-newest-key-of-them", "name": "shop"}]'
}
# Ends after the second round, so that the test has an answer to read.
ROUNDS = """
from chronos.web import live_source, live_stream
from chronos.web.broadcast import Broadcast
def begin():
    rounds = iter([False, False, True])
    live_stream.broadcast = Broadcast(live_stream.newest, lambda: next(rounds), pause=0)
begin()
"""
COUNTED = """
from datetime import datetime, UTC
async def answers(questions):
    def iso(seconds):
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    def window(asked):
        return {"start": iso(asked["to"] - asked["step"]), "end": iso(asked["to"]), "status": "open",
                "total": 3, "late": 1, "other": 0, "counts": {"clicks": 3}}
    return {view: {"windows": [window(asked)], "complete": True, "missing_partitions": [], "too_late": 0}
            for view, asked in questions.items()}
async def recent_events():
    return [{"type": "clicks", "text": "a#b", "event_time": iso, "time": iso, "late": True}]
iso = "2026-01-01T00:00:00Z"
live_source.answers, live_source.recent_events = answers, recent_events
"""
AWAY = """
from chronos.errors import WindowsUnavailable
async def answers(questions):
    raise WindowsUnavailable(reason="nobody counts")
live_source.answers = answers
"""


def events(answer: Answer) -> list[dict[str, str]]:
    """The fields of each part of the stream."""
    parts = answer.text.removesuffix("\n\n").split("\n\n")
    return [dict(line.split(": ", 1) for line in part.splitlines()) for part in parts]


@pytest.fixture(scope="module")
def counted(ask: Ask) -> Answers:
    return ask({"stream": Asked("/api/live")}, ROUNDS + COUNTED, **KEYS)


def test_it_is_a_stream_that_nobody_keeps(counted: Answers) -> None:
    answer = counted.of["stream"]
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_it_says_when_to_come_again_and_then_what_there_is(counted: Answers) -> None:
    first, second, *_ = events(counted.of["stream"])
    assert first == {"retry": "2000"}
    assert second["event"] == "live"
    assert second["id"]


def test_all_that_the_page_shows_is_there(counted: Answers) -> None:
    data = json.loads(events(counted.of["stream"])[1]["data"])
    assert (data["visitors"], data["nodes"], data["complete"]) == (3, [{"key": "clicks", "n": 3}], True)
    assert data["timeline"]["types"] == {"clicks": [3]}
    assert data["last_events"][0]["text"] == "a#b"
    assert data["tracker"] == {"path": "/tracker.js", "key": "the-newest-key-of-them", "project": "shop"}
    names = [part["name"] for part in data["health"]["parts"]]
    assert names == ["worker", "kafka", "spool", "windows"]
    assert data["now"] > 1_700_000_000


def test_without_windows_it_says_why_and_how_the_rest_is(ask: Ask) -> None:
    answer = ask({"stream": Asked("/api/live")}, ROUNDS + AWAY).of["stream"]
    data = json.loads(events(answer)[1]["data"])
    assert data["unavailable"] == "the windows can't be read now: nobody counts"
    assert data["complete"] is False
    assert data["health"]["parts"][-1] == {"name": "windows", "works": False, "says": data["unavailable"]}
    assert "timeline" not in data


def test_without_a_key_there_is_none_to_show(ask: Ask) -> None:
    keys = {"CHRONOS_WRITE_KEYS": "[]"}
    answer = ask({"stream": Asked("/api/live")}, ROUNDS + COUNTED, **keys).of["stream"]
    assert json.loads(events(answer)[1]["data"])["tracker"]["key"] is None

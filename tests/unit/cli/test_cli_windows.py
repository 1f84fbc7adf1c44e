"""`chronos windows` as it is typed, against a worker that answers what a test says."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]

VIEW = {
    "name": "keys",
    "about": "Key presses by key",
    "event": "key_presses",
    "key": "key",
    "filter": None,
    "kind": "count",
    "since": "2026-01-31T12:00:00.123Z",
    "too_late": 3,
}
OVERVIEW = {
    "slot": 10,
    "retention": 172_800,
    "lateness": 86_400,
    "watermark": "2026-01-31T13:00:00Z",
    "partitions": [],
    "complete": True,
    "missing_partitions": [],
    "views": [VIEW],
}


class Worker:
    """Answers each path with a status and JSON."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {"/api/windows": (200, OVERVIEW)}
        self.headers: list[dict[str, str]] = []

    def handler(self) -> type[BaseHTTPRequestHandler]:
        worker = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                worker.headers.append(dict(self.headers))
                status, answer = worker.answers.get(self.path.partition("?")[0], (404, {}))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """One to which the settings point."""
    made = Worker()
    server = HTTPServer(("127.0.0.1", 0), made.handler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("CHRONOS_WEB_PORT", str(server.server_port))
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_counted_is_listed(run: Run, worker: Worker) -> None:
    lines = run("windows", "list").output.splitlines()
    assert lines[0].split() == ["VIEW", "SINCE", "TOO", "LATE", "EVENTS", "KEY", "ABOUT"]
    assert lines[1].split() == [
        *("keys", "2026-01-31T12:00:00Z", "3", "key_presses", "key"),
        *("Key", "presses", "by", "key"),
    ]
    assert lines[-2:] == [
        "Kept for 48 h; an event counts when it comes within 24 h",
        "Event time has come to 2026-01-31T13:00:00Z",
    ]


def test_the_list_as_json_is_what_the_worker_says(run: Run, worker: Worker) -> None:
    assert json.loads(run("windows", "list", "--json").output) == OVERVIEW


def test_a_filter_is_shown_behind_the_key_and_what_is_missing_is_said(run: Run, worker: Worker) -> None:
    views = [VIEW | {"filter": "key <> 'a'", "since": None, "event": None}]
    missing = {"views": views, "complete": False, "missing_partitions": [1, 4], "watermark": None}
    worker.answers["/api/windows"] = 200, OVERVIEW | missing
    output = run("windows", "list").output
    assert "keys  -      3         all     key where key <> 'a'  Key presses" in output
    assert "Event time has come to -\nNo worker answers for partitions 1, 4\n" in output


def test_a_worker_that_cannot_answer_says_why(run: Run, worker: Worker) -> None:
    worker.answers["/api/windows"] = 503, {"success": False, "error": "[windows] enabled is false"}
    assert "[windows] enabled is false" in run("windows", "list", code=1).output


def test_without_a_worker_there_is_no_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_PORT", "1")
    assert "The worker at http://127.0.0.1:1: no answer (" in run("windows", "list", code=1).output


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"key": "left(key, 1)"}, "the worker was started with other settings: stop it and start it again"),
        ({"name": "others"}, "the worker was started with other settings: stop it and start it again"),
        ({"since": None}, "the worker cannot say since when it is counted"),
    ],
)
def test_what_is_not_to_be_compared_is_said(
    run: Run, worker: Worker, changed: dict[str, Any], reason: str
) -> None:
    worker.answers["/api/windows"] = 200, OVERVIEW | {"views": [VIEW | changed]}
    output = run("windows", "check", "keys", code=1).output
    assert f"Error: Windows keys are not to be compared: {reason}" in output


def test_what_is_not_counted_yet_needs_no_database(run: Run, worker: Worker) -> None:
    worker.answers["/api/windows"] = 200, OVERVIEW | {"views": [VIEW | {"since": "2999-01-01T00:00:00Z"}]}
    output = run("windows", "check", "keys").output
    assert output == "keys: 0 windows, 0 events, all as the raw events say\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["kyes"], "There is no view kyes: known are event_types, pageview_urls"),
        (["keys", "--from", "yesterday"], "parameter from = 'yesterday': expected ISO 8601"),
        (["keys", "--from", "20", "--to", "10"], "parameter from = '20': expected a time before `to`"),
    ],
)
def test_what_is_asked_wrongly_is_said(run: Run, worker: Worker, arguments: list[str], reason: str) -> None:
    assert reason in run("windows", "check", *arguments, code=1).output


def test_a_wrong_declaration_is_said(run: Run, worker: Worker) -> None:
    Path("chronos.toml").write_text('[windows.own]\nevent = "clicks"\nkey = "node"\n')
    output = run("windows", "check", code=1).output
    assert "chronos.toml, line 3: windows.own.key = 'node': node: there is no such column" in output


def test_a_secret_is_not_sent_to_this_machine(run: Run, worker: Worker) -> None:
    Path("chronos.toml").write_text('[[read_keys]]\nkey = "a-secret-of-the-unit-tests"\n')
    run("windows", "list")
    assert "Authorization" not in worker.headers[-1]

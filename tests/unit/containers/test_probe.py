"""The health check of the image asks the worker, and says what is wrong."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from chronos import probing

Answer = Callable[..., str]


class Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, status: int, body: bytes, asked: str, *args: object) -> None:
        self.status, self.body, self.asked = status, body, asked
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == self.asked else 404)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def answering() -> Iterator[Answer]:
    servers: list[http.server.HTTPServer] = []

    def answer(status: int, body: bytes, asked: str = "/health") -> str:
        servers.append(http.server.HTTPServer(("127.0.0.1", 0), partial(Handler, status, body, asked)))
        threading.Thread(target=servers[-1].serve_forever).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/health"

    yield answer
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"{}", None),
        (503, json.dumps({"problems": ["a waits", "b too"]}).encode(), "a waits; b too"),
        (503, b"rubbish", "answers 503"),
    ],
)
def test_what_health_says_is_told(answering: Answer, status: int, body: bytes, expected: str | None) -> None:
    found = probing.problem(answering(status, body), 15.0)
    assert (expected is None and found is None) or (expected and found and found.endswith(expected))


def test_its_exit_code_is_what_docker_asks_for(answering: Answer, tmp_path: Path) -> None:
    ports = [
        answering(status, b'{"reasons": ["the spool is full"]}', "/health/ready")
        .rpartition(":")[2]
        .split("/")[0]
        for status in (200, 503)
    ]
    command = [sys.executable, "-m", "chronos.containers.probe"]
    cases = [(ports[0], 0, ""), (ports[1], 1, "the spool is full"), ("1", 1, "no answer from")]
    for given, code, said in cases:
        result = subprocess.run(
            command,
            env={"CHRONOS_WEB_PORT": given},
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert (result.returncode, said in result.stderr) == (code, True), result.stderr

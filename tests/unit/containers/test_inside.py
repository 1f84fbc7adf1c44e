"""A worker in a container is asked from within, once or again and again."""

import http.server
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chronos.containers import inside
from chronos.probing import Answer

# What the engine does but for the container: `docker exec [--interactive] NAME python ...`.
ENGINE = f"""#!/bin/sh
shift
[ "$1" = --interactive ] && shift
if [ "$1" = gone ]; then
    echo "Error response from daemon: No such container: gone" >&2
    exit 1
fi
shift 2
exec {sys.executable} "$@"
"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(2)
            return
        self.send_response(404 if self.path == "/nothing" else 200)
        self.end_headers()
        self.wfile.write(json.dumps(f"{self.path} ✓").encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    program = tmp_path / "docker"
    program.write_text(ENGINE)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("CHRONOS_WEB_PORT", str(server.server_port))
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def answer(status: int, path: str) -> Answer:
    return Answer(status, json.dumps(f"{path} ✓").encode())


def test_it_is_asked_once() -> None:
    assert inside.ask("worker-1", "/health", 50) == answer(200, "/health")


def test_it_is_asked_again_and_again() -> None:
    with inside.talking("worker-1") as ask:
        for status, path in ((200, "/health"), (404, "/nothing"), (200, "/api/windows/a?from=1")):
            assert ask(path, 50) == answer(status, path)


@pytest.mark.parametrize("container", ["worker-1", "gone"])
def test_why_there_is_no_answer_is_told(container: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_PORT", "1")
    reason = "No such container: gone" if container == "gone" else "the worker does not answer"
    with pytest.raises(OSError, match=reason):
        inside.ask(container, "/health", 50)
    with inside.talking(container) as ask:
        for _ in range(2):
            with pytest.raises(OSError, match=reason):
                ask("/health", 50)


def test_an_answer_is_not_waited_for_longer_than_told() -> None:
    with inside.talking("worker-1") as ask, pytest.raises(OSError, match=r"no answer within 0\.5 s"):
        ask("/slow", 0.5)

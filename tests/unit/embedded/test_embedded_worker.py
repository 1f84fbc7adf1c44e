import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import settings_in

from chronos import probing
from chronos.embedded import services, worker
from chronos.embedded.errors import UnknownService
from chronos.embedded.home import Home
from chronos.embedded.worker import Worker
from chronos.settings import Settings


class Health(http.server.BaseHTTPRequestHandler):
    answer: tuple[int, bytes] = (200, b"{}")

    def do_GET(self) -> None:
        self.send_response(self.answer[0])
        self.end_headers()
        self.wfile.write(self.answer[1])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/health"
        server.shutdown()
        thread.join()


WAITING = json.dumps({"status": "waiting", "problems": ["no Kafka", "no database"]}).encode()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((200, b"{}"), None),
        ((503, WAITING), "no Kafka; no database"),
        ((500, b"oops"), "answers 500"),
        ((503, b'{"problems": 1}'), "answers 503"),
    ],
    ids=["ready", "waiting", "broken", "unknown"],
)
def test_health_is_told_in_words(
    url: str, answer: tuple[int, bytes], problem: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Health, "answer", answer)
    found = probing.problem(url, 3.0)
    assert found is None if problem is None else problem in (found or "")


def test_no_answer_is_a_problem() -> None:
    assert "no answer from" in (probing.problem("http://127.0.0.1:1/health", 3.0) or "")


def test_each_worker_has_its_own_port_and_folder_beside_the_public_port(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_CONFIG", str(home.path / "chronos.toml"))
    made = [Worker(f"worker-{number}", settings_in(home.path)) for number in (1, 2)]
    for one in made:
        one.prepare()
    first, second = (one.launch() for one in made)
    assert made[0].address != made[1].address
    assert made[0].address == f"http://127.0.0.1:{first.environment['CHRONOS_WEB_OWN_PORT']}"
    public = {one.environment["CHRONOS_WEB_PORT"] for one in (first, second)}
    assert {worker.public_address(made[0].settings)} == {f"http://127.0.0.1:{port}" for port in public}
    assert not public & {one.environment["CHRONOS_WEB_OWN_PORT"] for one in (first, second)}
    assert first.folder == home.path
    assert Path(made[1].marker).is_dir()
    assert second.command[second.command.index("--datadir") + 1] == made[1].marker


@pytest.mark.parametrize(
    ("host", "reached"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("fd00::1", "[fd00::1]")],
)
def test_address_by_which_a_host_is_reached(host: str, reached: str) -> None:
    assert worker.reachable(host) == reached


def test_order_of_services() -> None:
    names = ["worker-10", "worker-2", "postgres", "kafka"]
    assert sorted(names, key=services.in_order) == ["kafka", "postgres", "worker-2", "worker-10"]


@pytest.mark.parametrize("name", ["worker", "worker-0", "worker-1x", "redis", ""])
def test_unknown_service_is_an_error_that_names_the_known(name: str) -> None:
    with pytest.raises(UnknownService, match="known are kafka, postgres, worker"):
        services.make(name, Settings())

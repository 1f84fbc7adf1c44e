"""Asking the views over HTTP: they build the app at import, so this takes a process of its own."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from subprocess import CompletedProcess
from typing import Any

Run = Callable[..., CompletedProcess[str]]

HERE = {
    "CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "CHRONOS_TIMESCALEDB_URL": "postgresql://nobody@127.0.0.1:1/nothing",
}
# Without Kafka: what is to be kept is noted, not sent. `change` runs before the first request.
SERVER = """
import asyncio, base64, json, sys
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from prometheus_client import generate_latest
from chronos.app import app, import_all
from chronos.services import access, delivery
import_all(app, signal=None)

class Delivery:
    started = True
    kept = []
    async def keep(self, message):
        self.kept.append(message)

from chronos.web import acceptance
acceptance.delivery = Delivery()
asked = json.load(sys.stdin)
exec(asked["change"])

async def ask(http, server, method, path, headers):
    async with http.request(method, server.make_url(path), headers=headers, allow_redirects=False) as answer:
        body = base64.b64encode(await answer.read()).decode()
        return {"status": answer.status, "headers": dict(answer.headers), "body": body}

async def main():
    quiet = {"skip_auto_headers": ["Accept-Encoding", "User-Agent"]}
    async with TestServer(app.web.web_app) as server, ClientSession(auto_decompress=False, **quiet) as http:
        answers = [await ask(http, server, *request) for request in asked["requests"]]
    kept = [base64.b64encode(message.value).decode() for message in Delivery.kept]
    print(json.dumps({"answers": answers, "kept": kept, "metrics": generate_latest().decode()}))

asyncio.run(main())
"""


@dataclass(frozen=True)
class Asked:
    """A request: a method, a path, headers."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"


@dataclass(frozen=True)
class Answer:
    """What came back, not decoded."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Answers:
    """By the name of its request each answer; the beacons that were kept; the text of /metrics."""

    of: dict[str, Answer]
    kept: list[dict[str, Any]]
    metrics: str


Ask = Callable[..., Answers]


def ask_all(run_python: Run, requests: dict[str, Asked], change: str = "", **environment: str) -> Answers:
    """Ask one worker's views; ``environment`` are its settings, ``change`` is code for its process."""
    given = [(one.method, one.path, one.headers) for one in requests.values()]
    result = run_python(
        "-c",
        SERVER,
        environment=HERE | environment,
        stdin=json.dumps({"requests": given, "change": change}),
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    answers = [
        Answer(one["status"], one["headers"], base64.b64decode(one["body"])) for one in found["answers"]
    ]
    kept = [json.loads(base64.b64decode(body)) for body in found["kept"]]
    return Answers(dict(zip(requests, answers, strict=True)), kept, found["metrics"])

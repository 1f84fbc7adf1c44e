"""``faust -A chronos``: found as it stands, and what is missing is told in one line."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]
DATABASE = {"CHRONOS_TIMESCALEDB_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
KAFKA = {"CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1"}


@pytest.fixture(scope="module")
def agents(run_python: Run) -> str:
    """What `faust -A chronos agents` prints where no service runs."""
    result = run_python("-m", "faust", "-A", "chronos", "agents")
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(
    ("agent", "topic"), [("store_events", "events"), ("keep_dead_letters", "dead_letters")]
)
def test_faust_finds_the_agents_and_needs_no_services_for_that(agents: str, agent: str, topic: str) -> None:
    [line] = [line for line in agents.splitlines() if f"{agent}.{agent}" in line]
    assert [cell.strip() for cell in line.split("|")][2] == topic


def test_every_agent_says_what_it_does(agents: str) -> None:
    rows = [[cell.strip() for cell in line.split("|")] for line in agents.splitlines() if "@chronos" in line]
    assert all(row[3] for row in rows)


@pytest.mark.parametrize(
    ("environment", "text", "message"),
    [
        pytest.param(
            {}, "", "Nothing says where Kafka is: set [kafka] bootstrap in chronos.toml", id="no Kafka"
        ),
        pytest.param(KAFKA, "", "Nothing says where TimescaleDB is: set [timescaledb]", id="no TimescaleDB"),
        pytest.param(
            KAFKA | DATABASE,
            "[web]\nport = 0",
            "chronos.toml, line 2: web.port = 0: input should",
            id="settings",
        ),
    ],
)
def test_a_worker_that_cannot_start_says_why_in_one_line(
    run_python: Run, environment: dict[str, str], text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "chronos.toml").write_text(text)
    result = run_python("-m", "faust", "-A", "chronos", "worker", environment=environment, folder=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert message in line


def test_importing_the_package_reads_no_settings(run_python: Run) -> None:
    script = "import sys, chronos; print('chronos.app' in sys.modules, 'faust' in sys.modules)"
    result = run_python("-c", script, environment={"CHRONOS_WEB_PORT": "0"})
    assert result.stdout.split() == ["False", "False"]


SETTINGS_OF_THE_APP = """
import chronos
from chronos.app import app
assert chronos.app is app
conf = app.conf
print(conf.id, [str(url) for url in conf.broker], conf.datadir, conf.web_port, str(conf.canonical_url),
      conf.stream_wait_empty, conf.broker_max_poll_records, conf.consumer_auto_offset_reset,
      conf.broker_session_timeout, conf.broker_heartbeat_interval, conf.broker_request_timeout, sep="|")
"""


def test_the_app_is_made_of_the_settings(run_python: Run, tmp_path: Path) -> None:
    environment = DATABASE | {
        "CHRONOS_KAFKA_BOOTSTRAP": "a:1,b:2",
        "CHRONOS_KAFKA_CONSUMER_GROUP": "shop",
        "CHRONOS_KAFKA_SESSION_TIMEOUT_SECONDS": "3",
        "CHRONOS_WEB_PORT": "7000",
        "CHRONOS_WEB_ADVERTISED_URL": "http://shop-1.internal:6067",
        "CHRONOS_HOME": str(tmp_path / "home"),
    }
    result = run_python("-c", SETTINGS_OF_THE_APP, environment=environment, folder=tmp_path)
    identity, brokers, datadir, port, own, wait_empty, records, reset, *session = result.stdout.strip().split(
        "|"
    )
    assert (identity, brokers, port) == ("shop", "['kafka://a:1', 'kafka://b:2']", "7000")
    assert datadir.startswith(str(tmp_path / "home"))
    assert own == "http://shop-1.internal:6067", "as which other workers ask this one"
    assert (wait_empty, records, reset) == ("False", "500", "earliest")
    assert session == ["3.0", "0.6", "20.0"]
    assert list(tmp_path.iterdir()) == [], "and importing it makes nothing"


# The limit of a body, whether its length was told or not: the worker's own web application reads it.
BODIES = """
import asyncio, sys
from unittest import mock
from aiohttp.streams import StreamReader
from aiohttp.test_utils import make_mocked_request
from chronos.app import app
from chronos.errors import RequestError
from chronos.web.events import _body

async def main(size, told):
    loop = asyncio.get_running_loop()
    payload = StreamReader(mock.Mock(_reading_paused=False), limit=2**16, loop=loop)
    payload.feed_data(bytes(size))
    payload.feed_eof()
    headers = {"Content-Length": str(size)} if told else {"Transfer-Encoding": "chunked"}
    request = make_mocked_request("POST", "/api/events", headers=headers, payload=payload,
                                  client_max_size=app.web.web_app._client_max_size)
    try:
        return len(await _body(request))
    except RequestError as error:
        return f"{error.status} {error}"

for size in map(int, sys.argv[1:]):
    for told in (True, False):
        print(asyncio.run(main(size, told)))
"""


def test_a_body_may_be_as_large_as_the_settings_say_and_no_larger(run_python: Run) -> None:
    limit = 3_000_000
    environment = KAFKA | DATABASE | {"CHRONOS_LIMITS_BEACON_BYTES": str(limit)}
    result = run_python("-c", BODIES, str(limit), str(limit + 1), environment=environment)
    refused = f"413 the body is larger than {limit} bytes ([limits] beacon_bytes); send it in parts"
    assert result.stdout.splitlines() == [str(limit)] * 2 + [refused] * 2, result.stderr


def test_a_log_of_objects_has_nothing_else_and_says_last_why_the_worker_ended(
    run_python: Run, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = str(stranger.getsockname()[1])
        environment = KAFKA | DATABASE | {"CHRONOS_LOG_FORMAT": "json", "CHRONOS_WEB_PORT": port}
        command = ("-m", "faust", "--quiet", "-A", "chronos", "worker")
        result = run_python(*command, environment=environment, folder=tmp_path)
    assert result.returncode == 1
    lines = [json.loads(line) for line in (result.stdout + result.stderr).splitlines()]
    assert {line["worker"] for line in lines} == {f"http://127.0.0.1:{port}"}
    assert "INFO" in {line["level"] for line in lines}, "as [log] level says where Faust was told nothing"
    assert (lines[-1]["level"], lines[-1]["logger"]) == ("CRITICAL", "chronos.lifecycle")
    assert lines[-1]["message"].startswith(f"Port {port} of 127.0.0.1 can't be listened to")


# A timer that raises ends a worker.
KAFKA_GOES_AWAY = """
import asyncio
from unittest import mock
from aiokafka.errors import KafkaTimeoutError
from chronos.agents import count_windows
from chronos.app import app
from chronos.errors import KafkaUnavailable
from chronos.sinks.windows.deltas import WindowDeltas

sink = mock.create_autospec(WindowDeltas)
count_windows._sinks[:] = [sink]

async def main():
    app._consumer = mock.Mock(highwaters=mock.AsyncMock(side_effect=KafkaTimeoutError("no answer")))
    app.rebalancing = False
    with mock.patch.object(count_windows, "_quiet", lambda: {3: None}):
        await count_windows.tell_idle()
    print(count_windows._untold, sink.tell_idle.called)
    try:
        await app.ends("events", [3])
    except KafkaUnavailable as error:
        print(error)

asyncio.run(main())
"""


def test_a_kafka_that_goes_away_ends_no_worker(run_python: Run) -> None:
    result = run_python("-c", KAFKA_GOES_AWAY)
    assert result.stdout.splitlines() == [
        "{3} False",
        "Kafka is away: nobody tells where events ends (KafkaTimeoutError: no answer)",
    ], result.stderr

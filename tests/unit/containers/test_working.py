"""Whether a service in a container works, by what it says itself."""

import json

import pytest

from chronos.containers import working
from chronos.embedded.state import RUNNING, STARTING, STOPPED, ServiceState
from chronos.kafka_state import Partition
from chronos.probing import Answer
from chronos.settings import Settings

WELL = Answer(200, b'{"status": "ready", "problems": []}')
ILL = Answer(503, json.dumps({"problems": ["store_events waits: no database"]}).encode())


def problem(found: ServiceState | None) -> str | None:
    return working.problem(found, "a-container", Settings())


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, "still starting"),
        (ServiceState("proxy", STARTING, 1), "still starting"),
        (ServiceState("worker-1", STARTING, 1), "still starting"),
        (ServiceState("proxy", STOPPED, error="it ended with exit code 1"), "it ended with exit code 1"),
        (ServiceState("proxy", RUNNING, 1, error="its health check fails"), "its health check fails"),
        (ServiceState("proxy", RUNNING, 1), None),
    ],
)
def test_what_docker_says_is_enough_for_most(found: ServiceState | None, expected: str | None) -> None:
    assert problem(found) == expected


@pytest.mark.parametrize(("answer", "expected"), [(WELL, None), (ILL, "store_events waits: no database")])
def test_a_worker_is_asked_for_more_than_its_health_check(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, expected: str | None
) -> None:
    monkeypatch.setattr("chronos.containers.inside.ask", lambda *_: answer)
    assert problem(ServiceState("worker-2", RUNNING, 1)) == expected


@pytest.mark.parametrize(
    ("in_sync", "expected"),
    [((1, 2, 3), None), ((1, 3), "1 of its partitions are not in sync yet"), ((2, 3), None)],
    ids=["all", "it-is-not", "another-is-not"],
)
def test_a_broker_has_to_be_in_sync_again(
    monkeypatch: pytest.MonkeyPatch, in_sync: tuple[int, ...], expected: str | None
) -> None:
    see(monkeypatch, in_sync)
    assert problem(ServiceState("kafka-2", RUNNING, 1)) == expected


@pytest.mark.parametrize(
    ("in_sync", "expected"),
    [((1, 2, 3), None), ((1, 3), None), ((2, 3), "other brokers lack what is new in 1 partitions")],
    ids=["all", "it-lacks-it-itself", "another-does"],
)
def test_a_broker_may_end_when_no_other_lacks_what_it_has(
    monkeypatch: pytest.MonkeyPatch, in_sync: tuple[int, ...], expected: str | None
) -> None:
    see(monkeypatch, in_sync)
    assert working.lacked("kafka-2", Settings()) == expected


def see(monkeypatch: pytest.MonkeyPatch, in_sync: tuple[int, ...]) -> None:
    """Have Kafka be seen with one partition."""
    partition = Partition("events", 0, 3, (1, 2, 3), in_sync, 0, 9)

    async def lacking(_: str) -> list[Partition]:
        return [partition] if partition.is_under_replicated else []

    monkeypatch.setattr(working, "under_replicated", lacking)
    monkeypatch.setattr("chronos.addresses.kafka", lambda _: "127.0.0.1:1")

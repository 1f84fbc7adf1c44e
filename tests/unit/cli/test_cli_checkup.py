"""The checks of `chronos doctor`, on what they are told."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import seen_states as states
from seen_states import EVENTS

from chronos.cli import looking
from chronos.cli.checkup import canary, database, kafka, own, workers
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient, examine
from chronos.cli.ways.embedded import Embedded
from chronos.cli.ways.workers import Worker
from chronos.errors import ServiceError
from chronos.kafka_state import KafkaState, Topic
from chronos.probing import Answer
from chronos.settings import Settings, WriteKeyFields
from chronos.settings.alerts import Alerts
from chronos.settings.sections import Limits
from chronos.watch.incidents import KINDS
from chronos.watch.lag import Lag, SinkLag

PATIENT = Patient(Embedded(Settings.model_construct()), [], [])


def patient(bootstrap: str) -> Patient:
    """One whose Kafka is there."""
    settings = states.settings()
    section = settings.kafka.model_copy(update={"bootstrap": bootstrap})
    return Patient(Embedded(settings.model_copy(update={"kafka": section})), [], [])


def at(state: KafkaState, **change: Any) -> KafkaState:
    """With a changed partition 0 of topic `events`, which has three replicas."""
    first, *others = state.topics[EVENTS].partitions
    configs = {**state.topics[EVENTS].configs, "min.insync.replicas": "2"}
    places = {"replicas": (1, 2, 3), "in_sync": (1, 2, 3)}
    events = Topic(EVENTS, (replace(first, **places | change), *others), configs)
    return replace(state, topics={**state.topics, EVENTS: events}, known=frozenset({1, 2, 3}))


WELL = states.kafka()
ALL_THERE = dict.fromkeys((1, 2, 3), "host")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (replace(at(WELL), brokers=ALL_THERE), []),
        (at(WELL), [(WARNING, "broker 2 is away"), (WARNING, "broker 3 is away")]),
        (replace(WELL, controller=None), [(FAILED, "no controller leads")]),
        (
            replace(at(WELL, leader=None, in_sync=()), brokers=ALL_THERE),
            [(FAILED, "events/0 have no leader"), (WARNING, "events/0 lack a replica")],
        ),
        (
            replace(at(WELL, in_sync=(1,)), brokers=ALL_THERE),
            [(FAILED, "events/0 take nothing"), (WARNING, "events/0 lack a replica")],
        ),
    ],
    ids=["well", "away", "controller", "leader", "too few in sync"],
)
async def test_what_is_wrong_with_kafka_is_said_as_the_watch_says_it(
    state: KafkaState, expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(*_: Any) -> KafkaState:
        return state

    monkeypatch.setattr(looking, "kafka", look)
    found = [one for one in await kafka.kafka(patient("there:1")) if one.name == "Kafka"]
    if not expected:
        assert [(one.state, one.todo) for one in found] == [(OK, "")]
        assert found[0].says.startswith("3 of 3 brokers, controller 1")
    else:
        assert [one.state for one in found] == [state for state, _ in expected]
        assert all(text in one.says for one, (_, text) in zip(found, expected, strict=True)), found
        assert {one.todo for one in found} <= {kind.what_to_do for kind in KINDS.values()}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (WELL, (OK, "2 partitions; 200 messages, 200 KB", "")),
        (
            replace(WELL, topics={one: WELL.topics[one] for one in WELL.topics if one != EVENTS}),
            (FAILED, "is missing", KINDS["topic_missing"].what_to_do),
        ),
        (
            states.kafka(*(states.partition(EVENTS, number) for number in range(3))),
            (
                WARNING,
                "has 3 partitions, and [kafka] partitions is 2",
                "set it to that: a topic",
            ),
        ),
        (
            states.kafka(states.partition(EVENTS)),
            (WARNING, "has 1 partitions", "a worker that runs adds them"),
        ),
    ],
    ids=["well", "missing", "more partitions", "fewer partitions"],
)
def test_a_topic(state: KafkaState, expected: tuple[str, str, str]) -> None:
    [found] = [one for one in kafka.of_topics(state, states.settings()) if one.name == "topic events"]
    assert (found.state, found.says[: len(expected[1])], found.todo[: len(expected[2])]) == expected
    assert bool(found.todo) == (found.state != OK)


def test_a_topic_whose_partitions_lack_a_replica_is_not_said_to_be_well() -> None:
    state = at(WELL, in_sync=(1, 2))
    assert {one.name for one in kafka.of_topics(state, states.settings())} == {
        f"topic {name}" for name in WELL.topics if name != EVENTS
    }


async def test_a_kafka_that_does_not_answer_is_said_to_be_away() -> None:
    [found] = await kafka.kafka(patient("127.0.0.1:1"))
    assert (found.state, found.todo) == (FAILED, KINDS["kafka_unreachable"].what_to_do)
    assert "at 127.0.0.1:1: no broker answers" in found.says


def lag(number: int, messages: int = 0, idle: float | None = 900, *, is_anew: bool = False) -> Lag:
    return Lag("s", "events", number, 1, 9, messages, 0, 0, False, is_anew, None, idle)


@pytest.mark.parametrize(
    ("lags", "unknown", "state", "says"),
    [
        ([lag(0), lag(1)], (), OK, "has all"),
        ([lag(0, 2, 1), lag(1)], (), OK, "2 messages wait in events/0; it is at work"),
        ([lag(0, 2, 61), lag(1, 1, 1)], (), FAILED, "nothing was written there for over 60 s"),
        ([lag(0, 7, None)], (), FAILED, "7 messages wait in events/0"),
        ([lag(0, is_anew=True), lag(1)], (), WARNING, "beyond the end of partitions 0"),
        ([lag(0)], (1, 2), FAILED, "events/1, 2, for which no broker answers"),
    ],
)
def test_how_far_a_sink_is(lags: list[Lag], unknown: tuple[int, ...], state: str, says: str) -> None:
    found = database.behind(SinkLag("s", "events", tuple(lags), unknown))
    assert (found.state, says in found.says) == (state, True), found
    assert bool(found.todo) == (state != OK)


@pytest.mark.parametrize(
    ("used", "state", "says"),
    [
        ({}, OK, "0 KB of 100 KB at most for each worker"),
        ({"worker-1": 40_000, "worker-2": 45_000}, OK, "45 KB of 100 KB at most for each worker"),
        ({"worker-1": 0, "worker-2": 51_000}, WARNING, "the spool of worker-2 has 0.1 of 0.1 MB"),
        ({"worker-1": 99_000}, FAILED, "the spool of worker-1 has 0.1 of 0.1 MB"),
    ],
    ids=["none yet", "in all more than half", "filling", "full"],
)
async def test_a_spool_and_a_disk_are_judged_as_the_watch_judges_them(
    tmp_path: Path, used: dict[str, int], state: str, says: str
) -> None:
    for name, count in used.items():
        (tmp_path / "spool" / name).mkdir(parents=True)
        (tmp_path / "spool" / name / "1").write_bytes(bytes(count))
    free = 10**18 if state == WARNING else 0
    settings = Settings.model_construct(
        home=tmp_path, limits=Limits.model_construct(spool_bytes=100_000), alerts=Alerts(disk_free_bytes=free)
    )
    disk, spool, _ = await own.machine(Patient(Embedded(settings), [], []))
    assert (spool.state, spool.says) == (state, says)
    assert disk.state == (FAILED if free else OK)


def test_incidents_that_workers_tell_of_are_findings_each_once() -> None:
    old, away = KINDS["lag_growing"].what_to_do, KINDS["broker_away"].what_to_do
    remarks = [f"9 messages wait. {old}", f"broker 2 is away. {away}", "a view is refused"]
    assert list(workers.incidents(remarks * 2)) == [Finding("incident", WARNING, "9 messages wait", old)]
    said = workers.health("w", 200, {"status": "ready", "remarks": remarks})
    assert (said.state, said.says) == (WARNING, "a view is refused")
    assert workers.health("w", 200, {"status": "ready", "remarks": remarks[:2]}).state == OK


class Serving(Worker):
    """A worker that serves a script, or does not."""

    name = "worker-1"

    def __init__(self, status: int, body: bytes) -> None:
        self.answer = Answer(status, body)

    def place(self, path: str = "") -> str:
        return f"http://w{path}"

    def get(self, path: str, seconds: float) -> Answer:
        return self.answer


@pytest.mark.parametrize(
    ("status", "body", "state", "says"),
    [
        (200, b'key: "a-key-for-tests-only"', OK, "http://w/tracker.js is served"),
        (200, b'key: "that-of-another"', FAILED, "without a key of this project"),
        (404, b"", FAILED, "answers 404"),
    ],
    ids=["served", "of-another-project", "not-served"],
)
async def test_the_tracker_is_served_with_a_key_of_this_project(
    status: int, body: bytes, state: str, says: str
) -> None:
    known = [WriteKeyFields(key="a-key-for-tests-only")]
    found = await workers._tracker(Serving(status, body), Settings().model_copy(update={"write_keys": known}))
    assert (found.state, says in found.says) == (state, True), found


@pytest.mark.parametrize(
    ("arrived", "difference"),
    [(10.0, 0.0), (11.0, 0.0), (10.5, 0.0), (9.0, -1.0), (14.0, 3.0)],
)
def test_a_workers_clock_is_off_by_what_the_request_does_not_explain(
    arrived: float, difference: float
) -> None:
    assert canary._difference(arrived, sent=10.0, answered=11.0) == difference


@pytest.mark.parametrize(("difference", "state"), [(0.5, OK), (-1.9, OK), (2.5, WARNING), (-60, WARNING)])
def test_a_clock(difference: float, state: str) -> None:
    assert database.clock("clock", difference).state == state


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ServiceError(service="Kafka", reason="is away"), "Kafka: is away"),
        (ConnectionRefusedError(111, "refused"), "[Errno 111] refused"),
        (KeyError("x"), "could not be checked: KeyError('x')"),
    ],
    ids=["ours", "away", "bug"],
)
async def test_a_check_that_fails_is_a_finding(
    error: Exception, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def check(patient: Patient) -> list[Finding]:
        raise error

    caplog.set_level(logging.CRITICAL)
    [found] = await examine("one", check, PATIENT, 5)
    assert (found.state, found.says) == (FAILED, says)


async def test_a_check_that_hangs_is_a_finding() -> None:
    async def check(patient: Patient) -> list[Finding]:
        await asyncio.Event().wait()
        return []

    [found] = await examine("one", check, PATIENT, 0.05)
    assert (found.state, found.says) == (FAILED, "no answer within 0.05 s")

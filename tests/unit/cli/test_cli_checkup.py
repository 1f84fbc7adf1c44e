"""The checks of `chronos doctor`, on what they are told."""

import asyncio
import logging
from typing import Any

import pytest
from aiokafka.admin import NewTopic

from chronos.cli.checkup import canary, database, kafka
from chronos.cli.checkup.findings import FAILED, OK, WARNING, Finding, Patient, examine
from chronos.cli.ways.embedded import Embedded
from chronos.errors import ServiceError
from chronos.settings import Settings

PATIENT = Patient(Embedded(Settings.model_construct()), [], [])


def partition(number: int, leader: int = 1, replicas: int = 3, isr: int = 3) -> dict[str, Any]:
    return {"partition": number, "leader": leader, "replicas": [*range(replicas)], "isr": [*range(isr)]}


@pytest.mark.parametrize(
    ("partitions", "configured", "state", "says"),
    [
        ([partition(0), partition(1)], {}, OK, "2 partitions, 3 replicas, min.insync.replicas 2"),
        ([partition(0), partition(1, leader=-1)], {}, FAILED, "partitions 1 have no leader"),
        ([partition(0, isr=1), partition(1)], {}, FAILED, "partitions 0 have fewer replicas in sync"),
        ([partition(0, isr=2), partition(1)], {}, WARNING, "replicas of partitions 0 are not in sync"),
        ([partition(0), partition(1)], {"min.insync.replicas": "1"}, WARNING, "min.insync.replicas 1"),
        ([partition(0), partition(1)], {"retention.ms": "6"}, WARNING, "retention.ms is 6, and not 5"),
        ([partition(0)], {}, WARNING, "not 2 partitions, as is set"),
        ([partition(0, replicas=1, isr=1)] * 2, {"min.insync.replicas": "1"}, OK, "1 replica,"),
        ([], {}, FAILED, "no partition"),
    ],
)
def test_a_topic(partitions: list[dict[str, Any]], configured: dict[str, str], state: str, says: str) -> None:
    wanted = NewTopic("events", 2, 3, topic_configs={"retention.ms": "5"})
    there = {"min.insync.replicas": "2", "retention.ms": "5"} | configured
    found = kafka._topic("topic events", wanted, partitions, there)
    assert (found.state, says in found.says) == (state, True), found
    assert bool(found.todo) == (state != OK)


def row(sink: str, number: int, offset: int, idle: float) -> dict[str, Any]:
    return {"sink": sink, "partition": number, "next_offset": offset, "idle": idle}


@pytest.mark.parametrize(
    ("rows", "state", "says"),
    [
        ([row("s", 0, 10, 900), row("s", 1, 5, 900)], OK, "has all"),
        ([row("s", 0, 8, 1), row("s", 1, 5, 900)], OK, "2 beacons wait in partitions 0; it is at work"),
        ([row("s", 0, 8, 61), row("s", 1, 5, 1)], FAILED, "nothing was written there for over 60 s"),
        ([row("other", 0, 10, 1), row("s", 1, 5, 1)], FAILED, "7 beacons wait in partitions 0"),
        ([row("s", 0, 11, 1), row("s", 1, 5, 1)], WARNING, "beyond the end of partitions 0"),
    ],
)
def test_how_far_a_sink_is(rows: list[Any], state: str, says: str) -> None:
    found = database._behind("s", {0: range(3, 10), 1: range(5, 5)}, rows)
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

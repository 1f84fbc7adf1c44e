"""`chronos stop` of some brokers says when beacons are not taken any more without them."""

from dataclasses import replace
from typing import Any

import pytest
import seen_states as states
from seen_states import EVENTS

from chronos import addresses
from chronos.cli import looking, stopping
from chronos.embedded.client import Overview
from chronos.embedded.state import RUNNING, Desired, ServiceState
from chronos.errors import ServiceError
from chronos.kafka_state import KafkaState

BROKERS = ("kafka-1", "kafka-2", "kafka-3")


def seen(*in_sync: int) -> KafkaState:
    """A cluster of which only these brokers are there."""
    first = replace(states.partition(EVENTS), replicas=(1, 2, 3), in_sync=in_sync)
    found = states.kafka(first, configs={"min.insync.replicas": "2"})
    return replace(found, brokers=dict.fromkeys(in_sync, "host"), known=frozenset({1, 2, 3}))


def said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, state: KafkaState | None, *names: str
) -> str:
    async def look(*_: Any) -> KafkaState:
        if state is None:
            raise ServiceError(service="Kafka", reason="no broker answers")
        return state

    monkeypatch.setattr(looking, "kafka", look)
    monkeypatch.setattr(addresses, "kafka", lambda _: "there:1")
    running = [ServiceState(name, RUNNING, 7) for name in BROKERS[: len(state.brokers) if state else 3]]
    stopping._warn(states.settings(), Overview(Desired(BROKERS), running, True), frozenset(names))
    return capsys.readouterr().err


def test_it_is_said_when_too_few_are_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said(capsys, monkeypatch, seen(1, 2), "kafka-2")
    assert text.startswith("Without kafka-2 1 partitions take nothing, since kafka-3 is away: beacons go to")
    text = said(capsys, monkeypatch, seen(1, 2, 3), "kafka-2", "kafka-3")
    assert text.startswith("Without kafka-2 and kafka-3 1 partitions take nothing: beacons go to the spool")


def test_nothing_is_said_where_enough_are_left_all_are_meant_or_nobody_knows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(capsys, monkeypatch, seen(1, 2, 3), "kafka-3") == ""
    assert said(capsys, monkeypatch, seen(1, 2, 3), *BROKERS) == ""
    assert said(capsys, monkeypatch, seen(1, 2), "worker-1") == ""
    assert said(capsys, monkeypatch, None, "kafka-3") == ""

"""When a broker may be stopped, and when the next one, by what Kafka says that replicas lack."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from chronos.cli import rolling
from chronos.cli.rolling import Rolling
from chronos.embedded.client import Overview
from chronos.embedded.errors import NotInSync
from chronos.embedded.state import Desired
from chronos.errors import ServiceError
from chronos.kafka_state import Partition
from chronos.settings import Settings
from chronos.settings.sections import Kafka

ALL = (1, 2, 3)
THREE = ("kafka-1", "kafka-2", "kafka-3")
Answer = Sequence[Partition] | ServiceError
Rolls = Callable[..., Rolling]


def lacks(*nodes: int) -> Partition:
    """A partition of which these brokers lack something."""
    return Partition("events", 0, 1, ALL, tuple(node for node in ALL if node not in nodes))


@pytest.fixture
def rolls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rolls:
    """Make one whose Kafka gives these answers one after the other, and then the last again and again."""

    def make(
        *answers: Answer, desired: Sequence[str] = THREE, brokers: int = 3, seconds: float = 30.0
    ) -> Rolling:
        left = list(answers)

        async def ask(_: str) -> Sequence[Partition]:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, ServiceError):
                raise answer
            return answer

        monkeypatch.setattr(rolling, "under_replicated", ask)
        monkeypatch.setattr(rolling, "POLL_SECONDS", 0.0)
        monkeypatch.setattr(rolling.addresses, "kafka", lambda _: "there:1")
        seen = Overview(Desired(tuple(desired), 1), [], supervised=True)
        monkeypatch.setattr(rolling.client, "overview", lambda _: seen)
        settings = Settings.model_construct(home=tmp_path, kafka=Kafka(brokers=brokers))  # type: ignore[arg-type]
        return Rolling(settings, seconds, quiet=False)

    return make


@pytest.mark.parametrize(
    "answer",
    [[], [lacks(2)]],
    ids=["nothing is lacking", "what is to be stopped lacks it itself"],
)
def test_a_broker_without_which_nothing_is_lacking_is_stopped_at_once(
    rolls: Rolls, answer: Answer, capsys: Any
) -> None:
    rolls(answer).before("kafka-2", ["kafka-2"])
    assert capsys.readouterr().out == ""


def test_what_is_waited_for_is_said_once(rolls: Rolls, capsys: Any) -> None:
    away = ServiceError(service="Kafka", reason="no broker answers")
    rolls([lacks(3)], away, [lacks(3)], []).before("kafka-2", ["kafka-2"])
    said = " ".join(capsys.readouterr().out.split())
    assert said == "waits: kafka-3 lacks what is new in 1 partitions"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([lacks(1, 3)], "kafka-1 and kafka-3 lack what is new in 1 partitions"),
        (ServiceError(service="Kafka", reason="no broker answers"), "Kafka: no broker answers"),
    ],
)
def test_what_does_not_come_leaves_the_rest_as_it_is(rolls: Rolls, answer: Answer, why: str) -> None:
    with pytest.raises(NotInSync) as raised:
        rolls(answer, seconds=0.0).before("kafka-2", ["kafka-2", "worker-1"])
    assert str(raised.value).startswith(
        f"Not restarted, so that beacons are still taken: kafka-2, worker-1: {why}."
    )


def test_a_broker_that_nobody_starts_is_not_waited_for(rolls: Rolls) -> None:
    made = rolls([lacks(3)], [], desired=("kafka-1", "kafka-2"))
    with pytest.raises(NotInSync, match="kafka-3 lacks"):
        made.before("kafka-2", ["kafka-2"])


def test_what_was_restarted_is_waited_for_and_no_other(rolls: Rolls) -> None:
    rolls([lacks(3)]).after("kafka-2", [])
    with pytest.raises(NotInSync, match="All was restarted, but not everything is in sync: kafka-2 lacks"):
        rolls([lacks(2)], seconds=0.0).after("kafka-2", [])


def test_one_broker_alone_is_never_waited_for(rolls: Rolls) -> None:
    made = rolls([lacks(1)], brokers=1)
    made.before("kafka", ["kafka"])
    made.after("kafka", [])

"""A beacon is in Kafka or on disk before it is answered, whatever Kafka does meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from beacons import NOW_US
from mode import Service

from chronos.delivery import REFUSED_SECONDS, RETRY_AFTER, Delivery
from chronos.errors import KafkaUnavailable, MessageTooLarge, NowhereToKeep, TooLargeForKafka
from chronos.models.message import Message
from chronos.spool import Spool
from chronos.spool import delivery as spool_delivery


class Producer(Service):
    """Keeps what it is given, unless ``is_away``; waits for ``answers`` before each answer."""

    def __init__(self) -> None:
        super().__init__()
        self.connected = True
        self.is_away = False
        self.largest = 6_000
        self.asked = asyncio.Event()
        self.taken: list[Message] = []
        self.took_one = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()

    async def send(self, message: Message) -> None:
        self.asked.set()
        await self.answers.wait()
        if self.is_away:
            raise KafkaUnavailable(reason="no answer within 5 s")
        if len(message.value) > self.largest:
            raise MessageTooLarge(topic=message.topic, size=len(message.value))
        self.taken.append(message)
        self.took_one.set()


def message(number: int, size: int = 10) -> Message:
    return Message(
        "events", None, (b"%d" % number).rjust(size), (("time", b"%d" % NOW_US), ("id", bytes(16)))
    )


def numbers(messages: list[Message]) -> list[int]:
    return [int(message.value) for message in messages]


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*.spool"))


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The spool tries again at once."""
    monkeypatch.setattr(spool_delivery, "FIRST_WAIT", 0.0)


@pytest.fixture
def producer() -> Producer:
    return Producer()


@pytest.fixture
async def delivery(producer: Producer, tmp_path: Path) -> AsyncIterator[Delivery]:
    async with Delivery(
        producer, Spool(tmp_path / "spool" / "worker-1", 2_000), tmp_path / "aside"
    ) as delivery:
        yield delivery


@pytest.fixture
async def without_spool(producer: Producer) -> AsyncIterator[Delivery]:
    async with Delivery(producer, None, Path("aside")) as delivery:
        yield delivery


async def until_taken(producer: Producer, count: int) -> None:
    async with asyncio.timeout(10):
        while len(producer.taken) < count:
            producer.took_one.clear()
            await producer.took_one.wait()


async def test_a_beacon_goes_to_kafka(delivery: Delivery, producer: Producer) -> None:
    await delivery.keep(message(1))
    assert producer.taken == [message(1)]
    assert (delivery.spooled, delivery.problem) == (0, None)


async def test_returns_after_kafkas_answer_and_not_before(delivery: Delivery, producer: Producer) -> None:
    producer.answers.clear()
    keeping = asyncio.create_task(delivery.keep(message(1)))
    await producer.asked.wait()
    assert not keeping.done()
    producer.answers.set()
    await keeping


async def test_a_beacon_goes_to_the_disk_while_kafka_is_away(
    delivery: Delivery, producer: Producer, tmp_path: Path
) -> None:
    producer.is_away = True
    await delivery.keep(message(1))
    assert producer.taken == []
    assert delivery.spooled == 1
    assert delivery.problem == "Kafka is away: no answer within 5 s"
    assert message(1).value in on_disk(tmp_path)


async def test_later_beacons_do_not_wait_for_a_kafka_that_is_away(
    delivery: Delivery, producer: Producer
) -> None:
    producer.is_away = True
    await delivery.keep(message(1))
    producer.answers.clear()
    async with asyncio.timeout(10):
        await delivery.keep(message(2))
    assert delivery.spooled == 2
    producer.answers.set()


async def test_what_is_on_disk_goes_to_kafka_when_it_is_back_headers_and_topic_included(
    delivery: Delivery, producer: Producer
) -> None:
    producer.is_away = True
    for number in range(3):
        await delivery.keep(message(number))
    producer.is_away = False
    await until_taken(producer, 3)
    assert sorted(producer.taken, key=lambda one: one.value) == [message(number) for number in range(3)]


async def test_new_beacons_go_to_kafka_again_once_it_is_back(delivery: Delivery, producer: Producer) -> None:
    producer.is_away = True
    await delivery.keep(message(1))
    producer.is_away = False
    await until_taken(producer, 1)
    await delivery.keep(message(2))
    assert numbers(producer.taken) == [1, 2]
    assert delivery.problem is None


async def test_a_beacon_for_which_there_is_no_room_is_refused(delivery: Delivery, producer: Producer) -> None:
    producer.is_away = True
    await delivery.keep(message(1, size=1_500))
    with pytest.raises(NowhereToKeep, match="the spool takes no more") as refused:
        await delivery.keep(message(2, size=1_500))
    assert (refused.value.status, refused.value.retry_after) == (503, RETRY_AFTER)
    assert delivery.spooled == 1


async def test_there_is_room_again_once_kafka_is_back(delivery: Delivery, producer: Producer) -> None:
    producer.is_away = True
    await delivery.keep(message(1, size=1_500))
    producer.is_away = False
    await until_taken(producer, 1)
    await delivery.keep(message(2, size=1_500))
    assert numbers(producer.taken) == [1, 2]


async def test_a_spool_that_takes_nothing_does_not_hide_that_kafka_is_back(
    delivery: Delivery, producer: Producer
) -> None:
    producer.is_away = True
    with pytest.raises(NowhereToKeep):
        await delivery.keep(message(1, size=5_000))
    producer.is_away = False
    await delivery.keep(message(1, size=5_000))
    assert numbers(producer.taken) == [1]
    assert delivery.problem is None


async def test_what_is_on_disk_is_sent_by_the_next_worker(producer: Producer, tmp_path: Path) -> None:
    folder = tmp_path / "spool" / "worker-1"
    producer.is_away = True
    async with Delivery(producer, Spool(folder, 2_000), tmp_path / "aside") as delivery:
        await delivery.keep(message(1))
    after = Producer()
    async with Delivery(after, Spool(folder, 2_000), tmp_path / "aside"):
        await until_taken(after, 1)
    assert numbers(after.taken) == [1]


async def test_without_a_spool_a_beacon_is_refused_while_kafka_is_away(
    without_spool: Delivery, producer: Producer
) -> None:
    producer.is_away = True
    with pytest.raises(NowhereToKeep, match="no answer within 5 s") as refused:
        await without_spool.keep(message(1))
    assert refused.value.retry_after == RETRY_AFTER
    assert (without_spool.spooled, without_spool.problem) == (0, str(refused.value.reason))


async def test_without_a_spool_every_beacon_tries_kafka(without_spool: Delivery, producer: Producer) -> None:
    producer.is_away = True
    with pytest.raises(NowhereToKeep):
        await without_spool.keep(message(1))
    producer.is_away = False
    await without_spool.keep(message(2))
    assert numbers(producer.taken) == [2]
    assert without_spool.problem is None


async def test_no_connection_is_a_problem_before_any_beacon_came(
    delivery: Delivery, producer: Producer
) -> None:
    producer.connected = False
    assert delivery.problem == "no connection to Kafka"


async def test_what_kafka_never_takes_is_refused_and_hides_nothing(
    delivery: Delivery, producer: Producer
) -> None:
    with pytest.raises(TooLargeForKafka, match="takes no message of 7000 bytes"):
        await delivery.keep(message(1, size=7_000))
    await delivery.keep(message(2))
    assert (numbers(producer.taken), delivery.problem, delivery.spooled) == ([2], None, 0)


async def test_what_waited_and_is_never_taken_is_set_aside_and_holds_up_nothing(
    delivery: Delivery, producer: Producer, tmp_path: Path
) -> None:
    producer.is_away = True
    await delivery.keep(message(1, size=500))
    await delivery.keep(message(2))
    producer.largest = 400
    producer.is_away = False
    await asyncio.wait_for(producer.took_one.wait(), 5)
    assert numbers(producer.taken) == [2]
    [path] = (tmp_path / "aside").iterdir()
    assert (path.name, path.read_bytes()) == (f"{NOW_US}-{'00' * 16}.json", message(1, size=500).value)


async def test_beacons_are_taken_as_long_as_kafka_or_the_spool_takes_them(
    delivery: Delivery, producer: Producer
) -> None:
    assert delivery.refusal is None
    producer.is_away, producer.connected = True, False
    await delivery.keep(message(1))
    assert delivery.refusal is None


async def test_a_full_spool_takes_none_until_kafka_has_taken_something_of_it(
    delivery: Delivery, producer: Producer
) -> None:
    producer.is_away = True
    await delivery.keep(message(1, size=1_500))
    with pytest.raises(NowhereToKeep):
        await delivery.keep(message(2, size=1_500))
    assert "the spool takes no more" in (delivery.refusal or "")
    producer.is_away = False
    await until_taken(producer, 1)
    assert delivery.refusal is None


async def test_without_a_spool_none_is_taken_where_there_is_no_connection(
    without_spool: Delivery, producer: Producer
) -> None:
    assert without_spool.refusal is None
    producer.connected = False
    assert "no spool" in (without_spool.refusal or "")


async def test_who_refused_a_beacon_is_tried_again_though_nobody_sends_one(producer: Producer) -> None:
    now = 100.0
    async with Delivery(producer, None, Path("aside"), clock=lambda: now) as delivery:
        producer.is_away = True
        with pytest.raises(NowhereToKeep):
            await delivery.keep(message(1))
        now += REFUSED_SECONDS - 1
        assert "Kafka is away: no answer within 5 s" in (delivery.refusal or "")
        now += 1
        assert delivery.refusal is None


def test_a_worker_that_starts_takes_none_yet(producer: Producer) -> None:
    assert Delivery(producer, None, Path("aside")).refusal == "the worker is starting"

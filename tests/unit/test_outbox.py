"""Messages share batches; whatever happens to a batch, all who wait for it are told."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, OutOfOrderSequenceNumber

from chronos import outbox as module
from chronos.errors import KafkaUnavailable, MessageTooLarge
from chronos.models.message import Message
from chronos.outbox import Outbox

ROOM = 3  # messages in a batch


class Builder:
    """A batch with room for a few messages, none longer than 100 bytes."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    def append(self, *, timestamp: None, key: bytes | None, value: bytes, headers: list[object]) -> object:
        if len(self.values) == ROOM or len(value) > 100:
            return None
        self.values.append(value)
        return object()


class Kafka:
    """Keeps the batches that it is sent; ``answer`` tells what it says to one."""

    def __init__(self) -> None:
        self.batches: list[list[bytes]] = []
        self.offset = 0
        self.answer: Callable[[list[bytes]], Awaitable[None]] = self.take

    async def take(self, values: list[bytes]) -> None:
        self.batches.append(values)

    def create_batch(self) -> Builder:
        return Builder()

    async def partitions_for(self, topic: str) -> set[int]:
        return {0}

    async def send_batch(
        self, batch: Builder, topic: str, *, partition: int
    ) -> asyncio.Future[SimpleNamespace]:
        return asyncio.ensure_future(self._acknowledge(batch.values))

    async def _acknowledge(self, values: list[bytes]) -> SimpleNamespace:
        await self.answer(values)
        first, self.offset = self.offset, self.offset + len(values)
        return SimpleNamespace(offset=first)


@pytest.fixture(autouse=True)
def no_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER", 0)


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def outbox(kafka: Kafka) -> Outbox:
    return Outbox(kafka, timeout=5)  # type: ignore[arg-type]


def message(value: bytes) -> Message:
    return Message("events", b"visitor", value, ())


async def outcomes(outbox: Outbox, *values: bytes) -> list[object]:
    """The offset of each, or what was raised."""
    sent = (outbox.send(message(value)) for value in values)
    results = await asyncio.gather(*sent, return_exceptions=True)
    return [result if isinstance(result, int) else type(result) for result in results]


def failing(error: BaseException) -> Callable[[list[bytes]], Awaitable[None]]:
    async def answer(values: list[bytes]) -> None:
        raise error

    return answer


async def test_messages_that_come_together_share_batches(outbox: Outbox, kafka: Kafka) -> None:
    assert await outcomes(outbox, b"1", b"2", b"3", b"4") == [0, 1, 2, 3]
    assert kafka.batches == [[b"1", b"2", b"3"], [b"4"]]


async def test_a_failed_batch_fails_all_that_wait_behind_it(outbox: Outbox, kafka: Kafka) -> None:
    kafka.answer = failing(KafkaConnectionError())
    assert await outcomes(outbox, b"1", b"2", b"3", b"4") == [KafkaUnavailable] * 4
    assert not outbox.broken
    kafka.answer = kafka.take
    assert await outcomes(outbox, b"5") == [0]


async def test_an_error_that_is_not_to_be_retried_breaks_it(outbox: Outbox, kafka: Kafka) -> None:
    kafka.answer = failing(OutOfOrderSequenceNumber())
    assert await outcomes(outbox, b"1") == [KafkaUnavailable]
    assert outbox.broken


async def test_a_message_without_an_answer_is_not_known_to_be_there(kafka: Kafka) -> None:
    async def never(values: list[bytes]) -> None:
        await asyncio.Event().wait()

    kafka.answer = never
    assert await outcomes(Outbox(kafka, timeout=0.01), b"1") == [KafkaUnavailable]  # type: ignore[arg-type]


async def test_of_a_batch_that_is_too_large_all_small_messages_pass(outbox: Outbox, kafka: Kafka) -> None:
    async def take_single(values: list[bytes]) -> None:
        if len(values) > 1 or len(values[0]) > 10:
            raise MessageSizeTooLargeError
        kafka.batches.append(values)

    kafka.answer = take_single
    assert await outcomes(outbox, b"1", b"x" * 50, b"3") == [0, MessageTooLarge, 1]
    assert kafka.batches == [[b"1"], [b"3"]]


async def test_what_no_batch_can_hold_is_refused_and_holds_up_nothing(outbox: Outbox) -> None:
    assert await outcomes(outbox, b"x" * 101, b"1") == [MessageTooLarge, 0]


@pytest.mark.parametrize(
    "error", [asyncio.CancelledError(), RuntimeError("a bug")], ids=["cancelled", "unexpected"]
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_whatever_happens_nobody_is_left_waiting(
    outbox: Outbox, kafka: Kafka, error: BaseException
) -> None:
    kafka.answer = failing(error)
    async with asyncio.timeout(5):
        assert await outcomes(outbox, b"1", b"2", b"3", b"4") == [KafkaUnavailable] * 4


async def test_a_topic_that_gets_more_partitions_is_seen_to_have_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kafka, partitions, used = Kafka(), {0}, set()

    async def partitions_for(topic: str) -> set[int]:
        return partitions

    async def send_batch(batch: Builder, topic: str, *, partition: int) -> asyncio.Future[SimpleNamespace]:
        used.add(partition)
        return await Kafka.send_batch(kafka, batch, topic, partition=partition)

    monkeypatch.setattr(kafka, "partitions_for", partitions_for)
    monkeypatch.setattr(kafka, "send_batch", send_batch)
    outbox = Outbox(kafka, 5.0)  # type: ignore[arg-type]
    keyed = [Message("events", str(number).encode(), b"x") for number in range(50)]
    await asyncio.gather(*map(outbox.send, keyed))
    partitions = {0, 1, 2}
    await asyncio.gather(*map(outbox.send, keyed))
    assert used == {0}, "what is known is used for a while"
    monkeypatch.setattr(module, "LOOK_AGAIN", -1.0)
    await asyncio.gather(*map(outbox.send, keyed))
    assert used == {0, 1, 2}

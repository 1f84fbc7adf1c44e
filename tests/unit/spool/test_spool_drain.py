"""Draining: Kafka is away, comes back, and the worker stops in between."""

import asyncio
import itertools

import pytest

from chronos.spool import Spool, backoff
from chronos.spool import segment as segment_module
from chronos.spool import store as store_module


class Kafka:
    """Refuses as often as it is told to, then takes; counts the sends that run at once."""

    def __init__(self, refusals=0):
        self.refusals = refusals
        self.taken = []
        self.calls = 0
        self.running = 0
        self.most_at_once = 0

    async def send(self, message):
        self.calls += 1
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if self.refusals:
            self.refusals -= 1
            raise ConnectionError("Kafka is away")
        self.taken.append(message)


async def put_all(spool, message, count):
    await asyncio.gather(*(spool.put(message(number)) for number in range(count)))


async def test_a_message_is_sent_again_until_kafka_takes_it(spool, message, drain_into):
    await put_all(spool, message, 1)
    kafka = Kafka(refusals=3)
    assert await drain_into(spool, kafka.send) == [1, 2, 3]
    assert kafka.taken == [message(0)]


async def test_after_a_failure_one_message_goes_ahead_alone(spool, message, drain_into):
    await put_all(spool, message, 10)
    kafka = Kafka(refusals=13)
    assert await drain_into(spool, kafka.send) == [1, 2, 3, 4]  # ten at once, then one, one, one
    assert kafka.calls == 13 + 10
    assert kafka.taken == [message(number) for number in range(10)]


async def test_what_was_taken_is_not_sent_again_with_what_was_not(spool, message, drain_into):
    await put_all(spool, message, 10)
    kafka = Kafka(refusals=4)
    await drain_into(spool, kafka.send)
    assert len(kafka.taken) == 10
    assert set(kafka.taken) == {message(number) for number in range(10)}


async def test_two_hundred_messages_go_at_once_and_not_more(spool, message, drain_into):
    await put_all(spool, message, 450)
    kafka = Kafka()
    await drain_into(spool, kafka.send)
    assert kafka.most_at_once == 200
    assert kafka.taken == [message(number) for number in range(450)]


async def test_a_chunk_is_bounded_in_bytes(spool, message, drain_into, monkeypatch):
    monkeypatch.setattr(store_module, "CHUNK_BYTES", 1)
    await put_all(spool, message, 5)
    kafka = Kafka()
    await drain_into(spool, kafka.send)
    assert kafka.most_at_once == 1
    assert len(kafka.taken) == 5


async def test_a_send_that_is_cancelled_from_within_is_a_failure(spool, message, drain_into):
    await put_all(spool, message, 2)
    outcomes = itertools.chain([asyncio.CancelledError()], itertools.repeat(None))
    sent = []

    async def send(message):
        if outcome := next(outcomes):
            raise outcome
        sent.append(message)

    assert await drain_into(spool, send) == [1]
    assert set(sent) == {message(0), message(1)}


async def test_a_put_wakes_a_drain_that_waits(spool, message):
    taken = asyncio.Queue()
    draining = asyncio.create_task(spool.drain(taken.put))
    async with asyncio.timeout(30):
        for number in range(20):
            await spool.put(message(number))
            assert await taken.get() == message(number)
    draining.cancel()
    await asyncio.wait([draining])


async def test_puts_during_a_drain_are_drained(spool, message):
    taken = asyncio.Queue()
    draining = asyncio.create_task(spool.drain(taken.put))
    async with asyncio.timeout(30):
        for start in range(0, 2_000, 100):
            await asyncio.gather(*(spool.put(message(number)) for number in range(start, start + 100)))
        found = [await taken.get() for _ in range(2_000)]
    assert found == [message(number) for number in range(2_000)]
    draining.cancel()
    await asyncio.wait([draining])


@pytest.mark.parametrize("taken_before", [0, 1, 200, 250, 399], ids=str)
async def test_a_drain_cancelled_on_its_way_loses_nothing(folder, message, drain_all, taken_before):
    first = Spool(folder, 1_000_000, segment_bytes=2_000)
    await first.open()
    for start in range(0, 400, 20):
        await asyncio.gather(*(first.put(message(number)) for number in range(start, start + 20)))
    taken, reached = [], asyncio.Event()

    async def send(message):
        if len(taken) == taken_before:
            reached.set()
            await asyncio.Future()
        taken.append(message)

    draining = asyncio.create_task(first.drain(send))
    await reached.wait()
    draining.cancel()
    await asyncio.wait([draining])
    await first.close()

    again = Spool(folder, 1_000_000)
    await again.open()
    rest = await drain_all(again)
    assert {*taken, *rest} == {message(number) for number in range(400)}
    assert len(rest) <= 400 - taken_before + 20 * 3  # at most the segment that was being sent comes twice
    await again.close()


async def test_a_drain_goes_on_where_the_last_one_was_cancelled(spool, message, drain_all):
    await put_all(spool, message, 450)
    taken, reached = [], asyncio.Event()

    async def send(message):
        if len(taken) == 400:
            reached.set()
            await asyncio.Future()
        taken.append(message)

    draining = asyncio.create_task(spool.drain(send))
    await reached.wait()
    assert spool.pending == 50
    draining.cancel()
    await asyncio.wait([draining])
    assert await drain_all(spool) == [message(number) for number in range(400, 450)]


async def test_a_disk_that_fails_for_a_moment_stops_no_drain(spool, message, drain_all, monkeypatch):
    await put_all(spool, message, 3)
    read, failures = segment_module.read_record, iter([OSError(24, "Too many open files")] * 2)

    def read_record(*arguments):
        for failure in failures:
            raise failure
        return read(*arguments)

    monkeypatch.setattr(segment_module, "read_record", read_record)
    assert len(await drain_all(spool)) == 3
    assert spool.corrupt == 0


async def test_close_ends_a_drain_that_waits(spool):
    draining = asyncio.create_task(spool.drain(pytest.fail))
    await asyncio.sleep(0)
    await spool.close()
    async with asyncio.timeout(30):
        await draining


@pytest.mark.parametrize(
    ("attempt", "least", "most"), [(1, 0.25, 0.5), (2, 0.5, 1), (4, 2, 4), (7, 2.5, 5), (10**6, 2.5, 5)]
)
def test_backoff_doubles_up_to_five_seconds(attempt, least, most):
    assert least <= backoff(attempt) <= most

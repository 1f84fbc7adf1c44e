"""One answer for all who listen: asked for once, and not for nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from chronos.web.broadcast import Broadcast, Message, message


class Source:
    """Says ``said``; each answer takes one turn of the loop, unless ``slow`` holds it."""

    def __init__(self) -> None:
        self.said, self.asked, self.over = 0, 0, False
        self.error: Exception | None = None

    async def ask(self) -> Message:
        self.asked += 1
        if self.error:
            raise self.error
        return message(self.asked, {"n": self.said})


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def broadcast(source: Source) -> Broadcast:
    return Broadcast(source.ask, lambda: source.over, pause=0, quiet=30)


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def until_idle(broadcast: Broadcast, source: Source) -> int:
    """How often was asked when nobody listens any more."""
    await turns()
    assert broadcast.listeners == 0
    return source.asked


def test_what_says_the_same_at_another_time_has_the_same_id() -> None:
    first, later, other = message(1, {"n": 1}), message(2, {"n": 1}), message(2, {"n": 2})
    assert first.id == later.id != other.id
    assert (first.body, later.body) == (b'{"now":1,"n":1}', b'{"now":2,"n":1}')


async def test_nobody_is_asked_for_nobody(source: Source, broadcast: Broadcast) -> None:
    await turns()
    assert source.asked == 0


async def test_each_listener_has_what_is_new_once(source: Source, broadcast: Broadcast) -> None:
    async with aclosing(broadcast.listen()) as one, aclosing(broadcast.listen()) as two:
        for number in (1, 2):
            source.said = number
            bodies = [await anext(heard) for heard in (one, two)]
            assert [body.body.partition(b'"n":')[2] for body in bodies] == [b"%d}" % number] * 2
        assert broadcast.listeners == 2


async def test_all_have_the_same_answers(source: Source, broadcast: Broadcast) -> None:
    async with aclosing(broadcast.listen()) as one, aclosing(broadcast.listen()) as two:
        assert await anext(one) is await anext(two)
    asked = await until_idle(broadcast, source)
    await turns()
    assert source.asked == asked


async def test_who_is_slow_misses_what_was_between(source: Source, broadcast: Broadcast) -> None:
    async with aclosing(broadcast.listen()) as slow, aclosing(broadcast.listen()) as quick:
        await anext(slow)
        for number in range(2, 9):
            source.said = number
            await anext(quick)
        newest = await anext(slow)
        assert newest.body.endswith(b'"n":8}')


async def test_who_has_it_already_is_told_that_it_is_so_and_then_what_is_new(
    source: Source, broadcast: Broadcast
) -> None:
    async with aclosing(broadcast.listen()) as first:
        known = await anext(first)
    async with aclosing(broadcast.listen(known.id)) as again:
        assert (await anext(again)).id == known.id
        heard = asyncio.ensure_future(anext(again))
        await turns()
        assert not heard.done()
        source.said = 5
        newest = await heard
        assert newest.body.endswith(b'"n":5}')


async def test_quiet_is_told(source: Source) -> None:
    broadcast = Broadcast(source.ask, lambda: source.over, pause=0, quiet=0.001)
    async with aclosing(broadcast.listen()) as heard:
        told = [await anext(heard) for _ in range(3)]
    assert len({one.id for one in told}) == 1
    assert [one.now for one in told] == sorted({one.now for one in told})


async def test_what_was_not_asked_for_again_is_not_said_again(source: Source) -> None:
    broadcast = Broadcast(source.ask, lambda: source.over, pause=30, quiet=0.001)
    async with aclosing(broadcast.listen()) as heard:
        await anext(heard)
        again = asyncio.ensure_future(anext(heard))
        await asyncio.wait({again}, timeout=0.02)
        assert not again.done()
        again.cancel()
        await asyncio.gather(again, return_exceptions=True)


async def test_it_ends_with_the_worker(source: Source, broadcast: Broadcast) -> None:
    async with aclosing(broadcast.listen()) as heard:
        await anext(heard)
        source.over = True
        assert [one async for one in heard] == []


async def test_a_source_that_fails_ends_the_streams_and_is_tried_again(
    source: Source, broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    source.error = RuntimeError("broken")
    async with aclosing(broadcast.listen()) as heard:
        assert [one async for one in heard] == []
    assert "broken" in caplog.text
    source.error = None
    async with aclosing(broadcast.listen()) as heard:
        assert await anext(heard)


async def test_who_comes_when_the_last_one_goes_is_heard(source: Source, broadcast: Broadcast) -> None:
    async with aclosing(broadcast.listen()) as last:
        await anext(last)
    async with aclosing(broadcast.listen()) as next_one:
        assert await anext(next_one)


async def test_who_is_cancelled_listens_no_more(source: Source, broadcast: Broadcast) -> None:
    async def listen(messages: AsyncIterator[Message]) -> None:
        async for _ in messages:
            pass

    async with aclosing(broadcast.listen()) as heard:
        task = asyncio.create_task(listen(heard))
        await turns()
        assert broadcast.listeners == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await until_idle(broadcast, source)

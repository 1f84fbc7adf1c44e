"""Notices reach each channel, in their order, once, also one that was away for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from worker import until

from chronos.watch import telling
from chronos.watch.errors import AlertFailed
from chronos.watch.notice import Notice
from chronos.watch.telling import Teller


class Ear:
    """A channel that fails as often as it is told to, and keeps what it heard."""

    name = "an ear"

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.heard: list[str] = []
        self.tries = 0
        self._failures = failures
        self._error = error or AlertFailed(channel=self.name, reason="it is deaf")

    async def send(self, notice: Notice) -> str:
        self.tries += 1
        if self.tries <= self._failures:
            raise self._error
        self.heard.append(notice.subject)
        return "heard"


def notice(subject: str = "2", state: str = "begun", since: float = 0.0) -> Notice:
    return Notice("broker_away", subject, state, "warning", "broker is away", "Start it.", since)  # type: ignore[arg-type]


@asynccontextmanager
async def teller(*ears: Ear, told: list[str] | None = None) -> AsyncIterator[Teller]:
    async def note(one: Notice) -> None:
        if told is not None:
            told.append(one.subject)

    made = Teller(ears, note, retry=lambda attempt: 0.0)
    running = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.wait([running])


async def until_heard(ear: Ear, count: int) -> None:
    async def heard() -> bool:
        return len(ear.heard) >= count

    await until(heard, pause=0)


async def test_every_channel_gets_all_of_them_in_order_and_it_is_noted_when_all_have_one() -> None:
    ears, told = (Ear(), Ear(failures=3)), list[str]()
    async with teller(*ears, told=told) as made:
        for subject in "abc":
            await made.tell(notice(subject))
        for ear in ears:
            await until_heard(ear, 3)
        assert [ear.heard for ear in ears] == [["a", "b", "c"]] * 2

        async def noted() -> bool:
            return len(told) >= 3

        await until(noted, pause=0)
    assert told == ["a", "b", "c"]
    assert ears[1].tries == 6


async def test_what_waits_already_is_not_sent_twice() -> None:
    ear = Ear()
    async with teller(ear) as made:
        await made.tell(notice())
        await made.send(notice())
        await made.send(notice(since=1.0))
        await until_heard(ear, 2)
        await asyncio.sleep(0.05)
    assert ear.heard == ["2", "2"]


async def test_without_channels_the_log_is_told_and_that_is_all() -> None:
    told: list[str] = []
    async with teller(told=told) as made:
        await made.tell(notice())
    assert told == ["2"]


async def test_a_channel_that_is_away_keeps_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "WAITING", 3)
    told: list[str] = []
    ear = Ear()

    async def note(one: Notice) -> None:
        told.append(one.subject)

    made = Teller([ear], note)
    for subject in "abcde":
        await made.tell(notice(subject))
    assert told == ["b", "c"], "the first is under way, the oldest of the others go"
    running = asyncio.create_task(made.run())
    await until_heard(ear, 3)
    running.cancel()
    assert ear.heard == ["a", "d", "e"]


async def test_one_that_is_never_taken_does_not_hold_up_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "TRIES", 4)
    ear = Ear(failures=4, error=RuntimeError("a mistake of ours"))
    async with teller(ear) as made:
        await made.tell(notice("a"))
        await made.tell(notice("b"))
        await until_heard(ear, 1)
    assert ear.heard == ["b"]


async def test_the_log_has_one_line_for_each(caplog: pytest.LogCaptureFixture) -> None:
    async with teller() as made:
        await made.tell(notice())
        await made.tell(notice(state="ended"))
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "incident broker_away 2 has begun: broker is away. Start it.",
        "incident broker_away 2 is over: broker is away",
    ]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_backoff_doubles_up_to_five_minutes() -> None:
    for attempt, most in ((1, 1), (2, 2), (5, 16), (20, 300), (200, 300)):
        assert most / 2 <= telling.backoff(attempt) <= most

"""How made up beacons are sent: at a rate, again where a worker asks for it, and counted."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from itertools import islice

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from chronos.cli import sending
from chronos.cli.errors import NotTaken
from chronos.cli.sending import Plan, Sender
from chronos.demo.traffic import Mix, traffic

ORIGIN = "https://shop.example"
Answer = Callable[[int], tuple[int, dict[str, str]]]


class Door:
    """A worker's web view that answers as it is told; keeps what it was sent."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, object]] = []
        self.origins: set[str | None] = set()
        self.answer: Answer = lambda number: (200, {})
        self.slow = 0.0

    async def post(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        self.bodies.append(body)
        number = len(self.bodies)
        self.origins.add(request.headers.get("Origin"))
        await asyncio.sleep(self.slow)
        status, headers = self.answer(number)
        return web.json_response({"error": f"said {status}"}, status=status, headers=headers)

    @property
    def ids(self) -> list[str]:
        return [body["data"]["id"] for body in self.bodies]  # type: ignore[index]


@pytest.fixture
async def door() -> AsyncIterator[tuple[Door, Sender]]:
    made = Door()
    app = web.Application()
    app.router.add_post("/api/events", made.post)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        yield made, Sender(http, [str(server.make_url("/api/events"))], key="k", origin=ORIGIN, mark="m")


def sendings(number: int, **mix: float) -> "object":
    return islice(traffic(1, ORIGIN, 1000, 40, Mix(**{"late": 0, "twice": 0, "retried": 0} | mix)), number)


async def run(sender: Sender, number: int, plan: Plan | None = None, **mix: float) -> None:
    await sender.run(sendings(number, **mix), plan or Plan(100_000))  # type: ignore[arg-type]


async def test_each_is_sent_once_and_counted(door: tuple[Door, Sender]) -> None:
    made, sender = door
    await run(sender, 50)
    assert (sender.tally.beacons, len(made.bodies), len(set(made.ids))) == (50, 50, 50)
    assert sender.tally.rows == sum(one.batch.rows for one in sendings(50))  # type: ignore[attr-defined]
    assert made.origins == {ORIGIN}


async def test_what_is_sent_twice_has_one_id(door: tuple[Door, Sender]) -> None:
    made, sender = door
    await run(sender, 20, twice=1)
    assert (len(made.ids), len(set(made.ids))) == (40, 20)
    assert (sender.tally.beacons, sender.tally.twice) == (20, 20)


async def test_what_is_tried_again_later_is_the_same_beacon_sent_at_another_time(
    door: tuple[Door, Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, sender = door
    monkeypatch.setattr(sending, "RETRY_SECONDS", 0.02)
    await run(sender, 20, retried=1)
    assert (sender.tally.beacons, sender.tally.twice) == (20, 20)
    for beacon in set(made.ids):
        first, again = [body["data"] for body in made.bodies if body["data"]["id"] == beacon]  # type: ignore[index]
        assert first["sent_at"] < again["sent_at"]
        assert first | {"sent_at": again["sent_at"]} == again


@pytest.mark.parametrize("late", [0, 1])
async def test_only_a_late_beacon_holds_what_happened_long_ago(door: tuple[Door, Sender], late: int) -> None:
    made, sender = door
    await run(sender, 30, late=late)
    assert sender.tally.late == 30 * late
    for data in [body["data"] for body in made.bodies]:
        times = [max(one for one in event if isinstance(one, int)) for event in data["events"]]  # type: ignore[index]
        assert (data["sent_at"] - max(times) >= 60_000) == bool(late)  # type: ignore[index]


@pytest.mark.parametrize("status", [503, 429, 500, 408])
async def test_a_worker_that_asks_for_it_gets_it_again(door: tuple[Door, Sender], status: int) -> None:
    made, sender = door
    made.answer = lambda number: (status, {"Retry-After": "0.05"}) if number <= 3 else (200, {})
    await run(sender, 5)
    assert (sender.tally.beacons, sender.tally.again[str(status)], sender.tally.given_up) == (5, 3, 0)
    assert len(set(made.ids)) == 5


async def test_what_is_refused_is_not_sent_again(door: tuple[Door, Sender]) -> None:
    made, sender = door
    made.answer = lambda number: (413 if number == 1 else 200, {})
    await run(sender, 5)
    assert dict(sender.tally.refused) == {"413: said 413": 1}
    assert (sender.tally.beacons, len(made.bodies)) == (4, 5)


async def test_a_key_that_is_not_taken_ends_it(door: tuple[Door, Sender]) -> None:
    made, sender = door
    made.answer = lambda number: (401, {})
    with pytest.raises(NotTaken, match=r"\(401\): said 401"):
        await run(sender, 100_000)
    assert len(made.bodies) < 1000


async def test_it_ends_with_the_events_that_were_asked_for(door: tuple[Door, Sender]) -> None:
    _, sender = door
    await run(sender, 10_000, Plan(100_000, events=500))
    assert 500 <= sender.tally.rows < 600


async def test_the_rate_is_kept_by_what_was_sent_since_the_beginning(door: tuple[Door, Sender]) -> None:
    _, sender = door
    await run(sender, 10_000, Plan(2000, events=1000))
    assert sender.tally.seconds >= 0.45


async def test_stopping_ends_it_and_what_was_answered_is_counted(door: tuple[Door, Sender]) -> None:
    made, sender = door
    made.answer = lambda number: (503, {}) if number > 10 else (200, {})
    asyncio.get_running_loop().call_later(0.3, sender.stopping.set)
    await run(sender, 100_000)
    assert sender.tally.beacons == 10
    assert sender.tally.given_up > 0


async def test_it_is_behind_where_the_worker_is_slow(door: tuple[Door, Sender]) -> None:
    made, sender = door
    made.slow = 0.2
    await run(sender, 100_000, Plan(50_000, seconds=0.7))
    assert sender.tally.behind > 0
    assert sender.tally.seconds >= 0.7

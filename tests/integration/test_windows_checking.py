"""Windows are compared with the raw events: against a recount in Python, and where an answer is wrong."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from kept import store
from messages import NOW_MS, Received, beacon, press
from recount import Recount
from visits import visits

from chronos.errors import TooManyCounts
from chronos.windows import raw
from chronos.windows.checking import Comparison, NotComparable, Rules, compare
from chronos.windows.declared import BUILT_IN, WindowView

LATENESS = timedelta(hours=24)
RULES = Rules(LATENESS, timedelta(days=31), patience=0.3)
SLOTS = range(NOW_MS // 10_000 - 26 * 360, NOW_MS // 10_000 + 1)
OWN = WindowView(
    "own",
    "",
    "pageviews",
    "split_part(url, '?', 1) -- {key} {rows}",
    "metadata ->> 'uuid' like 'visitor-_%' and title <> '{filter}' -- as well",
)
VIEWS = {view.name: view for view in (*BUILT_IN, OWN)}
KEYS = VIEWS["keys"]


async def checked(url: str, ask: Any, view: WindowView = KEYS, slots: range = SLOTS) -> Comparison:
    return await compare(url, view, slots, ask, RULES)


async def test_a_right_answer_is_as_the_raw_events_say(database: str, rng: random.Random) -> None:
    messages = [message for batch in visits(rng, batches=4) for message in batch]
    await store(database, messages)
    some = 0
    for view in VIEWS.values():
        answers = Recount(messages, view, LATENESS)
        found = await checked(database, answers, view)
        assert (found.different, found.differences) == (0, []), view.name
        assert found.windows == len(SLOTS)
        assert found.events == sum(n.total() for slot, n in answers.counts.items() if slot in SLOTS)
        some += found.events
    assert some


async def test_the_raw_events_are_counted_by_slot_and_key(database: str) -> None:
    late, too_late = NOW_MS - 24 * 3_600_000, NOW_MS - 24 * 3_600_000 - 1
    edge = NOW_MS // 10_000 * 10_000 - 10_000
    events = [press("a", edge), press("a", edge - 0.5), press("b" * 1001, edge + 9_999.999)]
    await store(database, [beacon(0, *events, press("c", late), press("d", too_late), press("e", too_late))])
    slots = range(edge // 10_000 - 24 * 360 - 2, edge // 10_000 + 2)
    connection = await asyncpg.connect(database, server_settings=raw.SESSION)
    assert await raw.counts(connection, KEYS, slots, LATENESS) == {
        late // 10_000: {"c": 1},
        edge // 10_000 - 1: {"a": 1},
        edge // 10_000: {"a": 1, "b" * 1000: 1},
    }
    assert await raw.too_late(connection, KEYS, slots, LATENESS, RULES.oldest) == 2
    assert await raw.too_late(connection, KEYS, slots[:-2], LATENESS, RULES.oldest) == 0
    await connection.close()


def one_more(answers: Recount) -> None:
    answers.counts[SLOTS[-1]]["a"] += 1


def one_less(answers: Recount) -> None:
    answers.counts[SLOTS[-1]]["b"] -= 1


def another_window(answers: Recount) -> None:
    answers.counts[SLOTS[-2]] = answers.counts.pop(SLOTS[-1])


def another_key(answers: Recount) -> None:
    answers.counts[SLOTS[-1]]["c"] = answers.counts[SLOTS[-1]].pop("b")


def not_late(answers: Recount) -> None:
    answers.too_late.clear()


@pytest.fixture
async def presses(database: str) -> list[Received]:
    at = SLOTS[-1] * 10_000
    sent = [
        beacon(0, press("a", at), press("b", at), press("b", at), press("z", at - 90_000_000), time_ms=at)
    ]
    await store(database, sent)
    return sent


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (one_more, [("a", 2, (1, 1))]),
        (one_less, [("b", 1, (2, 2))]),
        (another_window, [("a", 1, (0, 0)), ("b", 2, (0, 0)), ("a", 0, (1, 1)), ("b", 0, (2, 2))]),
        (another_key, [("b", 0, (2, 2)), ("c", 2, (0, 0))]),
        (not_late, [(None, 0, (1, 1))]),
    ],
)
async def test_a_wrong_answer_differs(
    database: str,
    presses: list[Received],
    change: Callable[[Recount], None],
    expected: list[tuple[str | None, int, tuple[int, int]]],
) -> None:
    answers = Recount(presses, KEYS, LATENESS)
    change(answers)
    found = await checked(database, answers)
    assert [(one.key, one.window, one.raw) for one in found.differences] == expected
    assert found.different == len(expected)


async def test_events_without_their_key_are_counted_as_others(database: str, presses: list[Received]) -> None:
    answers = Recount(presses, KEYS, LATENESS)
    right = answers.window

    def nameless(slot: int, other: int) -> dict[str, Any]:
        window = right(slot)
        if slot == SLOTS[-1]:
            del window["counts"]["b"]
            window["other"] = other
        return window

    answers.window = lambda slot: nameless(slot, 2)  # type: ignore[method-assign]
    assert not (await checked(database, answers)).different
    answers.window = lambda slot: nameless(slot, 1)  # type: ignore[method-assign]
    assert (await checked(database, answers)).different


async def test_it_waits_until_events_are_counted_and_takes_what_comes_meanwhile(
    database: str, presses: list[Received]
) -> None:
    answers, at = Recount(presses, KEYS, LATENESS), SLOTS[-1] * 10_000
    behind = answers.counts.pop(SLOTS[-1])
    calls = 0

    async def ask(name: str, asked: Mapping[str, str]) -> dict[str, Any]:
        nonlocal calls
        if int(asked["to"]) > at // 1000 and asked["step"] == "10":
            calls += 1
            if calls == 2:
                await store(database, [beacon(1, press("a", at), time_ms=at)])
                answers.counts[SLOTS[-1]] = behind + Counter("a")
        return await answers(name, asked)

    found = await compare(database, KEYS, SLOTS, ask, Rules(LATENESS, RULES.oldest, patience=30))
    assert (found.different, found.moved, calls) == (0, 1, 2)


async def test_an_answer_with_too_many_counts_is_asked_in_parts(
    database: str, presses: list[Received]
) -> None:
    answers = Recount(presses, KEYS, LATENESS)

    async def ask(name: str, asked: Mapping[str, str]) -> dict[str, Any]:
        if asked["step"] == "10" and int(asked["to"]) - int(asked["from"]) > 200:
            raise TooManyCounts(limit=1)
        return await answers(name, asked)

    found = await checked(database, ask, slots=SLOTS[-500:])
    assert (found.windows, found.different) == (500, 0)


@pytest.mark.parametrize("view", BUILT_IN, ids=lambda view: view.name)
async def test_many_keys_are_not_asked_for_where_a_number_is_enough(view: WindowView, database: str) -> None:
    answers = Recount([], view, LATENESS)
    await checked(database, answers, view, SLOTS[-5:])
    assert answers.asked[-1] == {
        "from": str(SLOTS[-5] * 10),
        "to": str(SLOTS[-1] * 10 + 10),
        "step": "50",
        **({} if view.kind == "distinct" else {"top": "1"}),
    }


async def test_a_sketch_may_be_off_where_there_are_many(database: str) -> None:
    at, visitors = SLOTS[-1] * 10_000, VIEWS["visitors"]
    sent = [
        beacon(n, press("a", at - 10_000 * (n >= 1000)), metadata={"uuid": str(n)}, time_ms=at)
        for n in range(1300)
    ]
    await store(database, sent)
    answers = Recount(sent, visitors, LATENESS)
    for off, different in ((0, 0), (50, 0), (51, 1), (-51, 1)):
        right = answers.window
        answers.window = lambda slot, off=off, right=right: (  # type: ignore[misc]
            right(slot) | {"total": right(slot)["total"] + off * (slot == SLOTS[-1])}
        )
        assert (await checked(database, answers, visitors)).different == different
        answers.window = right  # type: ignore[method-assign]
    answers.counts[SLOTS[-2]]["one more"] += 1
    assert (await checked(database, answers, visitors)).different == 1


async def test_what_no_worker_answers_is_not_compared(database: str, presses: list[Received]) -> None:
    answers = Recount(presses, KEYS, LATENESS)

    async def ask(name: str, asked: Mapping[str, str]) -> dict[str, Any]:
        return {**await answers(name, asked), "complete": False, "missing_partitions": [2, 5]}

    with pytest.raises(NotComparable, match=r"keys are not .*: no worker answers for partitions 2, 5"):
        await checked(database, ask)


async def test_what_the_server_refuses_is_not_compared(database: str) -> None:
    view = WindowView("own", "", "clicks", "no_such_column")
    with pytest.raises(NotComparable, match='PostgreSQL says: column "no_such_column" does not exist'):
        await checked(database, Recount([], KEYS, LATENESS), view)

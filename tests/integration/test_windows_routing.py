"""Three workers, each with a part of the windows: any of them answers for all, and says who is away."""

import asyncio
import hashlib
import hmac
import random
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from windows import Counts, answered, by_slot, compare, expected, visit
from worker import KEY, Deploy, Deployment, Worker, until

from chronos.windows.bundles import TOO_LATE, bucket_of, partition_of

pytestmark = pytest.mark.timeout(200)

PARTITIONS = 6
AT_MOST = 5.0  # seconds that an answer may take while a worker is away
ELSEWHERE = [{"X-Forwarded-For": "203.0.113.7"}, {"Host": "chronos.example"}]
OF_ALL = "partitions=" + ",".join(map(str, range(PARTITIONS)))
QUESTION = "start=0&end=6&step=6&slide=6"
INTERNAL = [
    f"/internal/windows/event_types?{QUESTION}&{OF_ALL}",
    f"/internal/progress?{OF_ALL}",
    "/internal/recent",
]


@pytest.fixture(scope="module")
async def three(deploy: Deploy) -> AsyncIterator[Deployment]:
    """Three workers that have counted the visits of some people."""
    rng = random.Random(6)
    async with deploy() as deployment:
        # Longer than a worker is held up here: nobody is to take its part meanwhile.
        deployment.tables["kafka"]["session_timeout_seconds"] = 10
        deployment.write()
        await asyncio.gather(*(deployment.start_worker() for _ in range(3)))
        for number in range(150):
            url = f"{rng.choice(deployment.workers).url}/api/events"
            async with deployment.http.post(url, data=visit(rng, number)) as answer:
                assert answer.status == 200
        await deployment.until_stored()
        await compare_each(deployment)
        yield deployment


async def compare_each(deployment: Deployment) -> None:
    for worker in deployment.workers:
        await compare(deployment, worker)


async def held(deployment: Deployment) -> dict[int, Worker]:
    """Who has which partition, as each says of itself."""
    found: dict[int, Worker] = {}
    for worker in deployment.workers:
        async with worker.http.get(f"{worker.url}/internal/progress?{OF_ALL}") as answer:
            watermarks, *_ = msgspec.msgpack.decode(await answer.read()).values()
        assert not found.keys() & watermarks.keys(), "one partition, one worker"
        found |= dict.fromkeys(map(int, watermarks), worker)
    assert set(found) == set(range(PARTITIONS))
    return found


async def shares(deployment: Deployment) -> list[tuple[Worker, set[int]]]:
    owners = await held(deployment)
    return [(one, {n for n, owner in owners.items() if owner is one}) for one in deployment.workers]


async def windows_of(worker: Worker, right: Counts, **asked: Any) -> list[dict[str, Any]]:
    """All of ``right`` as one window of a worker's answer, or in those that are asked."""
    length = (max(right) + 1 - min(right)) * 10
    answer = await answered(worker, "pageview_urls", **around(right), **{"step": length, **asked})
    assert answer["complete"]
    return answer["windows"]  # type: ignore[no-any-return]


def place(key: str) -> int:
    return partition_of("pageview_urls", bucket_of(key), PARTITIONS)


def around(counts: Counts) -> dict[str, int]:
    return {"from": min(counts) * 10, "to": max(counts) * 10 + 10}


async def test_the_partitions_are_shared_by_all_workers(three: Deployment) -> None:
    assert [len(theirs) for _, theirs in await shares(three)] == [2, 2, 2]


async def test_any_worker_answers_the_same_for_all_keys_and_for_one(three: Deployment) -> None:
    right = (await expected(three))["pageview_urls"]
    keys = sorted({key for counts in right.values() for key in counts})
    assert {place(key) for key in keys} == set(range(PARTITIONS)), "keys of all partitions"
    for key in keys:
        for worker in three.workers:
            [window] = await windows_of(worker, right, key=key)
            assert window["counts"] == {key: sum(counts.get(key, 0) for counts in right.values())}
    for asked in ({"step": "1m"}, {"top": 3, "step": "1h", "slide": "10m"}):
        said = [await windows_of(worker, right, **asked) for worker in three.workers]
        assert said == [said[0]] * 3


@pytest.mark.soak
async def test_one_key_is_asked_of_the_worker_that_has_it_and_of_no_other(three: Deployment) -> None:
    right = (await expected(three))["pageview_urls"]
    too_late = partition_of("pageview_urls", TOO_LATE, PARTITIONS)
    [(owner, _)] = [(one, theirs) for one, theirs in await shares(three) if too_late in theirs]
    keys = {key for counts in right.values() for key in counts}
    owners = await held(three)
    key = next(key for key in sorted(keys) if owners[place(key)] is owner)
    asked, third = (worker for worker in three.workers if worker is not owner)
    whole = await answered(asked, "pageview_urls", **around(right), key=key)
    assert sum(window["total"] for window in whole["windows"])
    with third.held_up():
        assert (await answered(asked, "pageview_urls", **around(right), key=key))["complete"]
    with owner.held_up():
        answer = await answered(asked, "pageview_urls", **around(right), key=key)
    assert not answer["complete"]
    assert set(answer["missing_partitions"]) == {place(key), too_late}
    assert sum(window["total"] for window in answer["windows"]) == 0


async def test_the_newest_events_of_all_workers_are_known_to_each(three: Deployment) -> None:
    async def recent(worker: Worker) -> list[Any]:
        async with worker.http.get(f"{worker.url}/internal/recent") as answer:
            return msgspec.msgpack.decode(await answer.read())  # type: ignore[no-any-return]

    async def all_have_some() -> bool:
        return all([await recent(worker) for worker in three.workers])

    await until(all_have_some, what="events of each worker's own partitions")


async def missing(deployment: Deployment, asked: Worker, theirs: set[int]) -> None:
    """Ask while a worker is away: what it had is said to be missing, and the rest is right."""
    right = (await expected(deployment))["pageview_urls"]
    began = time.monotonic()
    slots, said = await asyncio.gather(
        answered(asked, "pageview_urls", **around(right), step=10), overview(asked)
    )
    assert time.monotonic() - began < AT_MOST
    for one in (slots, said):
        assert (one["complete"], set(one["missing_partitions"])) == (False, theirs)
    rest = ((s, {k: n for k, n in counts.items() if place(k) not in theirs}) for s, counts in right.items())
    assert by_slot("pageview_urls", slots) == {slot: counts for slot, counts in rest if counts}


async def overview(worker: Worker) -> dict[str, Any]:
    async with worker.http.get(f"{worker.url}/api/windows") as answer:
        return await answer.json()  # type: ignore[no-any-return]


@pytest.mark.soak
async def test_a_worker_that_is_held_up_is_said_to_be_missing(three: Deployment) -> None:
    [(asked, _), (away, theirs), _] = await shares(three)
    with away.held_up():
        await missing(three, asked, theirs)
    await compare_each(three)


@pytest.mark.soak
async def test_a_killed_worker_is_said_to_be_missing_until_others_have_what_it_had(three: Deployment) -> None:
    [(asked, _), (away, theirs), (other, _)] = await shares(three)
    away.kill()
    await missing(three, asked, theirs)
    await missing(three, other, theirs)
    for worker in (asked, other):
        await compare(three, worker)
    away.launch()
    await away.until_ready()
    await compare_each(three)


def signed(secret: str, path: str, age: float = 0) -> dict[str, str]:
    made = str(int(time.time() - age))
    mac = hmac.new(secret.encode(), f"{made} {path}".encode(), hashlib.sha256).hexdigest()
    return {"Chronos-Worker": f"{made} {mac}"}


async def status(worker: Worker, path: str, **headers: str) -> int:
    async with worker.http.get(f"{worker.url}{path}", headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("path", INTERNAL)
@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["proxy", "host"])
async def test_what_workers_ask_each_other_nobody_else_may(
    three: Deployment, path: str, elsewhere: dict[str, str]
) -> None:
    worker, secret = three.workers[0], await three.value("select secret from worker_secret")
    good = signed(secret, path)["Chronos-Worker"]
    made, _, mac = good.partition(" ")
    wrong = {
        "nothing": {},
        "a write key": {"Authorization": f"Bearer {KEY}"},
        "no time": {"Chronos-Worker": mac},
        "an empty one": {"Chronos-Worker": ""},
        "a later time": {"Chronos-Worker": f"{int(made) + 1} {mac}"},
        "another path": signed(secret, f"{path}0"),
        "another secret": signed(secret + "x", path),
        "too old": signed(secret, path, age=62),
        "too young": signed(secret, path, age=-62),
        "altered": {"Chronos-Worker": f"{good[:-1]}{'0' if good[-1] != '0' else '1'}"},
        "not ASCII": {"Chronos-Worker": f"{made} ä"},
    }
    for what, headers in wrong.items():
        assert await status(worker, path, **elsewhere, **headers) == 401, what
    assert await status(worker, path, **elsewhere, **signed(secret, path)) == 200
    assert await status(worker, path, **elsewhere, **signed(secret, path, age=50)) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/internal/windows/event_types",
        f"/internal/windows/event_types?{QUESTION}",
        "/internal/windows/event_types?start=0&end=6&step=a&slide=6&partitions=0",
        "/internal/windows/event_types?start=0&end=6&step=0&slide=0&partitions=0",
        "/internal/windows/event_types?start=0&end=6&step=6&slide=6&top=x&partitions=0",
        "/internal/progress",
        "/internal/progress?partitions=a",
    ],
)
async def test_what_no_worker_would_ask_is_refused(three: Deployment, path: str) -> None:
    assert await status(three.workers[0], path) == 400

"""What a worker answers over HTTP: every acceptance, every refusal, and its other pages."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from prometheus_client.metrics import MetricWrapperBase
from worker import KEY, Deploy, Deployment, Worker, beacon, encoded, until

from chronos import __version__, metrics
from chronos.settings import Settings

ORIGIN = "http://localhost:3000"
PRESS = ["key_presses", "a", 1_772_366_400_000]
GOOD = beacon(PRESS)


async def post(
    worker: Worker, body: Any, origin: str | None = None, **options: Any
) -> tuple[int, dict[str, Any], Any]:
    """POST a beacon; the status, the answer and its headers."""
    headers = options.pop("headers", {}) | ({"Origin": origin} if origin else {})
    data = encoded(body) if isinstance(body, dict | bytes) else body
    async with worker.http.post(f"{worker.url}/api/events", data=data, headers=headers, **options) as answer:
        return answer.status, json.loads(await answer.read()), answer.headers


async def test_a_beacon_is_accepted(worker: Worker) -> None:
    status, answer, headers = await post(worker, GOOD)
    assert (status, answer) == (200, {"success": True})
    assert headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain;charset=UTF-8", "application/json", "application/x-www-form-urlencoded", None],
)
async def test_any_content_type_is_taken(worker: Worker, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    options = {} if content_type else {"skip_auto_headers": ["Content-Type"]}
    assert (await post(worker, GOOD, headers=headers, **options))[0] == 200


REFUSED = {
    "no body": (b"", 400, "not a beacon"),
    "no JSON": (b"hello", 400, "not JSON"),
    "cut JSON": (encoded(GOOD)[:-5], 400, "not JSON"),
    "not an object": (b"[]", 400, "not a beacon"),
    "null": (b"null", 400, "not a beacon"),
    "no key": ({"data": GOOD["data"]}, 400, "ACCESS_KEY"),
    "key is a number": (GOOD | {"ACCESS_KEY": 1}, 400, "ACCESS_KEY"),
    "no data": ({"ACCESS_KEY": KEY}, 400, "data"),
    "no events": ({"ACCESS_KEY": KEY, "data": {"metadata": {}}}, 400, "events"),
    "events is an object": ({"ACCESS_KEY": KEY, "data": {"events": {}, "metadata": {}}}, 400, "events"),
    "no metadata": ({"ACCESS_KEY": KEY, "data": {"events": []}}, 400, "metadata"),
    "metadata is a list": ({"ACCESS_KEY": KEY, "data": {"events": [], "metadata": []}}, 400, "metadata"),
    "id is no uuid": (beacon(PRESS, id="17"), 400, "id"),
    "sent_at is a text": (beacon(PRESS, sent_at="now"), 400, "sent_at"),
    "deeply nested": (b"[" * 100_000, 400, "not a beacon"),
    "wrong key": (beacon(PRESS, key="another-key-altogether"), 401, "ACCESS_KEY"),
    "key that is almost right": (beacon(PRESS, key=KEY[:-1]), 401, "ACCESS_KEY"),
    "empty key": (beacon(PRESS, key=""), 401, "ACCESS_KEY"),
}


@pytest.mark.parametrize(("body", "status", "reason"), REFUSED.values(), ids=list(REFUSED))
async def test_what_is_no_beacon_is_refused_with_its_reason(
    worker: Worker, body: Any, status: int, reason: str
) -> None:
    found, answer, headers = await post(worker, body, ORIGIN)
    assert (found, answer["success"]) == (status, False)
    assert reason in answer["error"]
    assert headers["Access-Control-Allow-Origin"] == ORIGIN, "so that the page can read the reason"
    assert "Retry-After" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost", "https://shop.example"])
async def test_pages_of_allowed_origins_may_send_and_read_the_answer(worker: Worker, origin: str) -> None:
    status, _, headers = await post(worker, GOOD, origin)
    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == origin
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in headers["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://shop.example", "https://shop.example.evil", "null"]
)
async def test_pages_of_other_origins_may_not(worker: Worker, origin: str) -> None:
    status, answer, headers = await post(worker, GOOD, origin)
    assert (status, answer["success"]) == (401, False)
    assert "allowed_origins" in answer["error"]
    assert "Access-Control-Allow-Origin" not in headers


async def test_a_preflight_is_answered(worker: Worker) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    async with worker.http.options(f"{worker.url}/api/events", headers=asked) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    async with worker.http.options(
        f"{worker.url}/api/events", headers=asked | {"Origin": "https://evil.example"}
    ) as answer:
        assert answer.status == 401
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_reading_beacons_is_not_allowed(worker: Worker) -> None:
    async with worker.http.get(f"{worker.url}/api/events") as answer:
        assert answer.status == 405


@pytest.fixture(scope="module")
async def strict(deploy: Deploy) -> AsyncIterator[Worker]:
    """A worker with small limits, that wants an Origin."""
    async with deploy(
        web={"require_origin": True, "allowed_origins": [ORIGIN]},
        limits={"beacon_bytes": 2000, "beacons_per_second": 20},
    ) as deployment:
        yield await deployment.start_worker()


async def test_a_request_without_origin_is_refused_where_one_is_required(strict: Worker) -> None:
    status, answer, _ = await post(strict, GOOD)
    assert (status, answer["success"]) == (401, False)
    assert "require_origin" in answer["error"]
    assert (await post(strict, GOOD, ORIGIN))[0] == 200


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 500):
        yield b"x" * 500


async def test_a_body_that_is_too_large_is_refused_by_its_length(strict: Worker) -> None:
    status, answer, _ = await post(strict, b"x" * 2001, ORIGIN)
    assert (status, answer["success"]) == (413, False)
    assert "2000" in answer["error"]


async def test_a_body_that_is_too_large_is_refused_while_it_comes_in_chunks(strict: Worker) -> None:
    status, answer, _ = await post(strict, _chunks(100_000), ORIGIN)
    assert (status, answer["success"]) == (413, False)
    assert "2000" in answer["error"]


async def test_a_body_of_unknown_length_is_taken_where_it_is_small(strict: Worker) -> None:
    async def parts() -> AsyncIterator[bytes]:
        whole = encoded(GOOD)
        yield whole[:50]
        yield whole[50:]

    assert (await post(strict, parts(), ORIGIN))[0] == 200


async def test_more_beacons_than_the_rate_are_told_when_to_come_again(strict: Worker) -> None:
    # At once: a busy machine takes one after another no faster than it may.
    answers = await asyncio.gather(*(post(strict, GOOD, ORIGIN) for _ in range(100)))
    answer, headers = next((answer, headers) for status, answer, headers in answers if status == 429)
    assert "beacons_per_second" in answer["error"]
    assert int(headers["Retry-After"]) >= 1
    assert headers["Access-Control-Expose-Headers"] == "Retry-After", "so that the page can read it"

    async def accepted_again() -> bool:
        return (await post(strict, GOOD, ORIGIN))[0] == 200

    await until(accepted_again, 5)


async def test_health_says_ready_and_which_origins_were_refused(worker: Worker) -> None:
    assert (await post(worker, GOOD, "https://another.example"))[0] == 401
    health = await worker.health()
    assert health
    [remark] = health.pop("remarks")
    assert remark.startswith("pages of https://another.example")
    assert health == {
        "status": "ready",
        "problems": [],
        "spooled": 0,
        "recovering_partitions": [],
        "deployment": Settings.model_construct(home=worker.folder / ".chronos").deployment,
    }


@pytest.mark.parametrize(
    ("path", "said"),
    [("live", {"status": "alive"}), ("ready", {"status": "ready", "reasons": []})],
)
async def test_probes_are_answered(worker: Worker, path: str, said: dict[str, Any]) -> None:
    async with worker.http.get(f"{worker.url}/health/{path}") as answer:
        assert (answer.status, await answer.json()) == (200, said)


async def test_metrics_count_the_answers(worker: Worker) -> None:
    async def counted() -> tuple[float, ...]:
        return tuple([await worker.metric("beacons_total", status=status) for status in ("200", "400")])

    accepted, refused = await counted()
    await post(worker, GOOD)
    await post(worker, b"no beacon")
    assert await counted() == (accepted + 1, refused + 1)


async def test_every_number_of_ours_is_declared_and_those_of_the_process_are_there(worker: Worker) -> None:
    async with worker.http.get(f"{worker.url}/metrics") as answer:
        text = await answer.text()
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    declared = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    assert {name.removesuffix("_total") for name in names if name.startswith("chronos_")} == {
        next(iter(one.describe())).name for one in declared
    }
    assert {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"} <= names
    assert f'chronos_build_info{{version="{__version__}"}} 1.0' in text


async def test_requests_are_measured_by_the_path_that_is_declared(worker: Worker) -> None:
    async def counted(route: str) -> float:
        return await worker.metric("request_seconds_count", route=route)

    before = [await counted(route) for route in ("/api/views/{name}", "none")]
    for path in ("/api/views/sessions_per_day", "/api/views/no_such_view", "/no/such/page"):
        await (await worker.http.get(f"{worker.url}{path}")).read()
    assert [await counted(route) for route in ("/api/views/{name}", "none")] == [before[0] + 2, before[1] + 1]
    assert await worker.metric("requests_in_flight", kind="request") == 1, "the one that asks"


async def test_what_a_worker_has_and_how_its_loop_is_are_measured(shared: Deployment, worker: Worker) -> None:
    assert await worker.metric("partitions", topic=shared.events_topic) == 6
    assert await worker.metric("rebalances_total") >= 1

    async def measured() -> float:
        return await worker.metric("loop_lag_seconds_count")

    await until(measured, what="the loop's lag")


async def test_the_tracker_is_served_configured_and_cached(worker: Worker) -> None:
    async with worker.http.get(f"{worker.url}/tracker.js") as answer:
        script, headers = await answer.text(), answer.headers
        assert answer.status == 200
    assert KEY in script
    assert "__CHRONOS_CONFIG__" not in script
    assert "javascript" in headers["Content-Type"]
    etag = {"If-None-Match": headers["ETag"]}
    async with worker.http.get(f"{worker.url}/tracker.js", headers=etag) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
        assert answer.headers["ETag"] == headers["ETag"]


async def test_the_demo_page_includes_the_tracker(worker: Worker) -> None:
    async with worker.http.get(f"{worker.url}/demo") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "tracker.js" in await answer.text()


async def test_keys_and_origins_change_without_a_restart(shared: Deployment, worker: Worker) -> None:
    other = "another-key-altogether"

    async def key_passes() -> bool:
        return (await post(worker, beacon(PRESS, key=other)))[0] == 200

    async def key_is_refused() -> bool:
        return (await post(worker, beacon(PRESS, key=other)))[0] == 401

    async def origin_passes() -> bool:
        return (await post(worker, GOOD, "https://new.example"))[0] == 200

    before = list(shared.keys), dict(shared.tables["web"])
    assert await key_is_refused()
    shared.keys.append({"key": other, "name": "second"})
    shared.write()
    await until(key_passes, 5, "the new key passes")
    async with worker.http.get(f"{worker.url}/tracker.js") as answer:
        assert other in await answer.text(), "the tracker is served with the newest key"
    shared.keys[-1] = shared.keys[-1] | {"revoked": "2026-01-01T00:00:00Z"}
    shared.write()
    await until(key_is_refused, 5, "the revoked key is refused")
    assert not await origin_passes()
    shared.tables["web"]["allowed_origins"] = ["https://new.example"]
    shared.write()
    await until(origin_passes, 5, "the new origin passes")
    assert (await post(worker, GOOD, ORIGIN))[0] == 401
    shared.config.write_text("this is [not TOML")
    shared.keys, shared.tables["web"] = before
    assert await origin_passes(), "a broken file changes nothing"
    shared.write()

    async def as_before() -> bool:
        return (await post(worker, GOOD, ORIGIN))[0] == 200

    await until(as_before, 5, "the old origin passes again")


async def test_a_client_that_goes_away_in_the_middle_of_a_body_leaves_nothing(worker: Worker) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield encoded(GOOD)[:20]
        raise ConnectionResetError

    before = await worker.metric("beacons_total", status="200")
    with pytest.raises((aiohttp.ClientError, ConnectionResetError)):
        await post(worker, broken())
    assert (await post(worker, GOOD))[0] == 200
    assert await worker.metric("beacons_total", status="200") == before + 1

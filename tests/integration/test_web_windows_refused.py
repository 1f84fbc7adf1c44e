"""Questions about windows that have no answer, each refused with what is wrong and what is taken."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from worker import Deploy, Worker

NUMBER = "a whole number from 1 to 10,000"
SIZE = "a multiple of 10 seconds up to a year, as 60, 60s, 5m, 1h or 1d"
TIME = "ISO 8601 with a time zone (2026-01-31T12:00:00Z) or seconds since 1970 UTC"
KNOWN = (
    "event_types, pageview_urls, pageview_titles, link_texts, click_nodes, keys, referrers, custom_events,"
    " visitors"
)


async def ask(worker: Worker, path: str, *parameters: tuple[str, Any]) -> tuple[int, Any, Any]:
    pairs = [(name, str(value)) for name, value in parameters]
    async with worker.http.get(f"{worker.url}/api/windows{path}", params=pairs) as answer:
        return answer.status, await answer.json(), answer.headers


@pytest.mark.parametrize("name", ["nope", "event_types~0", "PAGEVIEW_URLS", "ä", "a b", "event_types "])
async def test_a_view_that_is_not_there_is_answered_with_those_that_are(worker: Worker, name: str) -> None:
    status, body, _ = await ask(worker, f"/{name}")
    assert (status, body["success"]) == (404, False)
    assert body["error"].endswith(f": known are {KNOWN}")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *(
            ("step", value, SIZE)
            for value in ("", "0", "-60", "15", "1.5m", "5 m", "1w", "367d", "9" * 10, "m")
        ),
        *(("slide", value, SIZE) for value in ("", "0", "7", "1h1m", "x")),
        *(("from", value, TIME) for value in ("", "now", "2026-01-31", "2026-01-31T12:00:00", "-1", "1e9")),
        *(("to", value, TIME) for value in ("yesterday", "2026-13-01T00:00:00Z", "nan", "9" * 20, "٣")),
        *(("top", value, NUMBER) for value in ("", "0", "-1", "1.5", "10001", "all", "1" * 30)),
        ("last", "5", "no parameter; there are from, to, step, slide, top, key"),
        ("From", "5", "no parameter; there are from, to, step, slide, top, key"),
        ("keys", "a", "no parameter; there are from, to, step, slide, top, key"),
    ],
)
async def test_a_wrong_parameter_is_named_with_what_it_takes(
    worker: Worker, name: str, value: str, expected: str
) -> None:
    status, body, _ = await ask(worker, "/event_types", (name, value))
    assert (status, body["success"]) == (400, False)
    assert body["error"].startswith(f"parameter {name} = {value!r}: expected {expected}")


@pytest.mark.parametrize("name", ["from", "to", "step", "slide", "top", "key", "x"])
async def test_a_parameter_that_is_there_twice_is_named(worker: Worker, name: str) -> None:
    status, body, _ = await ask(worker, "/event_types", (name, 60), (name, 60))
    assert (status, body["error"]) == (400, f"parameter {name} = '60, 60': expected it once")


@pytest.mark.parametrize(("start", "end"), [(100, 100), (200, 100), (109, 105)])
async def test_an_end_before_the_start_is_refused(worker: Worker, start: int, end: int) -> None:
    status, body, _ = await ask(worker, "/event_types", ("from", start), ("to", end))
    if start // 10 < -(-end // 10):
        assert status == 200, "both are in one slot"
    else:
        assert (status, body["error"]) == (400, f"parameter from = '{start}': expected a time before `to`")


async def test_more_windows_than_are_given_at_once_are_refused(worker: Worker) -> None:
    status, _, _ = await ask(worker, "/event_types", ("from", 0), ("to", 200_000), ("step", 10))
    assert status == 200
    status, body, _ = await ask(worker, "/event_types", ("from", 0), ("to", 200_010), ("step", 10))
    assert status == 400
    assert "parameter step = '10': expected no more than 20,000 windows" in body["error"]


@pytest.mark.parametrize(("name", "value"), [("top", 5), ("key", "visitor-1")])
async def test_a_view_of_distinct_keys_has_none_to_ask_for(worker: Worker, name: str, value: Any) -> None:
    status, body, _ = await ask(worker, "/visitors", (name, value))
    assert status == 400
    assert body["error"].startswith(f"parameter {name} = ")
    assert "distinct" in body["error"]


@pytest.fixture(scope="module")
async def without(deploy: Deploy) -> AsyncIterator[Worker]:
    """A worker that counts no windows."""
    async with deploy(windows={"enabled": False}) as deployment:
        yield await deployment.start_worker()


@pytest.mark.parametrize("path", ["", "/event_types", "/event_types?step=60"])
async def test_without_windows_the_reason_is_said(without: Worker, path: str) -> None:
    status, body, headers = await ask(without, path)
    assert (status, body["success"]) == (503, False)
    assert body["error"] == "the windows can't be read now: [windows] enabled is false"
    assert int(headers["Retry-After"]) > 0
    health = await without.health()
    assert health
    assert health["status"] == "ready"

"""`GET /api/views` of a real worker, on views that it keeps itself."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from databases import execute
from messages import NOW_MS
from worker import Deployment, Worker, beacon, encoded, until

from chronos.database.queries import query
from chronos.errors import ViewsUnavailable
from chronos.views.reading import Reader

PAGES = ["http://shop/a", "http://shop/b", 'it\'s "b", %s']


@pytest.fixture(scope="module")
async def filled(shared: Deployment, worker: Worker) -> AsyncIterator[Worker]:
    """A worker whose views have seen three pages: six, two and one pageviews."""
    await shared.until_views()
    shown = [PAGES[0]] * 6 + [PAGES[1]] * 2 + [PAGES[2]]
    views = [["pageviews", page, f"Title of {page}", NOW_MS] for page in shown]
    async with shared.http.post(f"{worker.url}/api/events", data=encoded(beacon(*views))) as answer:
        assert answer.status == 200

    async def seen() -> bool:
        _, body = await ask(worker, "/pageviews_per_day")
        return len(body["rows"]) == len(PAGES)

    await until(seen, what="the views have the events")
    yield worker


async def ask(worker: Worker, path: str, **headers: str) -> tuple[int, Any]:
    async with worker.http.get(f"{worker.url}/api/views{path}", headers=headers) as answer:
        return answer.status, await answer.json()


async def test_all_views_are_listed_with_their_columns(filled: Worker) -> None:
    status, body = await ask(filled, "")
    assert (status, body["kept_by"]) == (200, "chronos")
    [one] = [view for view in body["views"] if view["name"] == "pageviews_per_day"]
    assert one["about"].startswith("Pageviews and distinct visitors")
    assert one["columns"] == [
        {"name": "url", "type": "text"},
        {"name": "day", "type": "timestamp with time zone"},
        {"name": "pageviews", "type": "bigint"},
        {"name": "visitors", "type": "bigint"},
    ]


async def test_rows_are_ordered_and_limited(filled: Worker) -> None:
    _, body = await ask(filled, "/pageviews_per_day?order=-pageviews,url&limit=2")
    assert [(row["url"], row["pageviews"], row["visitors"]) for row in body["rows"]] == [
        (PAGES[0], 6, 1),
        (PAGES[1], 2, 1),
    ]
    _, body = await ask(filled, "/pageviews_per_day?order=pageviews&limit=1&offset=1")
    assert [row["pageviews"] for row in body["rows"]] == [2]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (f"url={quote(PAGES[2])}", [1]),
        ("pageviews.gte=2", [2, 6]),
        ("pageviews.gt=2", [6]),
        ("pageviews.lte=2&pageviews.gte=2", [2]),
        ("pageviews.lt=2", [1]),
        ("day.gt=2001-01-01T00:00:00Z", [1, 2, 6]),
        ("day.lt=2001-01-01", []),
        ("url=' or true --", []),
    ],
)
async def test_rows_are_filtered(filled: Worker, filter: str, expected: list[int]) -> None:
    _, body = await ask(filled, f"/pageviews_per_day?order=pageviews&{filter}")
    assert [row["pageviews"] for row in body["rows"]] == expected


async def test_rows_are_csv_where_accept_says_so(filled: Worker) -> None:
    address = f"{filled.url}/api/views/title_views_count?order=-count"
    async with filled.http.get(address, headers={"Accept": "text/csv, application/json;q=0.5"}) as answer:
        assert answer.content_type == "text/csv"
        rows = list(csv.reader(io.StringIO(await answer.text())))
    assert rows == [
        ["title", "count"],
        *([f"Title of {page}", n] for page, n in zip(PAGES, "621", strict=True)),
    ]


WRONG = {
    "an unknown view": ("/nope", 404, "there is no view nope: known are active_visitors"),
    "a table": ("/beacons", 404, "there is no view"),
    "an injected name": ("/x%22;drop table beacons", 404, "there is no view"),
    "an unknown column": ("/title_views_count?nope=1", 400, "nope: there is no such parameter"),
    "an unknown operator": ("/title_views_count?count.like=1", 400, "count.like: there is no such"),
    "an injected column": ('/title_views_count?title"%20or%201=1', 400, "there is no such parameter"),
    "an unknown order": ("/title_views_count?order=-nope", 400, "order=-nope: takes columns"),
    "an injected order": ("/title_views_count?order=count;select 1", 400, "takes columns"),
    "a limit of nothing": (
        "/title_views_count?limit=0",
        400,
        "limit=0: takes a whole number from 1 to 10000",
    ),
    "too large a limit": ("/title_views_count?limit=10001", 400, "limit=10001: takes"),
    "a limit that is none": ("/title_views_count?limit=²", 400, "takes a whole number"),
    "an endless limit": (f"/title_views_count?limit={'9' * 5000}", 400, "takes a whole number"),
    "a negative offset": ("/title_views_count?offset=-1", 400, "offset=-1: takes"),
    "a value of another type": (
        "/title_views_count?count=many",
        400,
        "count=many: takes a value of type bigint",
    ),
    "a time that is none": ("/pageviews_per_day?day.gt=soon", 400, "takes a value of type timestamp"),
    "a NUL": ("/title_views_count?title=%00", 400, "takes a value of type text"),
}


@pytest.mark.parametrize(("path", "status", "error"), WRONG.values(), ids=list(WRONG))
async def test_a_wrong_question_is_told_what_is_wrong(
    filled: Worker, path: str, status: int, error: str
) -> None:
    found, body = await ask(filled, path)
    assert found == status, body
    assert body["success"] is False
    assert error in body["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"Host": "evil.example"},
        {"X-Forwarded-Proto": "https"},
        {"CF-Connecting-IP": "203.0.113.7"},
        {"Via": "1.1 proxy"},
        {"Host": "localhost:evil.example"},
        {"Host": "[127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
async def test_who_is_elsewhere_needs_a_key(filled: Worker, headers: dict[str, str]) -> None:
    status, body = await ask(filled, "/title_views_count", **headers)
    assert (status, body["success"]) == (401, False)
    assert "rows" not in body


async def test_what_is_neither_json_nor_csv_is_refused(filled: Worker) -> None:
    status, _ = await ask(filled, "", Accept="image/png")
    assert status == 406


async def test_nothing_is_written(filled: Worker) -> None:
    async with filled.http.post(f"{filled.url}/api/views/title_views_count") as answer:
        assert answer.status == 405


async def worker_with_titles(deployment: Deployment, query: str) -> Worker:
    """A worker whose view `title_views_count` is another query."""
    worker = await deployment.start_worker()
    await deployment.until_views()
    await execute(deployment.database, f"create or replace view title_views_count as {query}")
    return worker


async def test_a_view_that_takes_too_long_is_ended(deploy: Any) -> None:
    async with deploy(pipelinedb={"read_timeout_seconds": 0.3}) as deployment:
        slow = "select ''::text as title, (select 1 from pg_sleep(5))::bigint as count"
        worker = await worker_with_titles(deployment, slow)
        async with worker.http.get(f"{worker.url}/api/views/title_views_count") as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "1"
            assert "took longer than 0.3 s" in (await answer.json())["error"]


async def test_a_lost_connection_is_made_again(filled: Worker, shared: Deployment) -> None:
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chronos api'"
    await execute(shared.database, f"{cut} and datname = current_database()")
    answers = [await ask(filled, "/title_views_count") for _ in range(6)]
    assert {status for status, _ in answers} <= {200, 503}
    assert answers[-1][0] == 200


async def test_a_connection_that_is_cut_in_mid_question_is_away(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asyncpg says where the server goes while it is being asked, which no test can time."""
    reader = Reader(database, query("readable_views"), 5.0)
    assert await reader.views() == []

    async def cut(*_: Any) -> Any:
        raise asyncpg.InternalClientError("another operation is in progress")

    monkeypatch.setattr(reader, "_views", cut)
    with pytest.raises(ViewsUnavailable, match="another operation is in progress"):
        await reader.views()


async def test_an_answer_has_a_bounded_size_and_time(deploy: Any) -> None:
    async with deploy(pipelinedb={"read_timeout_seconds": 1}) as deployment:
        large = "select repeat('x', 60000)::text as title, n::bigint as count from generate_series(1, 1000) n"
        worker = await worker_with_titles(deployment, large)
        status, body = await ask(worker, "/title_views_count?limit=1000")
        assert (status, "by limit and offset" in body["error"]) == (400, True)
        status, body = await ask(worker, "/title_views_count?limit=100")
        assert (status, len(body["rows"])) == (200, 100)
        connection = await asyncpg.connect(deployment.database)
        async with connection.transaction():
            await connection.execute("lock table views.catalog")
            answers = await asyncio.gather(*(ask(worker, "/title_views_count") for _ in range(6)))
        await connection.close()
        assert {status for status, _ in answers} == {503}
        assert all("took longer than 1 s" in body["error"] for _, body in answers)

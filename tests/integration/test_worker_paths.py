"""A worker whose paths were renamed: the tracker, the beacons and the pixel, down to their rows."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import aiohttp
import brotli
import pytest
from worker import KEY, Deploy, Deployment, Worker, beacon, encoded, until

ORIGIN = "https://shop.example"
PAGE = f"{ORIGIN}/cart?item=7"
SCRIPT, EVENTS = "/assets/shop.js", "/assets/shop"
FROM = {"Referer": PAGE, "User-Agent": "Lynx/2.9", "Accept-Language": "de-AT,de;q=0.9"}


@pytest.fixture(scope="module")
async def renamed(deploy: Deploy) -> AsyncIterator[Deployment]:
    paths = {"tracker_path": SCRIPT, "events_path": EVENTS}
    async with deploy(web={"allowed_origins": [ORIGIN], "require_origin": True, **paths}) as made:
        await made.start_worker()
        yield made


@pytest.fixture(scope="module")
def worker(renamed: Deployment) -> Worker:
    return renamed.workers[0]


async def test_a_pixel_is_a_row_of_its_page(renamed: Deployment, worker: Worker) -> None:
    async with worker.http.get(f"{worker.url}{EVENTS}.gif", params={"key": KEY}, headers=FROM) as answer:
        assert (answer.status, answer.content_type) == (200, "image/gif")
    await renamed.until_stored()
    [row] = await renamed.rows(
        "select url, title, referrer, event_time = time as now, metadata from pageviews"
    )
    assert (row["url"], row["title"], row["referrer"]) == (PAGE, "", None)
    assert json.loads(row["metadata"]) == {
        "url": PAGE,
        "userAgent": "Lynx/2.9",
        "pageTitle": "",
        "cookieAllowed": False,
        "language": "de-AT",
    }
    assert await renamed.value("select count(*) from dead_letters") == 0


async def test_the_time_of_a_pixel_is_its_arrival(renamed: Deployment, worker: Worker) -> None:
    before = await renamed.value("select count(*) from pageviews")
    async with worker.http.get(f"{worker.url}{EVENTS}.gif", params={"key": KEY}, headers=FROM) as answer:
        assert answer.status == 200
    await renamed.until_stored()
    gaps = await renamed.rows("select extract(epoch from time - client_time) * 1000 as ms from pageviews")
    assert len(gaps) == before + 1, "each of two pixels that are alike is a row"
    assert all(0 <= row["ms"] < 1000 for row in gaps)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 400), ({"Referer": "https://evil.example/"}, 401), (FROM | {"Sec-GPC": "1"}, 200)],
    ids=["no page", "another origin", "somebody who does not want it"],
)
async def test_a_pixel_that_may_not_record_leaves_no_row(
    renamed: Deployment, worker: Worker, headers: dict[str, str], status: int
) -> None:
    before = await renamed.end_offsets()
    async with worker.http.get(f"{worker.url}{EVENTS}.gif", params={"key": KEY}, headers=headers) as answer:
        assert answer.status == status
    assert await renamed.end_offsets() == before


async def test_a_beacon_goes_to_the_renamed_path(renamed: Deployment, worker: Worker) -> None:
    body = encoded(beacon(["key_presses", "renamed", 1_772_366_400_000]))
    async with worker.http.post(f"{worker.url}{EVENTS}", data=body, headers={"Origin": ORIGIN}) as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    await renamed.until_stored()
    assert await renamed.value("select count(*) from key_presses where key = 'renamed'") == 1


@pytest.mark.parametrize("path", ["/tracker.js", "/api/events", "/api/events.gif"])
async def test_nothing_is_left_at_the_usual_paths(worker: Worker, path: str) -> None:
    async with worker.http.get(f"{worker.url}{path}") as answer:
        assert answer.status == 404


async def test_the_tracker_is_the_same_in_every_coding(worker: Worker) -> None:
    bodies, tags = {}, {}
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        for coding in ("identity", "gzip", "br"):
            asked = {"Accept-Encoding": coding}
            async with http.get(f"{worker.url}{SCRIPT}", headers=asked) as answer:
                assert answer.headers.get("Content-Encoding", "identity") == coding
                assert int(answer.headers["Content-Length"]) == len(await answer.read())
                bodies[coding], tags[coding] = await answer.read(), answer.headers["ETag"]
            async with http.get(
                f"{worker.url}{SCRIPT}", headers=asked | {"If-None-Match": f'"old", W/{tags[coding]}'}
            ) as answer:
                assert (answer.status, await answer.read()) == (304, b"")
            async with http.head(f"{worker.url}{SCRIPT}", headers=asked) as answer:
                assert (answer.status, answer.headers["ETag"]) == (200, tags[coding])
    assert brotli.decompress(bodies["br"]) == gzip.decompress(bodies["gzip"]) == bodies["identity"]
    assert f'"events_path": "{EVENTS}"'.encode() in bodies["identity"]
    assert len(set(tags.values())) == 3


async def test_the_demo_page_includes_the_renamed_tracker(worker: Worker) -> None:
    async with worker.http.get(f"{worker.url}/demo") as answer:
        assert f'src="{SCRIPT}"' in await answer.text()


async def test_a_browser_that_is_gone_in_the_middle_of_its_beacon_is_no_error_of_ours(worker: Worker) -> None:
    host, _, port = worker.url.removeprefix("http://").partition(":")
    head = f"POST {EVENTS} HTTP/1.1\r\nHost: {host}\r\nOrigin: {ORIGIN}\r\nContent-Length: 99\r\n\r\nhalf"

    async def refused() -> float:
        async with worker.http.get(f"{worker.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return sum(
            float(one.split()[-1]) for one in lines if one.startswith('chronos_beacons_total{status="400"')
        )

    before = await refused()
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode())
    await writer.drain()
    await asyncio.sleep(0.5)
    writer.close()

    async def is_counted() -> bool:
        return await refused() == before + 1

    await until(is_counted, 30, "a beacon that ended early is counted")
    assert "not answered in order" not in worker.said

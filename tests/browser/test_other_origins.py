"""The tracker on somebody's own site: allowed, not allowed, refused. The page works in each case."""

from playwright.async_api import Page, Route

from browser.polling import eventually
from browser.rows import OWN_COLUMNS
from browser.site import Site
from browser.visitor import Visitor, leave, page_errors
from browser.worker import Worker


async def buy_three_times(page: Page) -> None:
    for _ in range(3):
        await page.click("#buy")
    assert await page.inner_text("#bought") == "3"


async def until_answered(worker: Worker, status: int, before: int) -> None:
    async def answered() -> bool:
        return await worker.answered(status) > before

    await eventually(f"the worker answers {status}", answered)


async def nothing_is_stored_of(site: Site, worker: Worker) -> None:
    await worker.until_stored()
    for type in OWN_COLUMNS:
        statement = f"select count(*) from {type} where metadata->>'url' like $1"
        assert [tuple(row) for row in await worker.query(statement, f"{site.origin}%")] == [(0,)], type


async def test_a_page_of_an_allowed_origin_is_captured(visitor: Visitor, allowed_site: Site):
    page = await visitor.open(f"{allowed_site.origin}/cart?item=7")
    url = page.url
    await buy_three_times(page)
    await page.click("#away")
    await page.wait_for_url("**/next")
    await leave(page)
    clicks = await visitor.until_rows("clicks", 4)
    views = await visitor.until_rows("pageviews", 2)
    assert [(row.values[0], row.url) for row in clicks] == [("button#buy", url)] * 3 + [("a#away", url)]
    following = f"{allowed_site.origin}/next"
    assert [row.values for row in views] == [(url, "A shop", ""), (following, "A shop", url)]
    assert [row.values for row in await visitor.rows("link_clicks")] == [("Next", following, False, False)]
    assert visitor.complaints == []


async def test_a_beacon_needs_no_preflight(visitor: Visitor, allowed_site: Site):
    page = await visitor.open(allowed_site.origin)
    await page.evaluate("for (let i = 0; i < 1400; i += 1) buy.click()")  # a beacon, and the start of another
    await visitor.until_rows("clicks", 1000)
    await leave(page)
    await visitor.until_rows("clicks", 1400)
    types = {request.headers["content-type"] for request in visitor.beacon_requests()}
    assert types == {"text/plain;charset=UTF-8"}
    assert "OPTIONS" not in {request.method for request in visitor.requests}
    assert visitor.complaints == []


async def test_a_page_of_an_origin_that_is_not_allowed_works_and_is_not_captured(
    visitor: Visitor, strange_site: Site, worker: Worker
):
    before = await worker.answered(401)
    page = await visitor.open(strange_site.origin)
    await buy_three_times(page)
    await page.click("#away")
    await until_answered(worker, 401, before)
    await page.wait_for_url("**/next")
    assert await page.inner_text("#bought") == "0"
    await nothing_is_stored_of(strange_site, worker)
    assert page_errors(visitor) == []


async def test_a_page_whose_beacons_are_refused_for_their_key_works(visitor: Visitor, worker: Worker):
    async def with_another_key(route: Route) -> None:
        answer = await route.fetch()
        script = (await answer.text()).replace("a-key-of-the-browser-tests", "a-key-that-was-revoked")
        await route.fulfill(response=answer, body=script)

    before = await worker.answered(401)
    await visitor.context.route("**/tracker.js", with_another_key)
    page = await visitor.open()
    await page.click("#press")
    await page.fill("#name", "Ada")
    await page.click("#submit")
    assert await page.inner_text("#submitted")
    await page.reload()
    await until_answered(worker, 401, before)
    await worker.until_stored()
    assert await visitor.rows("clicks") == []
    assert page_errors(visitor) == []


async def test_a_page_works_where_the_server_is_away(visitor: Visitor, allowed_site: Site):
    await visitor.context.route("**/api/events", lambda route: route.abort())
    page = await visitor.open(allowed_site.origin)
    await buy_three_times(page)
    await page.reload()
    await buy_three_times(page)
    assert page_errors(visitor) == []


async def test_a_page_works_without_the_script(visitor: Visitor, allowed_site: Site):
    await visitor.context.route("**/tracker.js", lambda route: route.abort())
    await buy_three_times(await visitor.open(allowed_site.origin))


async def test_a_visitor_whose_browser_has_no_storage_is_captured(
    visitor: Visitor, allowed_site: Site, worker: Worker
):
    refuse = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
    await visitor.context.add_init_script(refuse)
    page = await visitor.open(f"{allowed_site.origin}/without-storage")
    await buy_three_times(page)
    await leave(page)

    async def stored() -> bool:
        rows = await worker.query("select from clicks where metadata->>'url' like '%/without-storage'")
        return len(rows) == 3

    await eventually("three clicks are stored", stored)
    assert visitor.complaints == []

"""A page that is closed or left takes nothing with it: all events arrive, each once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from browser import weather
from browser.front import Front, fair
from browser.front import page as plain
from browser.polling import eventually
from browser.site import Site
from browser.visitor import Visitor, leave, page_errors

TABS = 2
NO_RETURN = "this was no return from the back/forward cache"
# The tracker holds this lock while it sends.
NOTHING_UNDER_WAY = "navigator.locks.request('chronos:browser', () => true)"
PLAIN = plain("<p>Here</p>")
CLICKS = 3

Leave = Callable[[Page, Site], Awaitable[object]]

WAYS: dict[str, Leave] = {
    "closes_the_tab": lambda page, site: page.close(),
    "closes_the_tab_that_may_ask_back": lambda page, site: page.close(run_before_unload=True),
    "goes_to_another_site": lambda page, site: page.goto(f"{site.origin}/next"),
    "loads_the_page_again": lambda page, site: page.reload(),
    "goes_to_an_empty_page": lambda page, site: page.goto("about:blank"),
}


async def click_and_leave(visitor: Visitor, leave: Leave, site: Site, tab: int) -> str:
    page = await visitor.open(f"/demo?tab={tab}")
    url = page.url
    button = page.locator("#press")
    for _ in range(CLICKS):
        await button.click()
    await leave(page, site)
    return url


@pytest.mark.parametrize("leave", WAYS.values(), ids=WAYS)
async def test_events_right_before_somebody_leaves_are_rows(
    leave: Leave, visitor: Visitor, strange_site: Site
):
    # The first alone: tabs that are all a profile's first can each think of a visitor id.
    first, *others = [click_and_leave(visitor, leave, strange_site, tab) for tab in range(TABS)]
    urls = [await first, *await asyncio.gather(*others)]
    rows = await visitor.until_rows("clicks", TABS * CLICKS)
    assert sorted(row.url for row in rows) == sorted(urls * CLICKS)
    assert page_errors(visitor) == []


async def test_the_place_of_the_mouse_goes_with_the_page(visitor: Visitor):
    page = await visitor.open()
    for place in ((300, 20), (310, 21), (320, 22)):
        await page.mouse.move(*place)
    await leave(page)
    rows = await visitor.until_rows("mouse_moves", 1)
    assert rows[-1].values == (320, 22)


async def test_a_page_that_comes_back_is_seen_again(visitor: Visitor, strange_site: Site):
    page = await visitor.open()
    await page.evaluate("window.sameAsBefore = true")
    await page.goto(f"{strange_site.origin}/next")
    await page.go_back(wait_until="commit")
    assert await page.evaluate("window.sameAsBefore"), NO_RETURN
    await page.click("#press")
    await leave(page)
    [click] = await visitor.until_rows("clicks", 1)
    views = await visitor.until_rows("pageviews", 2)
    url = f"{visitor.worker.url}/demo"
    assert [view.values for view in views] == [(url, "Chronos demo", "")] * 2
    assert views[0].client_time < views[1].client_time <= click.client_time


async def test_of_a_page_that_is_killed_survives_what_was_stored(visitor: Visitor, front: Front):
    front.weather = weather.broken
    page = await visitor.open(front.url("/killed"))
    await page.mouse.click(10, 5)
    await page.evaluate("dispatchEvent(new Event('pagehide'))")
    await page.wait_for_function("Object.keys(localStorage).some((key) => key.includes(':b:'))")
    await page.mouse.click(11, 5)
    await kill(visitor, page)
    front.weather = fair
    await (await visitor.open(front.url("/again"))).mouse.click(12, 5)
    clicks = await visitor.until_rows("clicks", 2)
    assert [(click.values[2], click.url) for click in clicks] == [
        (10, front.url("/killed")),
        (12, front.url("/again")),
    ]
    views = await visitor.until_rows("pageviews", 2)
    assert [view.url for view in views] == [click.url for click in clicks]


async def test_a_page_that_comes_back_twice_goes_on_where_it_was(visitor: Visitor, front: Front):
    front.pages |= {"/": PLAIN, "/next": PLAIN}
    page = await visitor.open(front.url())
    await page.evaluate("() => { window.sameAsBefore = true; }")
    for x in (10, 11):
        await page.mouse.click(x, 5)
        await page.evaluate(NOTHING_UNDER_WAY)
        await page.goto(front.url(f"/next?{x}"))
        await page.mouse.click(x + 10, 5)
        await page.evaluate(NOTHING_UNDER_WAY)
        await page.go_back(wait_until="commit")
        assert await page.evaluate("window.sameAsBefore"), NO_RETURN
    await page.mouse.click(12, 5)
    await leave(page)
    clicks = await visitor.until_rows("clicks", 5)
    assert [(click.values[2], click.url) for click in clicks] == [
        (10, front.url()),
        (20, front.url("/next?10")),
        (11, front.url()),
        (21, front.url("/next?11")),
        (12, front.url()),
    ]
    views = await visitor.until_rows("pageviews", 5)
    assert [view.url for view in views] == [click.url for click in clicks]
    assert len({view.metadata["tab"] for view in views}) == 1


@pytest.mark.soak
async def test_a_beacon_under_way_keeps_no_page_from_coming_back(visitor: Visitor, front: Front):
    front.pages |= {"/": PLAIN, "/next": PLAIN}
    front.settings["flush_interval_ms"] = 50
    front.weather = weather.slow(1)
    page = await visitor.open(front.url())
    await page.evaluate("() => { window.sameAsBefore = true; }")
    await eventually("a beacon is under way", lambda: asyncio.sleep(0, front.posts))
    await page.goto(front.url("/next"))
    await eventually("the next page sends, too", lambda: asyncio.sleep(0, is_sent(front, "/next")))
    await page.go_back(wait_until="commit")
    assert await page.evaluate("window.sameAsBefore"), NO_RETURN


def is_sent(front: Front, path: str) -> bool:
    """Whether a pageview of ``path`` is at least on its way."""
    events = [event for post in front.posts for event in post.events]
    return ["pageviews", front.url(path)] in [event[:2] for event in events]


async def kill(visitor: Visitor, page: Page) -> None:
    """End the process of a tab, as a lack of memory does."""
    session = await visitor.context.new_cdp_session(page)
    async with page.expect_event("crash"):
        crash = asyncio.ensure_future(session.send("Page.crash"))
    crash.cancel()

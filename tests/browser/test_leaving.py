"""A page that is closed or left takes nothing with it: all events arrive, each once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from browser.site import Site
from browser.visitor import Visitor, page_errors

TABS = 2
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
    await page.close()
    rows = await visitor.until_rows("mouse_moves", 2)
    assert rows[-1].values == (320, 22)


async def test_a_page_that_comes_back_is_seen_again(visitor: Visitor, strange_site: Site):
    page = await visitor.open()
    await page.evaluate("window.sameAsBefore = true")
    await page.goto(f"{strange_site.origin}/next")
    await page.go_back(wait_until="commit")
    assert await page.evaluate("window.sameAsBefore"), "this was no return from the back/forward cache"
    await page.click("#press")
    await page.close()
    [click] = await visitor.until_rows("clicks", 1)
    views = await visitor.until_rows("pageviews", 2)
    assert [view.values for view in views] == [(f"{visitor.worker.url}/demo", "Chronos demo")] * 2
    assert views[0].client_time < views[1].client_time <= click.client_time

"""How far and how long a page is read, and when a session begins."""

import pytest
from playwright.async_api import Page

from browser.front import Front, page
from browser.visitor import Visitor, leave

SECOND = 1_000
MINUTE = 60 * SECOND
TALL = page('<div style="height: 4000px">A long story</div><p>The end</p>')
INNER = page(
    '<style>body { margin: 0 }</style><main style="height: 100vh; overflow: auto">'
    '<div style="height: 400vh">A story in a frame of its own</div></main>'
)
SHOW_OR_HIDE = """hidden => {
  if (hidden) Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  else delete document.hidden;
  document.dispatchEvent(new Event('visibilitychange'));
}"""
# The tracker looks where a page stands ten times a second.
LOOKED = "new Promise(done => setTimeout(done, 150))"


async def with_a_clock(visitor: Visitor, front: Front) -> Page:
    """A page whose time a test moves on."""
    tab = await visitor.context.new_page()
    await tab.clock.install()
    await tab.goto(front.url())
    return tab


async def test_the_depth_that_was_seen_grows_with_scrolling_and_never_shrinks(visitor: Visitor, front: Front):
    front.pages["/"] = TALL
    tab = await visitor.open(front.url())
    height = await tab.evaluate("document.documentElement.scrollHeight")
    for place in (1500, 0):
        await tab.evaluate(f"scrollTo(0, {place})")
        await tab.evaluate(LOOKED)
    await leave(tab)
    [*_, (deepest,)] = await visitor.values("scroll_depths", 1)
    assert deepest == round((1500 + 720) / height * 100)


async def test_a_page_read_to_its_end_was_seen_whole(visitor: Visitor, front: Front):
    front.pages["/"] = TALL
    front.settings["flush_interval_ms"] = 100
    tab = await visitor.open(front.url())
    await tab.evaluate("scrollTo(0, 500)")
    await visitor.until_rows("scroll_depths", 1)
    await tab.evaluate("scrollTo(0, 9999)")
    await tab.evaluate(LOOKED)
    await leave(tab)
    depths = await visitor.values("scroll_depths", 2)
    assert depths == sorted(depths)
    assert depths[-1] == (100,)


async def test_a_page_that_scrolls_inside_of_itself_has_a_depth_as_well(visitor: Visitor, front: Front):
    front.pages["/"] = INNER
    tab = await visitor.open(front.url())
    await tab.evaluate("document.querySelector('main').scrollTop = innerHeight")
    await tab.evaluate(LOOKED)
    await leave(tab)
    assert await visitor.values("scroll_depths", 1) == [(50,)]


async def test_only_time_in_which_a_page_can_be_seen_counts(visitor: Visitor, front: Front):
    tab = await with_a_clock(visitor, front)
    await tab.clock.run_for(3 * SECOND)
    await tab.evaluate(SHOW_OR_HIDE, True)
    await tab.clock.run_for(10 * MINUTE)
    await tab.evaluate(SHOW_OR_HIDE, False)
    await tab.clock.run_for(2 * SECOND)
    await leave(tab)
    await visitor.until_rows("visible_times", 2)
    durations = await visitor.values("visible_times", 2)
    assert sum(duration for (duration,) in durations) == pytest.approx(5 * SECOND, abs=2 * SECOND)


async def test_a_session_ends_after_half_an_hour_without_an_event(visitor: Visitor, front: Front):
    tab = await with_a_clock(visitor, front)
    for pause in (0, 29, 31):
        await tab.clock.fast_forward(pause * MINUTE)
        await tab.mouse.click(10, 10)
    await leave(tab)
    clicks = await visitor.until_rows("clicks", 3)
    [first, second] = [session_id for (session_id,) in await visitor.values("sessions", 2)]
    assert [click.metadata["session"] for click in clicks] == [first, first, second]
    [view] = await visitor.rows("pageviews")
    assert view.metadata["session"] == first


async def test_the_tabs_of_a_visitor_share_a_session(visitor: Visitor, front: Front):
    for path in ("/one", "/two"):
        await leave(await visitor.open(front.url(path)))
    views = await visitor.until_rows("pageviews", 2)
    [(session_id,)] = await visitor.values("sessions", 1)
    assert {view.metadata["session"] for view in views} == {session_id}
    assert len({view.metadata["tab"] for view in views}) == 2
